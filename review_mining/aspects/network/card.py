"""The model card of the aspect network."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from string import Template
from typing import Any

from review_mining.aspects.metrics import GROUPS
from review_mining.aspects.network.reader import CALIBRATION, MODEL, SETTINGS
from review_mining.aspects.network.reliability_plot import reliability_plot
from review_mining.aspects.network.training_config import AspectsConfig

_CARD = Template("""---
language: zh
license: other
tags: [chinese, reviews, e-commerce, aspect-sentiment]
---

# $version: aspects of Chinese shop reviews

The project's encoder (`review_mining/models/encoder`, see its card) with heads for tokens and for the whole review, one
pass: which words hold an opinion of which of $pairs pairs of sub-aspect and polarity, the label of each aspect, the
overall attitude. Taxonomy $taxonomy. `model.onnx` ($onnx MB, 8 bits) is what inference loads.
`python scripts/describe_aspects.py` wrote this card.

## Data

$train annotated reviews for training, $held_out others for scaling and operating points. All are **machine-annotated**:
a large language model read each under the annotation guide; no person checked them all. Two independent readings of
1,500 of the first round agree at macro-F1 0.971 and code+sign F1 0.929, of 1,200 of the third at 0.967 and 0.927
(`python scripts/compare_annotations.py annotations/train_3.jsonl annotations/second_reader.jsonl`).$taught
About half are negative, chosen so, while a shop's own export has 3 to 10 %; $natural of the
held-out reviews were drawn without regard to what they say. While probabilities are fitted, a negative
review counts $complaint_weight times another. The reviews come from corpora of mixed or unstated licence, named in the
encoder's card; no text is included.

## Figures

95 % bootstrap intervals over reviews; `linear` is the bundled baseline on the same reviews. Reserved reviews were never
learnt from, with whatever label, and settings were not chosen by them.

$figures

## Calibration

Probabilities of the held-out reviews, each fitted on the others (cross-fitted), in ten parts of equal size: mean
probability of the most probable label, and how often it is right. Expected calibration error: $errors.

![Reliability: probability against share of right labels](reliability.svg)

$reliability

`calibration.json` holds the confusion counts for corrected intervals: use its rows, for its mix of labels is not a
shop's.

## Operating points

An opinion is reported from probability $positive (praise), $negative (complaint), $neutral (neutral), and the most
probable praise or complaint of a clause whose praise or complaints add up to $clause_positive or $clause_negative. A
label is left open below $abstain.

## Limits

- Irony and complaints told as bare facts are missed more often than plain ones.
- An opinion lies within a clause, at most 20 characters of it.
- Goods are mostly electronics, appliances, clothes, food, cosmetics and books.

## Licence of the weights

The code is Apache-2.0. These weights were trained on texts of mixed or unstated licence and carry no licence of their
own: check that this suits your use.
""")

_TAUGHT = (
    "\n{:,} further reviews that nobody has annotated carry soft labels of several trained models, linear and network"
    "\n(`scripts/distil_aspects.py`)."
)

_COLUMNS = (
    "mean3_qls",
    "mean4_qls",
    "code_sign_f1",
    "negative_code_f1",
    "span_char_f1",
    "overall_accuracy",
    *GROUPS,
)


def write_card(
    directory: Path, config: AspectsConfig, figures: Mapping[str, Mapping[str, Any]], counts: Mapping[str, int]
) -> None:
    """Write ``README.md`` and ``reliability.svg`` beside the model.

    Args:
        directory: the exported model.
        config: what it was trained with.
        figures: by title what ``evaluate_aspects.py --json`` wrote for the network (``network``) and the baseline
            (``linear``).
        counts: reviews in ``train``, ``taught``, ``held_out`` and, of the latter, ``natural``.
    """
    settings, calibration = (
        json.loads((directory / name).read_text(encoding="utf-8")) for name in (SETTINGS, CALIBRATION)
    )
    limits, reliability = settings["thresholds"], calibration["reliability"]
    (directory / "reliability.svg").write_text(reliability_plot(reliability), encoding="utf-8")
    text = _CARD.substitute(
        version=config.version,
        pairs=len(settings["pairs"]),
        taxonomy=settings["taxonomy"]["version"],
        onnx=f"{(directory / MODEL).stat().st_size / 1e6:.1f}",
        complaint_weight=config.complaint_weight,
        figures="\n\n".join(_figures(title, one) for title, one in figures.items()),
        errors=", ".join(f"{name} {one['error']:.3f}" for name, one in reliability.items()),
        reliability=_reliability(reliability),
        clause_positive=limits["clause"]["positive"],
        clause_negative=limits["clause"]["negative"],
        abstain=limits["abstain"],
        **limits["opinion"],
        taught=_TAUGHT.format(counts["taught"]) if counts["taught"] else "",
        **{name: f"{count:,}" for name, count in counts.items() if name != "taught"},
    )
    (directory / "README.md").write_text(text, encoding="utf-8")


def _figures(title: str, measured: Mapping[str, Any]) -> str:
    network, linear = (measured[name]["figures"] for name in ("network", "linear"))
    names = [*_COLUMNS, *(name for name in network if name.startswith("complaints right"))]
    rows = [f"| {name} | {_cell(linear[name])} | {_cell(network[name])} |" for name in names if name in network]
    head = (
        f"{title} ({measured['network']['reviews']:,} reviews):\n\n| figure | linear | network |\n| --- | --- | --- |"
    )
    return "\n".join([head, *rows])


def _cell(figure: Sequence[float]) -> str:
    value, low, high = figure
    return f"{value:.3f} [{low:.3f}, {high:.3f}]"


def _reliability(reliability: Mapping[str, Mapping[str, Any]]) -> str:
    parts = max(len(one["parts"]) for one in reliability.values())
    head = f"| aspect | {' | '.join(str(part + 1) for part in range(parts))} |"
    rows = [
        f"| {name} | {' | '.join(f'{certain:.2f} / {right:.2f}' for certain, right in one['parts'])} |"
        for name, one in reliability.items()
    ]
    return "\n".join([head, "| --- " * (parts + 1) + "|", *rows])

"""The model card of the encoder."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from pathlib import Path
from string import Template
from typing import Any

from review_mining.encoder.training_config import EncoderConfig
from review_mining.errors import InputError

_CARD = Template("""---
language: zh
license: other
library_name: transformers
tags: [chinese, reviews, e-commerce, sentence-vectors]
---

# $version: an encoder of Chinese shop reviews

$layers layers of $hidden, feed-forward $intermediate, $heads heads; $parameters million weights, most of them in tables
of tokens and known token n-grams. Single Han characters, WordPiece for the rest; $vocabulary tokens. `model.onnx` is
what inference loads (int8, $onnx MB); `model.safetensors` holds the same weights in half precision ($weights MB) for
fine-tuning. `python scripts/describe_encoder.py` wrote this card.

## How it was trained

Two processor cores, **no GPU, no outside weights, no teacher network**:

1. tables of tokens and n-grams from co-occurrence counts (positive pointwise mutual information, factorised), and on a
   wide path past the layers the weights of linear SVMs on the labelled tasks;
2. $objective on $tokens tokens ($minutes);
3. labelled tasks, all at once: polarity by source, stars, sub-aspects, opinion categories, buyers' intents ($epochs
   passes, $tasks_minutes);
4. a projection for sentence vectors, contrastive, the encoder frozen.

Labels of `reserved` rows and the annotated development reviews were never learnt from. Steps 1 and 3 know the polarity
labels of the other rows; the few-shot figure below is that of an encoder which has seen sentiment before.

## Figures

On `reserved` rows, everything learnt from the others; a linear model over frozen pooled states of `model.onnx`, 95 %
bootstrap intervals. The reference is a linear SVM over character 1- to 3-grams (for retrieval TF-IDF with SVD), in the
same run of `python scripts/evaluate_encoder.py --model review_mining/models/encoder --references`. Retrieval asks
about the opinions of the annotated development reviews, none of which was learnt from:

| task | reference | encoder | rows |
| --- | --- | --- | --- |
$figures

## Data

Pre-training texts, weighted as in the settings, near duplicates left out, personal data masked:

| source | licence | what |
| --- | --- | --- |
$sources

## Limits

- Trained on little: a BERT-base that has read a thousand times as much knows more of the language.
- Goods are mostly electronics, appliances, clothes, food, cosmetics and books; hotels and take-away meals less.
- Inputs beyond $positions tokens are shortened to their beginning and end.
- int8 activations are scaled by batch: the same text may differ by up to 0.03 between batches.

## Licence of the weights

The code is Apache-2.0. These weights were trained on texts of mixed or unstated licence, named above, and carry no
licence of their own: check that this suits your use. No text is included.
""")


def write_card(
    directory: Path,
    config: EncoderConfig,
    figures: Mapping[str, Mapping[str, Mapping[str, float]]],
    facts: Mapping[str, str],
    sources: Path,
) -> None:
    """Write ``README.md`` beside the weights.

    Args:
        directory: the exported model.
        config: what it was trained with.
        figures: as ``evaluate_encoder.py --json`` wrote them.
        facts: ``tokens``, ``minutes`` and ``tasks_minutes`` of the training run.
        sources: CSV with name, licence and what of each corpus.

    Raises:
        InputError: ``sources`` cannot be read.
    """
    shape: dict[str, Any] = json.loads((directory / "config.json").read_text(encoding="utf-8"))
    text = _CARD.substitute(
        version=config.version,
        layers=shape["num_hidden_layers"],
        hidden=shape["hidden_size"],
        intermediate=shape["intermediate_size"],
        heads=shape["num_attention_heads"],
        positions=shape["max_position_embeddings"],
        vocabulary=f"{shape['vocab_size']:,}",
        parameters=f"{_megabytes(directory / 'model.safetensors') / 2:.1f}",
        onnx=f"{_megabytes(directory / 'model.onnx'):.1f}",
        weights=f"{_megabytes(directory / 'model.safetensors'):.1f}",
        objective=config.pretraining.objective.replace("_", "-"),
        epochs=config.tasks.trainer.get("num_train_epochs", "") if config.tasks else "",
        figures="\n".join(_row(name, row) for name, row in figures.items()),
        sources="\n".join(_sources(sources)),
        **facts,
    )
    (directory / "README.md").write_text(text, encoding="utf-8")


def _row(name: str, row: Mapping[str, Mapping[str, float]]) -> str:
    cells = [
        f"{one['value']:.3f} [{one['low']:.3f}, {one['high']:.3f}]" if (one := row.get(column)) else ""
        for column in ("reference", "encoder")
    ]
    return f"| {name} | {' | '.join(cells)} | {next(iter(row.values()))['n']:,} |"


def _sources(path: Path) -> list[str]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return [f"| {row['name']} | {row['licence']} | {row['what']} |" for row in csv.DictReader(file)]
    except (OSError, KeyError) as error:
        raise InputError(f"is not a list of sources: {error!r}", path=path) from error


def _megabytes(path: Path) -> float:
    return path.stat().st_size / 1e6

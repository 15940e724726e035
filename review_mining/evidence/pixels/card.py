"""The model card of a pixel detector."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from string import Template

import numpy as np

from review_mining.evidence.pixels.evaluation import Evaluation
from review_mining.evidence.pixels.figures import Interval, Reals, auc, found_at, predictive_value, with_interval
from review_mining.evidence.pixels.preparation import Prepared
from review_mining.evidence.pixels.training_config import PixelsTrainConfig

_PREVALENCES = (0.01, 0.02, 0.05, 0.10)

_CARD = Template("""# $version: do the pixels of a picture look like those of a photo?

An advisory hint, weak by design. **$standing.** What it knows and what not: `docs/pixels.md`.

$method of 128 × 128 crops at the picture's own resolution, at most nine of them; the score is the mean of the crops.
Larger crops and other features where the detector probes a vision model.

## Data

Learnt from $pairs pairs of a genuine photo and its twin, made from $learnt photos by $makers small autoencoders of our
own (they reconstruct all of it or a region). Both members of a pair go through one random draw of cropping, scaling,
JPEG and WebP. $calibration other genuine photos set the threshold: at most $rate of photos such as these score above
it, with $confidence confidence. $generated pictures of $generators generators were only measured, never learnt from.

## Figures

`python scripts/evaluate_evidence.py pixels --shared ../shared` prints these and more; 95 % bootstrap intervals.

| figure | value | low | high |
| --- | --- | --- | --- |
$figures

PPV: share of alarms that are right where that share of pictures is made, at the rates measured on unseen sources.

## Its bar

$bar

## Sources and licence

Photos and generated pictures are those named in the research data's list of sources; none is contained here. The
weights are a classifier of statistics of crops.
""")


def write_card(evaluation: Evaluation, prepared: Prepared, config: PixelsTrainConfig, directory: Path) -> None:
    """Write ``README.md``.

    Args:
        evaluation: what was measured.
        prepared: what was learnt from.
        config: the settings.
        directory: of the model.
    """
    failures = evaluation.bar(config.false_alarm_rate).failures
    text = _CARD.substitute(
        version=config.version,
        standing="Off, for it has not passed its bar" if failures else "It has passed its bar",
        method="Gradient boosting on statistics" if config.backbone is None else "A linear probe of a vision model",
        pairs=len(prepared.learnt) // 2,
        learnt=len(set(prepared.learnt.names)),
        makers=len(config.autoencoders),
        calibration=len(prepared.calibration),
        rate=f"{config.false_alarm_rate:.1%}",
        confidence=f"{config.confidence:.0%}",
        generated=len(prepared.generated),
        generators=len(set(prepared.generated.sources)),
        figures="\n".join(
            f"| {name} | " + " | ".join(f"{one:.3f}" for one in row) + " |"
            for name, row in rows(evaluation, config.resamples)
        ),
        bar="\n".join(f"- {failure}" for failure in failures) if failures else "Passed.",
    )
    (directory / "README.md").write_text(text, encoding="utf-8")


def rows(evaluation: Evaluation, resamples: int) -> Iterator[tuple[str, Interval]]:
    """Name of every figure with its value and interval.

    Args:
        evaluation: what was measured.
        resamples: of the bootstrap.
    """
    interval = partial(with_interval, resamples=resamples)
    yield "gate on aligned pairs: AUC from the file's facts", evaluation.aligned.file
    yield "gate on aligned pairs: AUC from thumbnails", evaluation.aligned.thumbnail
    yield "aligned pairs of unseen photos: AUC", interval(auc, *evaluation.pairs)
    yield "gate in the wild: AUC from the file's facts", evaluation.wild.file
    yield "gate in the wild: AUC from thumbnails", evaluation.wild.thumbnail
    genuine, made = evaluation.genuine, evaluation.made
    yield "all generators, unseen sources: AUC", interval(auc, genuine, made)
    yield "all generators: found at 1 % false alarms", interval(lambda a, b: found_at(a, b, 0.01), genuine, made)
    yield "all generators: found at the threshold", interval(lambda _, b: float((b > 0).mean()), genuine, made)
    yield "false alarms on unseen sources", interval(lambda a, _: float((a > 0).mean()), genuine, made)
    for name, margins in evaluation.by_generator.items():
        yield f"{name}: AUC", interval(auc, genuine, margins)
    worst = min(evaluation.by_generator.values(), key=lambda margins: auc(genuine, margins))
    yield "worst generator: found at the threshold", interval(lambda _, b: float((b > 0).mean()), genuine, worst)
    for source in np.unique(evaluation.sources):
        margins = genuine[evaluation.sources == source]
        yield (
            f"{source} ({len(margins)}): false alarms",
            with_interval(lambda a, _: float((a > 0).mean()), margins, made),
        )
    for share in _PREVALENCES:
        yield f"PPV at {share:.0%}", interval(partial(_predictive, share), genuine, made)


def _predictive(prevalence: float, genuine: Reals, made: Reals) -> float:
    return predictive_value(float((made > 0).mean()), float((genuine > 0).mean()), prevalence)

"""The model card of the linear tagger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from string import Template

from review_mining.annotated import AnnotatedReview
from review_mining.aspects.linear_reader import LinearReader
from review_mining.aspects.metrics import Interval, figures_of
from review_mining.aspects.storage import Baseline
from review_mining.aspects.tagger import AspectTagger
from review_mining.aspects.training_config import BaselineConfig

_CARD = Template("""# $version: linear aspect tagger for Chinese shop reviews

Character 1- to 4-grams with TF-IDF ($ngrams n-grams, each seen in at least $min_reviews different reviews, personal
data masked first), a logistic head per question for the review and for each clause, and a second layer that joins both
into calibrated probabilities. Taxonomy $taxonomy. It stays as the baseline that any other model must beat.

## Data

$train reviews for training and $dev held out, **machine-annotated**: a large language model read each under the
annotation guide; no person checked them all. About half of them are negative, chosen so, while a shop's own export has
3 to 10 %. Reviews by source:

$sources

The mood of a text (praise or complaint) is learnt from further, unannotated reviews with stars or a polarity label,
where the settings name such a file (`polar`): here $polar n-grams. Reserved and annotated reviews are not among them.
While probabilities are fitted, a negative review counts $complaint_weight times another.

## Figures on the $dev held-out reviews

`python scripts/evaluate_aspects.py ../shared/data/aspects/dev.jsonl` prints these, with 95 % bootstrap intervals over
reviews:

| figure | value | low | high |
| --- | --- | --- | --- |
$figures

The held-out reviews come from the same sources as the training reviews; expect less on kinds of goods that are not
among them. The n-gram weights never saw them; the settings were chosen with them in view.

## Operating points

An opinion is reported from probability $positive (praise), $negative (complaint), $neutral (neutral), and the most
probable praise or complaint of a clause whose praise or complaints add up to $clause_positive or $clause_negative. A
label is left open below $abstain. `calibration.json` holds the confusion counts for corrected intervals: use its rows,
for its mix of labels is not a shop's.

## Limits

- Irony, comparison with another product, and complaints told as bare facts are often missed.
- An opinion is a clause: two opinions in one clause share their words.
- Sub-aspects and polarities with fewer than $min_examples annotated reviews have no head and are never reported.

## Licence

The weights derive from review texts of mixed or unstated licence, named above; the n-gram list holds fragments of at
most four characters. No text is included. Check that this suits your use.
""")


def write_card(
    model: Baseline,
    train: Sequence[AnnotatedReview],
    dev: Sequence[AnnotatedReview],
    config: BaselineConfig,
    directory: Path,
) -> None:
    """Write ``README.md`` with the figures measured on ``dev``."""
    opinions, labels = AspectTagger(LinearReader(model)).tag([review.text for review in dev])
    figures = figures_of(dev, opinions, labels, model.heads.taxonomy)
    sources = Counter(review.source or "unnamed" for review in [*train, *dev])
    limits = model.thresholds
    text = _CARD.substitute(
        version=model.version,
        polar=f"{len(model.first.polarity.vocabulary):,}",
        complaint_weight=f"{config.complaint_weight:g}",
        ngrams=f"{len(model.first.vocabulary):,}",
        min_reviews=config.min_reviews,
        min_examples=config.min_examples,
        taxonomy=model.heads.taxonomy.version,
        train=f"{len(train):,}",
        dev=f"{len(dev):,}",
        sources="\n".join(f"- {name}: {count:,}" for name, count in sorted(sources.items())),
        figures="\n".join(_row(name, value) for name, value in figures.items()),
        abstain=limits.abstain,
        **{f"clause_{sign}": limit for sign, limit in limits.clause.items()},
        **limits.opinion,
    )
    (directory / "README.md").write_text(text, encoding="utf-8")


def _row(name: str, value: Interval) -> str:
    return f"| {name} | " + " | ".join(f"{one:.3f}" for one in value) + " |"

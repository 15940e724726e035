"""The model card of a statement model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template

from review_mining.evidence.labelled import LabelledStatement
from review_mining.evidence.statement_figures import Interval
from review_mining.evidence.statement_model import StatementModel

_CARD = Template("""# $version: what an after-sales statement claims, and whether it calls the evidence fake

One linear layer over $ngrams character n-grams (TF-IDF), $groups groups of cue words and the mean state of the review
encoder. It is the sum of four classifiers, each fitted on its own view (large margin and naive Bayes on the n-grams,
logistic regressions on cue words and vectors) and weighted by how well it did on parts of the training set that it had
not seen. The largest of the first twelve columns gives the kind, the logistic function of the last
`reports_ai_fake_score`.

## Data

$train invented statements (`annotations/statements.jsonl`, $fakes of them reports of fake evidence), in $parts parts
that were written independently of one another, and $test for the test (`annotations/statements_test.jsonl`), written
apart. All are invented, none is a real case: **the figures say how such statements are read, not how a shop's own
are**. How they came to be, and how to write more: `docs/statements.md`.

Beside them $reviews negative reviews teach what is no report of fake evidence, and nothing else: to learn kinds from
complaints by their codes made reading the statements worse.

## Figures on the $test test statements

`python scripts/evaluate_evidence.py statements` prints these, with 95 % bootstrap intervals over statements:

| figure | model | low | high | keyword rules | model, parts it has not seen |
| --- | --- | --- | --- | --- | --- |
$figures

The test set was used for nothing but these columns. The last one is of the training statements: each part read by what
was fitted on the other parts, weights of the views and threshold apart. The test set is easier than any training part
(the keyword rules, too, read it better); expect the last column, not the first, of statements written by someone else.

## Operating point

`reports_ai_fake` from $threshold on: the lowest at which reports on training statements of unseen parts are right in
$precision of all cases. It is not a threshold for accusing anyone: a report only sends a case to a person.

## Limits

- Reports of fake evidence that describe what is odd about a picture without naming a picture are often missed.
- Which fault a shop says that a buyer claims is often not said at all.
- Dialect, irony and goods that the training set does not mention are read worse than plain words.

## Licence

The statements were invented for this project. The encoder and the weights of the last column derive from review texts
of mixed or unstated licence; the n-grams come from the invented statements alone.
""")


@dataclass(frozen=True)
class CardFigures:
    """Figures that a card prints.

    Attributes:
        model: of the model on the test statements.
        rules: of the keyword rules on them.
        unseen: of the training statements, each part read by what was fitted on the others.
    """

    model: Mapping[str, Interval]
    rules: Mapping[str, Interval]
    unseen: Mapping[str, Interval]


def write_statement_card(
    model: StatementModel,
    train: Sequence[LabelledStatement],
    test: Sequence[LabelledStatement],
    figures: CardFigures,
    precision: float,
    reviews: int,
    directory: Path,
) -> None:
    """Write ``README.md``.

    Args:
        model: what the card is of.
        train: what it learnt from.
        test: what the figures were measured on.
        figures: what was measured.
        precision: that the threshold was chosen for.
        reviews: how many negative reviews were learnt as no report.
        directory: of the model.
    """
    text = _CARD.substitute(
        version=model.method,
        ngrams=f"{len(model.features.vocabulary):,}",
        groups=len(model.features.cues),
        train=f"{len(train):,}",
        fakes=sum(one.fake for one in train),
        parts=len({one.part for one in train}),
        test=len(test),
        figures="\n".join(_row(name, figures) for name in figures.model),
        reviews=f"{reviews:,}",
        threshold=model.threshold,
        precision=f"{precision:.0%}",
    )
    (directory / "README.md").write_text(text, encoding="utf-8")


def _row(name: str, figures: CardFigures) -> str:
    values = (*figures.model[name], figures.rules[name][0], figures.unseen[name][0])
    return f"| {name} | " + " | ".join(f"{one:.3f}" for one in values) + " |"

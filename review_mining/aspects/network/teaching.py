"""Self-training: what trained models together think of reviews that nobody has annotated.

Each teacher, network or linear, gives calibrated probabilities; their mean is learnt as a soft label (Hinton et al.
2015; Xie et al., *Self-training with Noisy Student*, CVPR 2020). Teachers need not share a tokenizer or list of pairs.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from review_mining.annotated import AnnotatedOpinion, json_rows, read_reviews, shown
from review_mining.aspects.network.data import Lesson
from review_mining.aspects.ngrams import Reals
from review_mining.aspects.reading import Reader, Reading
from review_mining.aspects.segments import Segments, segment
from review_mining.errors import InputError, ModelError
from review_mining.ingest.masking import mask
from review_mining.tables import LABELS, OVERALL, POLARITIES

Pair = tuple[str, str]

_LIKELY = 0.05
"""Opinions below are taught as absent."""
_AT_ONCE = 1024
_DECIMALS = 3


def lessons_of(teachers: Sequence[Reader], keys: Sequence[str], texts: Sequence[str]) -> Iterator[Lesson]:
    """Soft labels of reviews.

    Args:
        teachers: models that share a taxonomy.
        keys: of the reviews.
        texts: likewise.

    Raises:
        ModelError: the teachers' aspects differ.
    """
    if len({teacher.heads.aspects for teacher in teachers}) != 1:
        raise ModelError("The teachers speak of different aspects; give models of one taxonomy.")
    for first in range(0, len(texts), _AT_ONCE):
        chosen = slice(first, first + _AT_ONCE)
        masked = [mask(shown(text))[0] for text in texts[chosen]]
        segments = segment(masked)
        readings = [teacher.read(segments) for teacher in teachers]
        yield from _batch(teachers, readings, segments, keys[chosen], masked)


def _batch(
    teachers: Sequence[Reader],
    readings: Sequence[Reading],
    segments: Segments,
    keys: Sequence[str],
    texts: Sequence[str],
) -> Iterator[Lesson]:
    aspects, overall = (
        np.mean([getattr(one.probabilities, name) for one in readings], axis=0) for name in ("aspects", "overall")
    )
    opinions = _opinions(teachers, readings, segments)
    for review, (key, text) in enumerate(zip(keys, texts, strict=True)):
        found = opinions.get(review, [])
        yield Lesson(
            text,
            tuple(opinion for opinion, _ in found),
            tuple(strength for _, strength in found),
            _shares(overall[review]),
            {name: _shares(aspects[review, place]) for place, name in enumerate(teachers[0].heads.aspects)},
            key,
        )


def _opinions(
    teachers: Sequence[Reader], readings: Sequence[Reading], segments: Segments
) -> dict[int, list[tuple[AnnotatedOpinion, float]]]:
    """Likely opinions by review; their words are those that the most certain teacher points at."""
    pairs: list[Pair] = sorted({pair for teacher in teachers for pair in teacher.heads.pairs})
    columns = [[_column(teacher, pair) for pair in pairs] for teacher in teachers]
    each = np.stack([_spread(one, place) for one, place in zip(readings, columns, strict=True)])
    mean = np.nanmean(each, axis=0)
    found: dict[int, list[tuple[AnnotatedOpinion, float]]] = {}
    for clause, pair in np.argwhere(mean >= _LIKELY).tolist():
        surest = int(np.nanargmax(each[:, clause, pair]))
        review = int(segments.clause_reviews[clause])
        column = columns[surest][pair]
        start, end = segments.normalised[review].original_span(*readings[surest].span(clause, column))
        opinion = AnnotatedOpinion(*pairs[pair], start, end)
        found.setdefault(review, []).append((opinion, round(float(mean[clause, pair]), _DECIMALS)))
    return found


def _column(teacher: Reader, pair: Pair) -> int:
    """The teacher's column of a pair, -1 where it has none."""
    return teacher.heads.pairs.index(pair) if pair in teacher.heads.pairs else -1


def _spread(reading: Reading, columns: Sequence[int]) -> Reals:
    """Probabilities of the wanted pairs, shape (clauses, pairs); a teacher without a pair does not vote on it."""
    opinions = reading.probabilities.opinions
    return np.concatenate([opinions, np.full((len(opinions), 1), np.nan)], axis=1)[:, list(columns)]


def _shares(values: Reals) -> tuple[float, ...]:
    return tuple(values.round(_DECIMALS).tolist())


def lesson_row(lesson: Lesson) -> str:
    """A lesson as a line of JSON, without its text."""
    opinions = [
        {"code": one.code, "polarity": one.polarity, "start": one.start, "end": one.end, "strength": strength}
        for one, strength in zip(lesson.opinions, lesson.strengths, strict=True)
    ]
    return json.dumps(
        {"key": lesson.key, "overall": lesson.overall, "aspects": lesson.aspects, "opinions": opinions},
        ensure_ascii=False,
    )


def read_lessons(path: Path, reviews: Path | None, aspects: Sequence[str]) -> list[Lesson]:
    """Lessons of a file, joined with the texts of ``reviews``; those whose key is not there are left out.

    Args:
        path: what ``scripts/distil_aspects.py`` wrote.
        reviews: Parquet file of the texts.
        aspects: names of the student's aspects.

    Raises:
        InputError: a file cannot be read, or a row does not fit.
    """
    if reviews is None:
        raise InputError("has no texts", path=path, hint="Name the file of reviews that its keys belong to.")
    texts = {row["key"]: row["text"] for row in read_reviews(reviews)}
    found = []
    for number, row in enumerate(json_rows(path)):
        try:
            if row["key"] in texts:
                found.append(_lesson(row, mask(shown(texts[row["key"]]))[0], aspects))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            hint = "A row needs key, overall, aspects and opinions with code, polarity, start, end and strength."
            raise InputError(f"not a soft label: {error!r}", path=path, row=number, hint=hint) from error
    return found


def _lesson(row: dict[str, Any], text: str, aspects: Sequence[str]) -> Lesson:
    if set(row["aspects"]) != set(aspects):
        raise ValueError(f"aspects are {sorted(row['aspects'])}, the student's are {sorted(aspects)}")
    opinions = tuple(
        AnnotatedOpinion(one["code"], one["polarity"], int(one["start"]), int(one["end"])) for one in row["opinions"]
    )
    strengths = tuple(float(one["strength"]) for one in row["opinions"])
    if not all(0 <= one.start < one.end <= len(text) and one.polarity in POLARITIES for one in opinions):
        raise ValueError("an opinion does not lie in the text or has no polarity")
    if not all(0 <= strength <= 1 for strength in strengths):
        raise ValueError("a strength is not between 0 and 1")
    shares = {name: _read_shares(values, len(LABELS)) for name, values in row["aspects"].items()}
    return Lesson(text, opinions, strengths, _read_shares(row["overall"], len(OVERALL)), shares, row["key"])


def _read_shares(values: Sequence[Any], number: int) -> tuple[float, ...]:
    shares = tuple(float(value) for value in values)
    if len(shares) != number or not np.isclose(sum(shares), 1, atol=0.01):
        raise ValueError(f"{values!r} are not {number} shares of a whole")
    return shares

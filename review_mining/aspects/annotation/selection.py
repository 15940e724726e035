"""Which reviews to annotate next: complaints, rare sub-aspects, doubtful cases, and a natural rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from review_mining.aspects.tagger import AspectTagger
from review_mining.config import Share, Strict
from review_mining.errors import InputError
from review_mining.tables import LABELS

Mask = npt.NDArray[np.bool_]
Reals = npt.NDArray[np.float64]

_COLUMNS = ["key", "source", "category", "text", "polarity", "rating", "reserved"]
_BAD_STARS = ("1", "2")


class SelectionConfig(Strict):
    """How the reviews of a round are divided.

    Attributes:
        negatives: share of reviews that are labelled, or taken by the model, as complaints.
        rare: share of reviews in which the model sees a rare sub-aspect or that hold one of its words.
        doubtful: share of reviews whose aspect labels the model is least sure of; the rest is drawn at random.
        rare_words: words by sub-aspect that make a review worth reading; they never label it.
        max_characters: longer reviews are left out.
    """

    negatives: Share = 0.42
    rare: Share = 0.26
    doubtful: Share = 0.16
    rare_words: dict[str, tuple[str, ...]] = {}
    max_characters: int = 400


@dataclass(frozen=True, eq=False)
class Candidates:
    """Reviews that may be annotated.

    Attributes:
        keys, texts, groups: one entry a review; a group is a source with its category.
        negative: labelled as a complaint.
    """

    keys: Sequence[str]
    texts: Sequence[str]
    groups: npt.NDArray[np.str_]
    negative: Mask

    def __len__(self) -> int:
        return len(self.keys)

    def select(self, places: npt.NDArray[np.int64]) -> Candidates:
        """The reviews at these places."""
        keys, texts = [self.keys[place] for place in places], [self.texts[place] for place in places]
        return Candidates(keys, texts, self.groups[places], self.negative[places])


def load_candidates(
    path: Path, *, reserved: bool, without: frozenset[str], sources: Sequence[str] = (), max_characters: int
) -> Candidates:
    """Read the reviews that have not been annotated yet.

    Args:
        path: Parquet file with key, source, category, text, polarity, rating and reserved.
        reserved: which of the two parts.
        without: keys of annotated reviews.
        sources: only these; all when empty.
        max_characters: longer texts are left out.

    Raises:
        InputError: the file cannot be read or lacks a column.
    """
    try:
        rows = pq.read_table(path, columns=_COLUMNS).to_pylist()
    except (OSError, pa.ArrowException) as error:
        hint = f"The columns are {', '.join(_COLUMNS)}."
        raise InputError(f"cannot be read: {error}", path=path, hint=hint) from error
    kept = [
        row
        for row in rows
        if bool(row["reserved"]) == reserved
        and row["key"] not in without
        and (not sources or row["source"] in sources)
        and 0 < len(row["text"].strip()) <= max_characters
    ]
    return Candidates(
        [row["key"] for row in kept],
        [row["text"] for row in kept],
        np.asarray([f"{row['source']}/{row['category']}" for row in kept], dtype=np.str_),
        np.asarray([row["polarity"] == 0 or row["rating"] in _BAD_STARS for row in kept], dtype=np.bool_),
    )


def spread(groups: npt.NDArray[np.str_], rows: int, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    """Draw rows so that a group is shown by the square root of its size: small groups count more, large ones most.

    Returns:
        Places, at most ``rows`` of them, in random order.
    """
    _, inverse, counts = np.unique(groups, return_inverse=True, return_counts=True)
    # The keys of Efraimidis and Spirakis (2006): the largest are a weighted draw without replacement.
    drawn = rng.random(len(groups)) ** np.sqrt(counts[inverse])
    return np.argsort(-drawn, kind="stable")[:rows]


def choose(
    candidates: Candidates, tagger: AspectTagger, config: SelectionConfig, rows: int, rng: np.random.Generator
) -> npt.NDArray[np.int64]:
    """Places of the reviews to annotate, each once, in random order."""
    traits = _traits(candidates, tagger, config)
    taken = np.zeros(len(candidates), dtype=np.bool_)
    for share, wanted in (
        (config.rare, traits.rare),
        (config.negatives, traits.negative),
        (config.doubtful, traits.doubt >= np.quantile(traits.doubt, 0.9)),
    ):
        _take(taken, wanted, round(share * rows), candidates.groups, rng)
    _take(taken, ~taken, rows - int(taken.sum()), candidates.groups, rng)
    return rng.permutation(np.flatnonzero(taken))


@dataclass(frozen=True, eq=False)
class _Traits:
    rare: Mask
    negative: Mask
    doubt: Reals


def _traits(candidates: Candidates, tagger: AspectTagger, config: SelectionConfig) -> _Traits:
    opinions, labels = tagger.tag(candidates.texts, review_ids=candidates.keys)
    place_of = {key: place for place, key in enumerate(candidates.keys)}
    rare = np.asarray([_holds(text, config) for text in candidates.texts], dtype=np.bool_)
    columns = (opinions[name].to_pylist() for name in ("review_id", "sub_aspect", "polarity"))
    for key, code, polarity in zip(*columns, strict=True):
        if code in config.rare_words and polarity == "negative":
            rare[place_of[key]] = True
    overall = np.asarray(labels["overall"].to_pylist())
    doubt = np.zeros(len(candidates))
    for aspect in tagger.taxonomy.aspects:
        odds = np.stack([labels[f"{aspect}_{label}"].to_numpy() for label in LABELS], axis=1)
        doubt = np.maximum(doubt, 1 - odds.max(axis=1))
    return _Traits(rare, candidates.negative | (overall == "negative"), doubt)


def _holds(text: str, config: SelectionConfig) -> bool:
    return any(word in text for words in config.rare_words.values() for word in words)


def _take(taken: Mask, wanted: Mask, rows: int, groups: npt.NDArray[np.str_], rng: np.random.Generator) -> None:
    places = np.flatnonzero(wanted & ~taken)
    taken[places[spread(groups[places], rows, rng)]] = True

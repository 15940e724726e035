"""The themes of one sub-aspect: cluster, drop what is too small, name, quote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from review_mining.config import ThemesConfig
from review_mining.taxonomy import Taxonomy
from review_mining.themes import naming
from review_mining.themes.assembly import assembled, read
from review_mining.themes.clustering import CORE, UNGROUPED, Core, Labels, cut, distances, stability
from review_mining.themes.identity import identity
from review_mining.themes.lexical import Matrix
from review_mining.themes.selection import Spans
from review_mining.themes.vectors import SpanVectors
from review_mining.themes.words import Words

_QUOTES = 5
_VOTING = 4 * CORE
"""Different spans, most frequent first, that decide how large a theme is: the tail hardly changes which are kept."""

_NAMING = 300
"""Spans of a theme, the most frequent first, among which its name, keywords and quotes are sought."""

_QUOTE_LENGTHS = (5, 40)


@dataclass(frozen=True)
class Theme:
    """One named theme."""

    theme_id: str
    aspect: str
    sub_aspect: str
    name: str
    keywords: tuple[str, ...]
    stability: float
    quotes: tuple[str, ...]

    def row(self) -> dict[str, Any]:
        """The theme as a row of the themes table."""
        return {**vars(self), "keywords": list(self.keywords), "quotes": list(self.quotes)}


@dataclass(frozen=True)
class Fitted:
    """What is kept of a sub-aspect.

    Attributes:
        core: labelled spans; label ``i`` is ``themes[i]``.
        themes: largest first, later ones behind; the residual theme, if any, is last.
        has_residual: the last theme takes the spans that belong to no group.
    """

    core: Core
    themes: tuple[Theme, ...]
    has_residual: bool

    def theme_ids(self, labels: Labels) -> NDArray[np.object_]:
        """Theme ids (or None) of votes of ``core``, shape (n,) → (n,)."""
        named = len(self.themes) - self.has_residual
        # Labels begin at FAR = -2 and UNGROUPED = -1.
        rest = self.themes[-1].theme_id if self.has_residual else None
        ids = np.array([None, rest, *(theme.theme_id for theme in self.themes[:named])], dtype=object)
        found: NDArray[np.object_] = ids[labels + 2]
        return found


def extended(known: Fitted, found: Fitted) -> Fitted:
    """Themes of both; ``known`` ones keep their ids, the residual theme stays one.

    Args:
        known: fitted before.
        found: fitted on complaints that ``known`` does not recognise.
    """
    old, new = (list(one.themes[: len(one.themes) - one.has_residual]) for one in (known, found))
    rest = [one.themes[-1] for one in (known, found) if one.has_residual][:1]
    labels = np.where(found.core.labels >= 0, found.core.labels + len(old), UNGROUPED).astype(np.int32)
    core = Core(np.concatenate([known.core.vectors, found.core.vectors]), np.concatenate([known.core.labels, labels]))
    return Fitted(core, (*old, *new, *rest), bool(rest))


def fit_sub_aspect(
    code: str,
    spans: Spans,
    vectors: SpanVectors,
    segmenter: Words,
    *,
    config: ThemesConfig,
    taxonomy: Taxonomy,
    taken: frozenset[str],
    seed: int,
    least: int = 0,
) -> Fitted:
    """Find and name the themes of one sub-aspect.

    Args:
        code: the sub-aspect.
        spans: its different complaints.
        vectors: fitted span vectors.
        segmenter: splits spans into words.
        config: sizes.
        taxonomy: names of sub-aspects.
        taken: names of themes elsewhere.
        seed: of the stability resamples.
        least: complaints that a theme must have, where that is more than ``config`` asks for.
    """
    points = vectors.transform(spans.keys[:_VOTING])
    weights = spans.weights[:_VOTING]
    between = distances(points[:CORE])
    core, labels = _settle(cut(between), points, weights, max(config.min_opinions, least), config.max_per_sub_aspect)
    groups = [_group(np.flatnonzero(labels == label), spans, points, segmenter) for label in range(labels.max() + 1)]
    rest = np.flatnonzero(labels == UNGROUPED)
    has_residual = weights[rest].sum() >= config.min_opinions
    residual = [_group(rest, spans, points, segmenter)] if has_residual else []
    sub = taxonomy.sub_aspects.get(code)
    title = sub.zh if sub else code
    steadiness = stability(between, core.labels, len(groups), seed) if groups else []
    themes: list[Theme] = []
    words = naming.keywords([*groups, *residual])
    assemblies = assembled([group.pairs for group in groups], [group.weights for group in groups])
    for number, group in enumerate([*groups, *residual]):
        is_rest = number == len(groups)
        names = taken | {theme.name for theme in themes}
        if is_rest:
            label = _rest_name(title, names)
        else:
            label = naming.name(group, words[number], assemblies[number], names, title)
        themes.append(
            Theme(
                theme_id=identity(code, label),
                aspect=spans.aspect,
                sub_aspect=code,
                name=label,
                keywords=tuple(words[number]),
                stability=0.0 if is_rest else steadiness[number],
                quotes=_quotes(rest if is_rest else np.flatnonzero(labels == number), spans, group, words[number]),
            )
        )
    return Fitted(core, tuple(themes), bool(has_residual))


def _settle(found: Labels, points: Matrix, weights: NDArray[np.float64], least: int, most: int) -> tuple[Core, Labels]:
    """Keep the ``most`` largest groups that have ``least`` complaints after the vote of all spans, largest first."""
    labels = found
    while True:
        core = Core(points[: len(found)], labels)
        votes = core.vote(points)
        grouped = votes >= 0
        sizes = np.bincount(votes[grouped], weights=weights[grouped], minlength=int(labels.max(initial=-1)) + 1)
        order = sorted(range(len(sizes)), key=lambda label: (-sizes[label], label))
        kept = [label for label in order if sizes[label] >= least][:most]
        renumber = np.full(len(sizes) + 1, UNGROUPED, np.int32)
        renumber[kept] = np.arange(len(kept))
        after: Labels = np.where(labels >= 0, renumber[labels], UNGROUPED).astype(np.int32)
        if np.array_equal(after, labels):
            return core, votes
        labels = after


def _group(members: NDArray[np.intp], spans: Spans, points: Matrix, segmenter: Words) -> naming.Group:
    members = members[:_NAMING]
    weights = spans.weights[members]
    centre = np.average(points[members], axis=0, weights=weights)
    keys = [spans.keys[member] for member in members]
    tokens = segmenter(keys)
    return naming.Group(
        spans=[spans.texts[member] for member in members],
        words=naming.content(tokens),
        pairs=[read(line, text) for line, text in zip(tokens, keys, strict=True)],
        weights=weights,
        centrality=np.clip((points[members] @ centre).astype(np.float64), 0.0, None),
    )


def _quotes(members: NDArray[np.intp], spans: Spans, group: naming.Group, head: Sequence[str]) -> tuple[str, ...]:
    """Opinions with the most central different texts; one that shows the theme's words, at readable length, first."""
    shortest, longest = _QUOTE_LENGTHS
    scores = {}
    for i, text in enumerate(group.spans):
        readable = shortest <= len(text) <= longest
        scores[i] = float(group.centrality[i]) * (1.0 if readable else 0.3) * (0.5 + sum(w in text for w in head[:3]))
    order = sorted(scores, key=lambda i: (-round(scores[i], 9), spans.keys[members[i]]))
    return tuple(spans.opinion_ids[members[i]] for i in order[:_QUOTES])


def _rest_name(title: str, taken: frozenset[str]) -> str:
    candidates = (f"其他{title}", *(f"其他{title}（{number}）" for number in range(2, len(taken) + 3)))
    return next(candidate for candidate in candidates if candidate not in taken)

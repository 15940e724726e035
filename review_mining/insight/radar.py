"""Where and since when a theme stands out: SKUs, batches, shops, couriers and regions against their peers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from review_mining.insight.breakdown import Cells, Dimension, Incidence
from review_mining.insight.expectation import CellTexts, Peers, Strata, block_rows, by_week
from review_mining.insight.observations import Flags, Ints, Reals, Texts
from review_mining.insight.onset import UNKNOWN, Weeks, onset, spans
from review_mining.insight.shrinkage import Prior, fit_prior, shrink, tail
from review_mining.insight.trend import false_discovery_rates

PRODUCTS: Final = ("product_id", "product_name")

_LARGEST_SHARE: Final = 0.5
"""A value with more than half of its peers' texts says little of how far ordinary values differ."""


@dataclass(frozen=True)
class Board:
    """The cells of a dimension that have enough texts; parallel arrays.

    Attributes:
        dimension: the values.
        within: the column within whose values they are compared.
        peers: of the dimension.
        theme: int, (cells,).
        value: int, (cells,).
        texts: of the cells.
        prior: of their relative rates.
        tests: cells that could have had enough texts.
    """

    dimension: Dimension
    within: str | None
    peers: Peers
    theme: Ints
    value: Ints
    texts: CellTexts
    prior: Prior
    tests: int

    def p_values(self, since: Flags | None, level: float, min_support: int) -> Reals:
        """P-values of the cells in a span; 1 where they have too few texts, or more than ``level`` anyway."""
        n = self.texts.count(since)
        p_value = np.ones(len(n))
        asked = np.flatnonzero(n >= min_support)
        trials, expected = self.peers.expectation(since).at(self.value[asked], self.theme[asked])
        # What is no surprise if all ordinary values are the same is none if they differ.
        near = tail(n[asked], trials, expected, np.inf) <= level
        p_value[asked[near]] = tail(n[asked[near]], trials[near], expected[near], self.prior.evenness)
        return p_value


def radar(
    dimensions: Sequence[Dimension], texts: Texts, incidence: Incidence, *, min_support: int, rate: float
) -> list[dict[str, Any]]:
    """Cells in which a theme is found more often than among the value's peers, ever or since some week.

    Where there are several products, all other dimensions are compared within products. The false-discovery rate is
    controlled over every cell of all dimensions that could have ``min_support`` texts (Benjamini and Hochberg 1995).
    Every dimension has the same part of the evidence allowed, so that many regions do not hide a courier: p-values are
    weighted (Genovese, Roeder and Wasserman 2006, False discovery control with p-value weighting, Biometrika 93).

    Args:
        dimensions: grouping columns.
        texts: labels and days by slot.
        incidence: which texts have which theme.
        min_support: texts that a cell needs, in the span that is claimed.
        rate: false-discovery rate.

    Returns:
        Per finding ``theme_id``, ``dimension``, ``value``, ``n`` and ``expected`` (texts since ``since``), ``ratio``
        (shrunk) with ``ratio_low`` and ``ratio_high``, ``q``, ``since`` (first day, or None for the whole time),
        ``since_week`` (its number), ``within`` (the column within whose values it was compared, or None) and
        ``expected_in_shop`` (the same texts, compared with the whole shop), the most telling first.
    """
    weeks = Weeks.of(texts)
    findings, evidence = [], []
    products: Strata | None = None
    for dimension in dimensions:
        within = None if dimension.name in PRODUCTS else products
        board = _board(dimension, within, texts, incidence, min_support)
        if dimension.name in PRODUCTS and len(dimension.values) > 1:
            products = Strata(dimension, board.prior)
        evidence.append((board, *_evidence(board, weeks, min_support, rate)))
    asked = sum(board.tests > 0 for board, _, _ in evidence)
    weighted = [p_value * asked * board.tests for board, p_value, _ in evidence]
    q = false_discovery_rates(np.concatenate([np.zeros(0), *weighted]), tests=1)
    for board, p_value, began in evidence:
        own, q = np.split(q, [len(p_value)])
        findings += _findings(board, own, began, weeks, min_support, rate)
    return sorted(findings, key=lambda f: (f["q"], -f["n"], f["theme_id"], f["dimension"], f["value"]))


def _board(dimension: Dimension, within: Strata | None, texts: Texts, incidence: Incidence, min_support: int) -> Board:
    peers = Peers.of(dimension, within, texts.counted, incidence)
    per_value = np.bincount(dimension.of_slot[peers.known], minlength=len(dimension.values))
    per_theme = incidence.texts(peers.known)
    cells = incidence.cells(np.where(peers.known, dimension.of_slot, -1).astype(np.int32))
    enough = cells.n >= min_support
    theme, value = cells.theme[enough], cells.value[enough]
    return Board(
        dimension,
        within.dimension.name if within else None,
        peers,
        theme,
        value,
        peers.texts_of(value, theme),
        _prior(peers, cells, per_value, per_theme, min_support),
        peers.expectation().possible(min_support),
    )


def _prior(peers: Peers, cells: Cells, per_value: Ints, per_theme: Ints, min_support: int) -> Prior:
    """Fitted to the cells of the most reviewed values, those without any text included."""
    order = np.argsort(-per_value, kind="stable")[: block_rows(len(per_theme))]
    values, themes = order[per_value[order] >= min_support], np.flatnonzero(per_theme >= min_support)
    trials, expected = peers.expectation().block(values)
    row = np.full(len(per_value), -1)
    row[values] = np.arange(len(values))
    inside = row[cells.value] >= 0
    n = np.zeros(expected.shape, dtype=np.int64)
    n[row[cells.value[inside]], cells.theme[inside]] = cells.n[inside]
    trials, expected, n = trials[:, themes], expected[:, themes], n[:, themes]
    telling = (expected > 0) & (expected <= _LARGEST_SHARE * trials)
    return fit_prior(n[telling], trials[telling], expected[telling])


def _evidence(board: Board, weeks: Weeks, min_support: int, level: float) -> tuple[Reals, Ints]:
    """P-values over the whole time and all spans, and the first week of the span with most evidence.

    Half of the evidence allowed is for the whole time, half is shared among the spans.
    """
    tried = spans(weeks)
    best = board.p_values(None, level, min_support) * (2 if tried else 1)
    began = np.full(len(best), UNKNOWN)
    for week in tried:
        p_value = 2 * len(tried) * board.p_values(weeks.since(week), level, min_support)
        better = p_value < best
        best, began = np.where(better, p_value, best), np.where(better, week, began)
    return np.minimum(best, 1.0), began


def _findings(board: Board, q: Reals, began: Ints, weeks: Weeks, min_support: int, rate: float) -> list[dict[str, Any]]:
    found = np.flatnonzero(q <= rate)
    theme, value = board.theme[found], board.value[found]
    week = _onsets(board, found, began, weeks, min_support, rate)
    shop = Peers.of(board.dimension, None, board.peers.known, board.peers.incidence)
    n = np.zeros(len(found), dtype=np.int64)
    trials, expected, in_shop = np.zeros((3, len(found)))
    for start in np.unique(week):
        mine, since = week == start, None if start == UNKNOWN else weeks.since(start)
        n[mine] = board.texts.count(since)[found[mine]]
        trials[mine], expected[mine] = board.peers.expectation(since).at(value[mine], theme[mine])
        in_shop[mine] = shop.expectation(since).at(value[mine], theme[mine])[1]
    ratios = shrink(n, trials, expected, board.prior)
    return [
        {
            "theme_id": board.peers.incidence.theme_ids[int(theme[i])],
            "dimension": board.dimension.name,
            "value": board.dimension.values[int(value[i])],
            "n": int(n[i]),
            "expected": float(expected[i]),
            "ratio": float(ratios.ratio[i]),
            "ratio_low": float(ratios.low[i]),
            "ratio_high": float(ratios.high[i]),
            "q": float(q[found[i]]),
            "since": weeks.day(int(week[i])),
            "since_week": weeks.count(int(week[i])),
            "within": board.within,
            "expected_in_shop": float(in_shop[i]),
        }
        for i in range(len(found))
    ]


def _onsets(board: Board, found: Ints, began: Ints, weeks: Weeks, min_support: int, level: float) -> Ints:
    """First week of the span that each finding is about, ``UNKNOWN`` for the whole time.

    That is the week from which the rate of the cell rose, if it rose and is raised against its peers since; else the
    span that gave the evidence.
    """
    chosen = began[found]
    if not weeks.number or not len(found):
        return chosen
    by_cell = board.texts.by_week(weeks.of_slot, weeks.number)[found]
    values, place = np.unique(board.value[found], return_inverse=True)
    row = np.full(len(board.dimension.values) + 1, -1)
    row[values] = np.arange(len(values))
    # The cells hold only texts that have peers; set against all of the value's, they would seem to rise with those.
    of_slot = np.where(board.peers.known, row[board.dimension.of_slot], -1)
    by_value = by_week(of_slot, weeks.of_slot, len(values), weeks.number)
    rose = np.array(
        [
            onset(counts, volume, min_support=min_support, level=level)
            for counts, volume in zip(by_cell, by_value[place], strict=True)
        ]
    )
    for week in np.unique(rose[rose != UNKNOWN]):
        mine = np.flatnonzero(rose == week)
        raised = board.p_values(weeks.since(week), level, min_support)[found[mine]] <= level
        chosen[mine[raised]] = week
    return chosen

"""How many reviews of a theme speak of danger, return or dispute: what is urgent whatever its number."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from review_mining.insight.breakdown import Incidence
from review_mining.insight.case import Case
from review_mining.insight.observations import MIXED, NEGATIVE, Flags, Labels, read_mentions
from review_mining.text.severity import KINDS

_SAFETY: Final = 1 << KINDS.index("safety")


def severity_of_themes(case: Case, facts: pa.Table, mentions: pa.Table) -> dict[str, dict[str, int]]:
    """Reviews of each theme by kind of severity.

    A review may complain of several things, one of them dangerous: for ``safety`` the words must stand in the clause of
    an opinion of the theme. A wish to return or a dispute is about the whole purchase: there the whole review counts.

    Args:
        case: texts and mentions.
        facts: one row per review, with ``severity`` and ``follow_up_severity``.
        mentions: one row per opinion, with ``severity``.

    Returns:
        By theme id the number of reviews of each of ``KINDS``.
    """
    n, ids = case.texts.reviews, case.incidence.theme_ids
    mask = _review_masks(case, facts)
    pairs = np.unique(case.incidence.theme * max(n, 1) + case.incidence.slot % max(n, 1))
    theme, of_review = pairs // max(n, 1), mask[pairs % max(n, 1)]
    counts = {
        kind: np.bincount(theme[(of_review & (1 << number)) > 0], minlength=len(ids))
        for number, kind in enumerate(KINDS)
    }
    counts["safety"] = _dangerous(case, mentions).reviews(n)
    return {theme_id: {kind: int(counts[kind][i]) for kind in KINDS} for i, theme_id in enumerate(ids)}


def severity_of_shop(case: Case, facts: pa.Table) -> dict[str, Any]:
    """The same among all counted reviews, and among those that complain of anything.

    Returns:
        ``counted`` and ``complaining``, each with ``n`` and the number of reviews of each of ``KINDS``.
    """
    mask, n = _review_masks(case, facts), case.texts.reviews
    bad = np.isin(case.texts.labels, (NEGATIVE, MIXED)).any(axis=0) & case.texts.counted
    groups = {"counted": case.texts.counted[:n], "complaining": bad[:n] | bad[n:]}
    return {name: {"n": int(chosen.sum()), **_by_kind(mask, chosen)} for name, chosen in groups.items()}


def _by_kind(mask: Labels, chosen: Flags) -> dict[str, int]:
    return {kind: int(np.count_nonzero(mask[chosen] & (1 << number))) for number, kind in enumerate(KINDS)}


def _review_masks(case: Case, facts: pa.Table) -> Labels:
    """Kinds found in either counted text of each review. Int8, (reviews,)."""
    n = case.texts.reviews
    if "severity" not in facts.column_names:
        return np.zeros(n, dtype=np.int8)
    both = np.concatenate([facts.column(name).to_numpy() for name in ("severity", "follow_up_severity")])
    both = np.where(case.texts.counted, both, 0).astype(np.int8)
    either: Labels = both[:n] | both[n:]
    return either


def _dangerous(case: Case, mentions: pa.Table) -> Incidence:
    """Which texts have which theme, for opinions beside words of danger alone."""
    ids, codes = case.incidence.theme_ids, list(case.taxonomy.sub_aspects)
    if "severity" not in mentions.column_names:
        mentions = mentions.slice(0, 0)
    else:
        mentions = mentions.filter(pc.greater(pc.bit_wise_and(mentions.column("severity"), _SAFETY), 0))
    found = read_mentions(mentions, case.texts, case.aspects, codes, ids)
    return Incidence.read(found.where(found.code >= 0), ids, 2 * case.texts.reviews)

"""What a report carries on from an earlier one: its themes, and what has become of them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pyarrow as pa

from review_mining.themes import ThemeModel


def carried_on(earlier: ThemeModel, complaints: pa.Table, *, refit: bool) -> tuple[ThemeModel, dict[str, Any]]:
    """The themes for other complaints, and what a report's run section says of it.

    Args:
        earlier: themes of an earlier report.
        complaints: columns as ``tables.OPINIONS``, of the reviews at hand.
        refit: find the themes anew, under the ids of those found again; else keep all and add new ones.
    """
    now = earlier.refitted(complaints) if refit else earlier.extended(complaints)
    known = set(_named(earlier))
    return now, {
        "themes_kept": True,
        "themes_new": [theme for theme in _named(now) if theme not in known],
        "themes_pinned": sorted(now.pinned),
        "themes_drift": asdict(earlier.drift(complaints)),
        "themes_changes": [asdict(change) for change in now.changes],
    }


def nothing_carried_on() -> dict[str, Any]:
    """What a run section says where there is no earlier report."""
    return {
        "themes_kept": False,
        "themes_new": [],
        "themes_pinned": [],
        "themes_drift": None,
        "themes_changes": [],
    }


def _named(model: ThemeModel) -> list[str]:
    """Ids of the themes in their order, leftovers apart."""
    leftovers = model.residual
    return [theme for theme in model.themes["theme_id"].to_pylist() if theme not in leftovers]

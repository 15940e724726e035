"""The block on what has become of the themes of an earlier report."""

from __future__ import annotations

from typing import Any

from review_mining.report.sections.names import Content, View
from review_mining.report.words import Words

_LISTED = 12
_TOLD = ("split", "merged", "gone")


def view(content: Content, words: Words) -> View | None:
    """Values for ``since_last.html.j2``; None where there is no earlier report."""
    run = content["run"]
    if not run["themes_kept"]:
        return None
    new = set(run["themes_new"])
    quiet = [theme["name"] for theme in content["themes"] if theme["n"] == 0 and theme["stability"] > 0]
    lists = [
        ("new", [theme["name"] for theme in content["themes"] if theme["theme_id"] in new]),
        ("quiet", quiet),
        *(
            (kind, [_told(change, words) for change in run["themes_changes"] if change["kind"] == kind])
            for kind in _TOLD
        ),
    ]
    return {
        "lists": [(words.text(f"since_last.{kind}"), _listed(found, words)) for kind, found in lists if found],
        "kept": sum(change["kind"] == "kept" for change in run["themes_changes"]),
        "refit": bool(run["themes_changes"]),
        "drift": _drift(run["themes_drift"], words),
        "advice": run["themes_drift"]["level"] == "large" and not run["settings"]["themes"]["refit"],
    }


def _told(change: dict[str, Any], words: Words) -> str:
    sizes = words.text("since_last.sizes", before=words.count(change["before"]), now=words.count(change["now"]))
    other = change["other_name"] and words.text(f"since_last.{change['kind']}_other", name=change["other_name"])
    return f"{change['name']}{other or ''}{sizes}"


def _listed(found: list[str], words: Words) -> str:
    more = words.text("since_last.more", n=words.count(len(found) - _LISTED)) if len(found) > _LISTED else ""
    return words.text("since_last.between").join(found[:_LISTED]) + more


def _drift(drift: dict[str, Any], words: Words) -> str:
    overall = drift["overall"]
    return words.text(
        f"since_last.drift_{drift['level']}",
        now=words.share(overall["unrecognised_now"]),
        then=words.share(overall["unrecognised_then"]),
        low=_points(overall["low"]),
        high=_points(overall["high"]),
    )


def _points(share: float) -> str:
    return f"{100 * share:+.1f}".replace("-", "−")

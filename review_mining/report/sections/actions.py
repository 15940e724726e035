"""The section on fixes: who does what about which theme, and whether it helped."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from review_mining.report.sections.names import Content, Names, View
from review_mining.report.words import Words

_CLAIMED = ("fell", "rose", "unclear")


def view(content: Content, words: Words, names: Names) -> View:
    """Values for ``actions.html.j2``."""
    themes = {theme["theme_id"]: f"{theme['priority']}. {theme['name']}" for theme in content["themes"]}
    described = describe(content, words)
    return {
        "action_rows": [
            (
                themes.get(action["theme_id"]) or words.text("actions.unknown", id=action["theme_id"]),
                action["owner"],
                action["status"],
                action["fix_date"],
                action["scope"],
                action["note"],
                action["effect"],
            )
            for action in described
        ],
        "actions_unknown": sum(action["theme_id"] not in themes for action in described),
    }


def describe(content: Content, words: Words) -> list[View]:
    """Every fix in the order of the shop's table.

    Returns:
        Per fix ``theme_id``, ``owner``, ``status``, ``fix_date``, ``scope``, ``note``, ``effect`` (a sentence, empty
        for a fix that is not done), ``verdict`` (as in ``insight.fixes``, or empty) and ``line`` (all but the effect).
    """
    effects = {fix["action"]: fix for fix in content["insight"]["fixes"]}
    return [_described(action, effects.get(i), words) for i, action in enumerate(content["run"]["actions"])]


def of_themes(content: Content, words: Words) -> dict[str, list[View]]:
    """The fixes of each theme that has some, as ``describe`` gives them."""
    found: dict[str, list[View]] = {}
    for action in describe(content, words):
        found.setdefault(action["theme_id"], []).append(action)
    return found


def _described(action: Mapping[str, Any], fix: Mapping[str, Any] | None, words: Words) -> View:
    scope = _scope(action["scope"], words)
    known = (action["owner"], words.named("status", action["status"]), action["fix_date"], scope, action["note"])
    return {
        "theme_id": action["theme_id"],
        "owner": action["owner"],
        "status": words.named("status", action["status"]),
        "fix_date": action["fix_date"] or "",
        "scope": scope,
        "note": action["note"],
        "effect": _effect(action, fix, words),
        "verdict": fix["verdict"] if fix else "",
        "line": " · ".join(part for part in known if part),
    }


def _scope(scope: Mapping[str, list[str]], words: Words) -> str:
    if not scope:
        return words.text("actions.everything")
    comma = words.text("format.list")
    return " · ".join(f"{words.named('scope', column)} {comma.join(values)}" for column, values in scope.items())


def _effect(action: Mapping[str, Any], fix: Mapping[str, Any] | None, words: Words) -> str:
    if fix is None:
        undated = action["status"] == "done" and not action["fix_date"]
        return words.text("actions.no_date") if undated else ""
    if fix["verdict"] not in _CLAIMED:
        absent = fix["verdict"] == "too_few" and not (fix["treated"]["texts_before"] and fix["treated"]["texts_after"])
        return words.text(f"actions.{'no_texts' if absent else fix['verdict']}")
    return words.text(
        "actions.effect_is",
        ratio=words.score(fix["ratio"]),
        low=words.score(fix["low"]),
        high=words.score(fix["high"]),
        against=words.text(f"actions.against.{fix['no_control'] or 'control'}"),
        verdict=words.text(f"actions.verdict.{fix['verdict']}"),
    )

"""``briefs/``: what to work on, for each owner as Markdown and as a workbook to fill in, for all as CSV.

Jira and 飞书 import the CSV; a later report reads the workbooks with ``--actions``. They hold the themes that the page
shows (``themes_shown`` in the settings), for those have quotes.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence, Set
from pathlib import Path
from typing import Any, Final

from review_mining.report import owner_workbook
from review_mining.report.cells import safe_text
from review_mining.report.sections import themes
from review_mining.report.sections.names import Content, Names, View
from review_mining.report.words import Words
from review_mining.taxonomy import Language, Taxonomy

DIRECTORY, TASKS = "briefs", "tasks.csv"

_HEAD: Final = ("summary", "owner", "priority", "description", "labels", "theme_id")

_MARKDOWN = re.compile(r"([\\`*_\[\]<>|~&@]|^[#+=-]|(?<=http):|(?<=https):|(?<=www)\.)", re.IGNORECASE)
"""What Markdown reads anywhere, at the start of a line, or as a link."""
_NUMBER = re.compile(r"^(\d+)([.)])")
_BREAKS = re.compile(r"\s+")


def write(content: Content, out: Path, lang: Language) -> None:
    """Write a Markdown file and a workbook for each owner, and ``tasks.csv`` with all shown themes by priority.

    A workbook has the owner's shown themes, and its other themes for which a fix is listed.

    Args:
        content: what ``report.json`` holds.
        out: the report's directory.
        lang: language of everything but the reviews.
    """
    words = Words(lang)
    cards = themes.view(content, words, Names(Taxonomy.model_validate(content["run"]["taxonomy"]), words))["themes"]
    folder = out / DIRECTORY
    folder.mkdir()
    for owner in dict.fromkeys(card["owner"] for card in cards):
        own = [card for card in cards if card["owner"] == owner]
        name = owner or "other"
        (folder / f"{name}.md").write_text(_brief(name, own, content, words), encoding="utf-8")
    tasks = [_task(card, words) for card in cards]
    _write_tasks(folder / TASKS, tasks, words)
    _write_workbooks(folder, tasks, content, words)


def _brief(owner: str, cards: Sequence[View], content: Content, words: Words) -> str:
    counted = words.count(content["read"]["counted"])
    title = words.text("briefs.title", owner=words.named("owner", owner))
    return "\n\n".join(
        [f"# {title}", words.text("briefs.counted", n=counted), *(_chapter(one, words) for one in cards)]
    )


def _chapter(card: View, words: Words) -> str:
    lines = [f"## {card['priority']}. {_plain(card['name'])}", _facts(card, words)]
    if card["cells"]:
        cells = words.text("format.list").join(f"{cell['name']}: {cell['figures']}" for cell in card["cells"])
        lines.append(_plain(f"{words.text('themes.affected')}: {cells}"))
    lines.extend(_plain(f"{action['line']} {action['effect']}") for action in card["actions"])
    quotes = [f"> {_plain(quote['text'])}  \n> — {_plain(quote['footer'])}" for quote in card["quotes"]]
    return "\n\n".join([*lines, *quotes]) + "\n"


def _facts(card: View, words: Words) -> str:
    parts = [
        f"{card['aspect_name']} › {card['code_name']}",
        words.text("page.n", n=words.count(card["n"])),
        f"{words.text('themes.share')} {words.share(card['share'])} "
        f"{words.between(card['share_low'], card['share_high'], 'share')}",
        f"{words.text('themes.trend')}: {words.named('trend', card['trend'])}",
    ]
    if card["changed"]:
        parts.append(card["changed"])
    if card["impact"] is not None:
        parts.append(f"{words.text('themes.points')} {card['points']} {card['points_interval']}")
    parts.extend(mark["text"] for mark in card["urgent"])
    if card["named_by"]:
        parts.append(words.text("themes.named_by_machine"))
    return " · ".join(parts)


def _task(card: View, words: Words) -> tuple[str, ...]:
    """What ``_HEAD`` names, of one shown theme."""
    quotes = "\n".join(f"“{quote['text']}” ({quote['footer']})" for quote in card["quotes"])
    return (
        card["name"],
        words.named("owner", card["owner"] or "other"),
        str(card["priority"]),
        f"{_facts(card, words)}\n{quotes}",
        " ".join([*(mark["label"] for mark in card["urgent"]), *card["keywords"]]),
        card["theme_id"],
    )


def _write_tasks(path: Path, tasks: Sequence[Sequence[str]], words: Words) -> None:
    # The mark lets Excel open the file as UTF-8.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([words.text(f"briefs.{name}") for name in _HEAD])
        writer.writerows([safe_text(value)[0] for value in task] for task in tasks)


def _write_workbooks(folder: Path, tasks: Sequence[Sequence[str]], content: Content, words: Words) -> None:
    actions: dict[str, list[dict[str, Any]]] = {}
    for action in content["run"]["actions"]:
        actions.setdefault(action["theme_id"], []).append(action)
    owners = {theme["theme_id"]: theme["owner"] or "other" for theme in content["themes"]}
    by_owner: dict[str, list[tuple[Sequence[str], list[dict[str, Any]]]]] = {}
    shown = {task[_HEAD.index("theme_id")] for task in tasks}
    for task in (*tasks, *_unshown(content, actions, shown, words)):
        theme_id = task[_HEAD.index("theme_id")]
        by_owner.setdefault(owners[theme_id], []).append((task, actions.get(theme_id, [])))
    for owner, own in by_owner.items():
        owner_workbook.write(folder / f"{owner}.xlsx", _HEAD, own, words)


def _unshown(content: Content, actions: dict[str, Any], shown: Set[str], words: Words) -> Iterator[tuple[str, ...]]:
    """Themes that the page does not show, but for which a fix is listed."""
    for theme in content["themes"]:
        if theme["theme_id"] in actions and theme["theme_id"] not in shown:
            owner, keywords = words.named("owner", theme["owner"] or "other"), " ".join(theme["keywords"])
            yield theme["name"], owner, str(theme["priority"]), "", keywords, theme["theme_id"]


def _plain(text: str) -> str:
    """Text that Markdown shows as it is, on one line."""
    line = _BREAKS.sub(" ", text).strip()
    return _NUMBER.sub(r"\1\\\2", _MARKDOWN.sub(r"\\\1", line))

"""``briefs/``: for each owner what to work on, as Markdown to read and as one CSV that Jira or 飞书 imports.

They hold the themes that the page shows (``themes_shown`` in the settings), for those have quotes.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from pathlib import Path

from review_mining.report.cells import safe_text
from review_mining.report.sections import themes
from review_mining.report.sections.names import Content, Names, View
from review_mining.report.words import Words
from review_mining.taxonomy import Language, Taxonomy

DIRECTORY, TASKS = "briefs", "tasks.csv"

_MARKDOWN = re.compile(r"([\\`*_\[\]<>|~&@]|^[#+=-]|(?<=http):|(?<=https):|(?<=www)\.)", re.IGNORECASE)
"""What Markdown reads anywhere, at the start of a line, or as a link."""
_NUMBER = re.compile(r"^(\d+)([.)])")
_BREAKS = re.compile(r"\s+")


def write(content: Content, out: Path, lang: Language) -> None:
    """Write one Markdown file for each owner of a shown theme, and ``tasks.csv`` with all shown themes by priority.

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
    _write_tasks(folder / TASKS, cards, words)


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
    if card["impact"] is not None:
        parts.append(f"{words.text('themes.points')} {card['points']} {card['points_interval']}")
    if card["named_by"]:
        parts.append(words.text("themes.named_by_machine"))
    return " · ".join(parts)


def _write_tasks(path: Path, cards: Sequence[View], words: Words) -> None:
    head = ("summary", "owner", "priority", "description", "labels", "theme_id")
    # The mark lets Excel open the file as UTF-8.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([words.text(f"briefs.{name}") for name in head])
        for card in cards:
            quotes = "\n".join(f"“{quote['text']}” ({quote['footer']})" for quote in card["quotes"])
            values = (
                card["name"],
                words.named("owner", card["owner"] or "other"),
                str(card["priority"]),
                f"{_facts(card, words)}\n{quotes}",
                " ".join(card["keywords"]),
                card["theme_id"],
            )
            writer.writerow([safe_text(value)[0] for value in values])


def _plain(text: str) -> str:
    """Text that Markdown shows as it is, on one line."""
    line = _BREAKS.sub(" ", text).strip()
    return _NUMBER.sub(r"\1\\\2", _MARKDOWN.sub(r"\\\1", line))

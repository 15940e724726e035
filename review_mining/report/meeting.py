"""``meeting/``: for each product one printable page with its themes, buyers' words, fixes, and room to decide."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from markupsafe import Markup

from review_mining.report import page
from review_mining.report.sections import actions
from review_mining.report.sections.names import Content, Names, View
from review_mining.report.words import Words
from review_mining.taxonomy import Language, Taxonomy

DIRECTORY: Final = "meeting"

_AROUND: Final = 16
"""Characters shown on either side of a quote."""

_QUOTED: Final = 60


def write(content: Content, out: Path, lang: Language) -> None:
    """Write the sheet of every product in ``content["meeting"]``.

    Args:
        content: what ``report.json`` holds.
        out: the report's directory.
        lang: language of everything but the reviews.
    """
    words = Words(lang)
    names = Names(Taxonomy.model_validate(content["run"]["taxonomy"]), words)
    fixes = actions.of_themes(content, words)
    template, style = page.environment().get_template("meeting.html.j2"), page.asset("meeting.css")
    folder = out / DIRECTORY
    folder.mkdir()
    for sheet in content["meeting"]:
        rendered = template.render(
            c=content,
            w=words,
            sheet=_view(sheet, fixes, content, words, names),
            source=page.source(content, words),
            style=Markup(style),
            style_hash=page.policy_hash(style),
        )
        (folder / sheet["file"]).write_text(rendered, encoding="utf-8")


def _view(
    sheet: Mapping[str, Any], fixes: Mapping[str, list[View]], content: Content, words: Words, names: Names
) -> View:
    themes = {theme["theme_id"]: theme for theme in content["themes"]}
    name = names.product(sheet["product"], content)
    return {
        "name": name,
        "id": sheet["product"] if sheet["product"] != name else None,
        "reviews": sheet["reviews"],
        "period": words.text("meeting.period", since=sheet["from"], until=sheet["to"]) if sheet["from"] else "",
        "themes": [
            {
                "name": themes[topic["theme_id"]]["name"],
                "where": names.part(themes[topic["theme_id"]]["sub_aspect"]),
                "owner": words.named("owner", themes[topic["theme_id"]]["owner"] or "other"),
                "facts": _facts(topic, themes[topic["theme_id"]], words),
                "quotes": [_quote(content["quotes"][opinion]) for opinion in topic["quotes"]],
                "fix": _last(fixes.get(topic["theme_id"], [])),
            }
            for topic in sheet["themes"]
        ],
    }


def _facts(topic: Mapping[str, Any], theme: Mapping[str, Any], words: Words) -> list[str]:
    interval = words.between(topic["share_low"], topic["share_high"], "share")
    facts = [
        words.text("meeting.n", n=words.count(topic["n"])),
        words.text("meeting.share", share=words.share(topic["share"]), interval=interval),
    ]
    if topic["now"] is not None:
        facts.append(words.text("meeting.change", now=words.count(topic["now"]), before=words.count(topic["before"])))
    return [*facts, words.text("meeting.trend", trend=words.named("trend", theme["trend"]))]


def _quote(quote: Mapping[str, Any]) -> View:
    before, after = quote["before"][-_AROUND:], quote["after"][:_AROUND]
    return {
        "before": ("…" if quote["cut_before"] or before != quote["before"] else "") + before,
        "text": quote["text"][:_QUOTED],
        "after": after + ("…" if quote["cut_after"] or after != quote["after"] else ""),
        "day": (quote["date"] or "")[:10],
        "sku": quote["sku"] or "",
    }


def _last(fixes: list[View]) -> View | None:
    """The fix with the latest day; those without one come before all others."""
    return max(fixes, key=lambda fix: str(fix["fix_date"]), default=None)

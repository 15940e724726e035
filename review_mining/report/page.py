"""``report.html``: one self-contained page, rendered from the report's content alone."""

from __future__ import annotations

import base64
import hashlib
from importlib import resources
from pathlib import PurePath

from jinja2 import Environment
from markupsafe import Markup

from review_mining.report.sections import (
    actions,
    certainty,
    evidence,
    follow_ups,
    index,
    over_time,
    products,
    read,
    themes,
)
from review_mining.report.sections.names import Content, Names, View
from review_mining.report.words import Words
from review_mining.taxonomy import Language, Taxonomy
from review_mining.templates import templates_of

_SECTIONS = {
    "read": read,
    "index": index,
    "themes": themes,
    "actions": actions,
    "over_time": over_time,
    "products": products,
    "follow_ups": follow_ups,
    "evidence": evidence,
    "certainty": certainty,
}


def render(content: Content, lang: Language) -> str:
    """The page as HTML.

    Everything from the input is escaped; the content security policy allows the page's own style and script by hash and
    nothing else, no network included.

    Args:
        content: what ``report.json`` holds.
        lang: language of the page's own words; reviews stay as they were written.
    """
    words = Words(lang)
    names = Names(Taxonomy.model_validate(content["run"]["taxonomy"]), words)
    view: View = {"source": source(content, words)}
    for section in _SECTIONS.values():
        view.update(section.view(content, words, names))
    view["sections"] = [name for name in _SECTIONS if _has_content(name, content)]
    style, script = asset("style.css"), asset("page.js")
    return (
        environment()
        .get_template("report.html.j2")
        .render(
            c=content,
            w=words,
            view=view,
            style=Markup(style),
            script=Markup(script),
            style_hash=policy_hash(style),
            script_hash=policy_hash(script),
        )
    )


def _has_content(section: str, content: Content) -> bool:
    """Whether a section is shown; two are only for what the user brought."""
    brought = {"evidence": content["evidence"], "actions": content["run"]["actions"]}
    return bool(brought.get(section, True))


def environment() -> Environment:
    """How every page of a report is rendered: escaped, and an unknown name is an error."""
    return templates_of("review_mining.report")


def asset(name: str) -> str:
    """A style sheet or script of the pages."""
    return (resources.files("review_mining.report") / "templates" / name).read_text(encoding="utf-8")


def policy_hash(text: str) -> str:
    """What a content security policy calls an inline style or script."""
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def source(content: Content, words: Words) -> str:
    """What the reviews were read from, in short."""
    sources = [PurePath(source["name"]).name for source in content["run"]["input"]["sources"]]
    if len(sources) <= 1:
        return "".join(sources)
    return f"{sources[0]} {words.text('format.and_more', n=len(sources))}"

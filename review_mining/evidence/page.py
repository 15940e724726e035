"""Pages of one file each: no script, no network, everything from a case escaped."""

from __future__ import annotations

import base64
import hashlib

from markupsafe import Markup

from review_mining.evidence.reasons import Language
from review_mining.templates import templates_of

_STYLE = "queue.css"


def render(template: str, language: Language, **values: object) -> str:
    """Fill a template, with the style that all pages share.

    Args:
        template: file below ``templates``.
        language: of the page.
        values: what the template shows.
    """
    environment = templates_of("review_mining.evidence")
    style = environment.loader.get_source(environment, _STYLE)[0] if environment.loader else ""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    page: str = environment.get_template(template).render(
        language="zh-CN" if language == "zh" else "en",
        style=Markup(style),  # our own file, hashed into the page's security policy
        style_hash=f"sha256-{digest}",
        **values,
    )
    return page.encode("utf-8", "replace").decode()


def data_uri(sort: str, drawn: bytes | None) -> str | None:
    """A drawn picture as the source of an image, None for none.

    Args:
        sort: ``jpeg`` or ``png``.
        drawn: its bytes.
    """
    return None if drawn is None else f"data:image/{sort};base64,{base64.b64encode(drawn).decode()}"

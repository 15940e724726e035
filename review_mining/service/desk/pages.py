"""How every page of the desk is made: escaped, without inline script or style, in the language of the visitor."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment

from review_mining.service.desk.sessions import PATH
from review_mining.service.desk.visits import LANGUAGE_COOKIE, Visit, language_of, sessions_of
from review_mining.service.desk.wording import words
from review_mining.templates import templates_of

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
SANDBOXED = (
    "sandbox allow-scripts; default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""For pages of our own making that hold buyers' words: an origin of their own, no cookie, no network. What may run in
them, the page's own policy says by digest."""
_YEAR = 31_536_000


def address(path: str, **query: object) -> str:
    """An address of the desk; ids go into the query, where nothing in them can lead elsewhere.

    Args:
        path: below ``/desk``.
        query: values that are None are left out.
    """
    given = {name: str(value).encode("utf-8", "replace") for name, value in query.items() if value is not None}
    return f"{PATH}{path}{'?' if given else ''}{urlencode(given)}"


def page(visit: Visit, template: str, *, status: int = 200, **values: Any) -> Response:  # noqa: ANN401 (likewise)
    """A page for someone who is logged in.

    Args:
        visit: whose.
        template: file below ``templates``.
        status: HTTP status.
        values: what the template shows.
    """
    token = sessions_of(visit.request).form_token(visit.session)
    return bare_page(visit.request, template, status=status, visit=visit, token=token, **values)


def bare_page(
    request: Request,
    template: str,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **values: Any,  # noqa: ANN401 (whatever the template shows)
) -> Response:
    """A page for anybody.

    Args:
        request: whose language is used.
        template: file below ``templates``.
        status: HTTP status.
        headers: further headers.
        values: what the template shows; ``visit``, for who is logged in, and the ``token`` of forms among them.
    """
    language = language_of(request)
    content = _ENVIRONMENT.get_template(template).render(
        **{"visit": None, **values},
        t=words(language),
        language=language,
        other_language=_in_other_language(request, language),
    )
    response = HTMLResponse(
        content.encode("utf-8", "replace"), status, headers={"Content-Security-Policy": POLICY, **(headers or {})}
    )
    if "lang" in request.query_params:
        response.set_cookie(LANGUAGE_COOKIE, language, max_age=_YEAR, path=PATH, httponly=True, samesite="strict")
    return response


def seen_after(path: str, **query: object) -> Response:
    """After a form: the browser loads a page, so that reloading it sends nothing again."""
    return RedirectResponse(address(path, **query), 303)


def sandboxed(content: str | bytes) -> Response:
    """A page of our own making that may do nothing to the desk."""
    return HTMLResponse(content, headers={"Content-Security-Policy": SANDBOXED})


def _in_other_language(request: Request, language: str) -> str:
    # A form that was answered at its own address cannot be shown again by asking for it.
    here = request.url.path.removeprefix(PATH) if request.method == "GET" else "/"
    query = {**dict(request.query_params), "lang": "en" if language == "zh" else "zh"}
    return address(here, **query)


def _moment(when: datetime) -> str:
    """A time by the clock of the service's machine."""
    return when.astimezone().strftime("%Y-%m-%d %H:%M")


def _environment() -> Environment:
    made = templates_of("review_mining.service.desk")
    made.globals["address"] = address
    made.filters["moment"] = _moment
    return made


_ENVIRONMENT = _environment()

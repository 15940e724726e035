"""The OpenAPI document: what FastAPI makes of the routes, and the models that only its references name."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from review_mining.service.problems import Problem
from review_mining.service.schemas import JudgeRequest

DESCRIPTION = """What Chinese shop reviews say, and what after-sales evidence shows.

Errors are problem documents (RFC 9457, `application/problem+json`). 429 and 503 carry `Retry-After`. Every answer
carries `X-Request-ID`, the caller's own if it sent one. No URL in a request is ever fetched."""


def document(app: FastAPI) -> dict[str, Any]:
    """The application's OpenAPI document.

    Args:
        app: with all its routes.
    """
    if app.openapi_schema is None:
        made = get_openapi(title=app.title, version=app.version, description=DESCRIPTION, routes=app.routes)
        _, further = models_json_schema(
            [(model, "validation") for model in (Problem, JudgeRequest)], ref_template="#/components/schemas/{model}"
        )
        schemas = made.setdefault("components", {}).setdefault("schemas", {})
        schemas |= {name: schema for name, schema in further["$defs"].items() if name not in schemas}
        _problems_for_faults(made)
        app.openapi_schema = made
    return app.openapi_schema


def _problems_for_faults(made: dict[str, Any]) -> None:
    """FastAPI describes its own form of 422 wherever a route does not."""
    schemas = made["components"]["schemas"]
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)

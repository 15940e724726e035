"""The OpenAPI document says all that the service answers, and nothing that it sends makes it fail."""

import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from live import Live, on_each_database

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))

from fuzz_service import fuzz


@pytest.fixture(scope="module")
def document(live_on_sqlite: Live) -> dict[str, Any]:
    return httpx.get(f"{live_on_sqlite.address}/openapi.json").json()


@on_each_database
def test_eight_cases_per_operation_find_no_fault(live: Live, document: dict[str, Any]):
    seen = fuzz(live.address, live.key("admin", shop="fuzz"), 8)
    called = {label for label, _ in seen}
    assert called == {f"{method.upper()} {path}" for path, methods in document["paths"].items() for method in methods}
    assert sum(seen.values()) >= 60


def test_the_document_is_complete(document: dict[str, Any]):
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            assert operation["summary"], path
            answers = operation["responses"]
            for status, answer in answers.items():
                if int(status) >= 400:
                    schema = answer["content"]["application/problem+json"]["schema"]
                    assert schema == {"$ref": "#/components/schemas/Problem"}, (path, status)
            if path.startswith("/v1/"):
                assert operation["security"] == [{"APIKeyHeader": []}], path
                assert {"401", "403", "429"} <= set(answers), (path, method)


def test_every_reference_leads_somewhere(document: dict[str, Any]):
    def references(value: object) -> list[str]:
        if isinstance(value, dict):
            own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
            return own + [one for part in value.values() for one in references(part)]
        return [one for part in value for one in references(part)] if isinstance(value, list) else []

    names = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert set(references(document)) <= names

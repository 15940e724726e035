"""Call every operation of the OpenAPI document with requests that fit it and requests that do not.

    python scripts/fuzz_service.py --cases 500
    python scripts/fuzz_service.py --cases 500 --database postgresql+pg8000://USER:PASSWORD@HOST/EMPTY

Starts a service on a free port of this machine, in a temporary folder, with the bundled models and with themes fitted
to the bundled sample reviews. Of each operation, half of the cases fit its schema and half break it (schemathesis);
where a path names a case or a job, every second one names one that exists. No answer may be a server error, except 503
and 504 to a case that itself asked for an answer within seconds, and every status, content type and body must be as the
document says. Exit status 1 at the first that is not.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import socket
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Mapping
from importlib import resources
from pathlib import Path

import httpx
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

_AS_DOCUMENTED = [
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
_TOO_LATE = (503, 504)
"""Refused at once because it would not be done in the time that the case gave, or not done in it."""
_PATIENCE_S = 120
"""More than the service takes to answer 504 by itself: on a busy machine, slow is no fault."""
_FEW = {"/v1/models/reload": 2, "/v1/reports": 20}
"""Cases at most where each costs a second: loading models, and a job."""


def fuzz(address: str, key: str, cases: int) -> Counter[tuple[str, int]]:
    """Call a running service.

    Args:
        address: of the service.
        key: an ``admin`` key without a rate limit to speak of, of a shop that has no cases yet.
        cases: per operation.

    Returns:
        How often each operation answered with each status.

    Raises:
        Exception: an answer was a server error, or not as the document says; the message shows how to repeat it.
    """
    schema = schemathesis.openapi.from_url(f"{address}/openapi.json")
    existing = _existing(address, key)
    seen: Counter[tuple[str, int]] = Counter()
    for found in schema.get_all_operations():
        operation = found.ok()
        number = min(cases, _FEW.get(operation.path, cases))
        has_input = any(operation.body) or any(operation.query) or any(operation.path_parameters)
        modes = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE) if has_input else (GenerationMode.POSITIVE,)
        for mode in modes:

            @given(case=operation.as_strategy(generation_mode=mode), exists=st.booleans())
            @settings(
                max_examples=max(1, number // len(modes)),
                deadline=None,
                derandomize=True,
                database=None,
                suppress_health_check=list(HealthCheck),
            )
            def call(case: Case, exists: bool) -> None:
                if exists:
                    case.path_parameters.update(
                        {name: existing[name] for name in case.path_parameters if name in existing}
                    )
                case.headers.pop("X-API-Key", None)
                response = case.call(headers={"X-API-Key": key}, timeout=_PATIENCE_S)
                seen[case.operation.label, response.status_code] += 1
                in_a_hurry = "X-Request-Timeout" in case.headers and response.status_code in _TOO_LATE
                checks = _AS_DOCUMENTED if in_a_hurry else [not_a_server_error, *_AS_DOCUMENTED]
                case.validate_response(response, checks=checks)

            call()
    return seen


def _existing(address: str, key: str) -> Mapping[str, str]:
    """Name of a parameter in a path → what the shop has under that name."""
    with httpx.Client(base_url=address, headers={"X-API-Key": key}, timeout=120) as http:
        case = {"case_id": "exists", "statement": "收到就碎了"}
        http.post("/v1/evidence/judge", json={"case": case}).raise_for_status()
        job = http.post("/v1/reports", files={"reviews": ("empty.csv", b"")}).raise_for_status().json()
    return {"case_id": case["case_id"], "job_id": job["job_id"]}


def _fit_themes(folder: Path) -> None:
    """Fit themes to the bundled sample reviews."""
    from review_mining import AspectTagger, ThemeModel

    sample = resources.files("review_mining") / "sample" / "reviews.csv"
    texts = [row["评价内容"] for row in csv.DictReader(sample.read_text(encoding="utf-8-sig").splitlines())]
    opinions, _ = AspectTagger.from_pretrained("baseline").tag(texts)
    ThemeModel().fit(opinions).save(folder)


def main() -> None:
    """Start a service, call it, print what it answered."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=100, help="per operation")
    parser.add_argument("--database", metavar="URL", help="an empty PostgreSQL database instead of SQLite")
    arguments = parser.parse_args()

    from review_mining.service.app import create_app
    from review_mining.service.config import ServiceConfig
    from review_mining.service.server import make_server
    from review_mining.service.services import Services

    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as listening:
        themes = Path(folder) / "themes"
        _fit_themes(themes)
        services = Services.open(Path(folder) / "data", ServiceConfig(), database=arguments.database, themes=themes)
        key = services.store.keys.create("fuzz", ["admin"], per_minute=10_000_000)
        server = make_server(create_app(services), services)
        thread = threading.Thread(target=lambda: asyncio.run(server.serve([listening])))
        thread.start()
        try:
            seen = fuzz(f"http://127.0.0.1:{listening.getsockname()[1]}", key, arguments.cases)
        finally:
            server.should_exit = True
            thread.join()
    for (label, status), times in sorted(seen.items()):
        print(f"{label}: {status} × {times}")
    print(f"{sum(seen.values()):,} cases, no server error, every answer as the document says")


if __name__ == "__main__":
    sys.exit(main())

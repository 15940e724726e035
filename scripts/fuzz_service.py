"""Call every operation of the OpenAPI document with requests that fit it and requests that do not.

    python scripts/fuzz_service.py --cases 500

Starts a service on a free port of this machine, in a temporary folder, with the bundled models and no themes. Of each
operation, half of the cases fit its schema and half break it (schemathesis). No answer may be a server error, and every
status, content type and body must be as the document says. Exit status 1 at the first that is not.
"""

from __future__ import annotations

import argparse
import asyncio
import socket
import sys
import tempfile
import threading
from collections import Counter
from pathlib import Path

import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

_CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
_SETTLED = ("X-API-Key", "X-Request-Timeout", "Idempotency-Key")
"""Headers that a case does not draw: the key is ours, a tiny time limit asks for 504, a key used again for 409."""
_FEW = {"/v1/models/reload": 2, "/v1/reports": 20}
"""Cases at most where each costs a second: loading models, and a job."""


def fuzz(address: str, key: str, cases: int) -> Counter[tuple[str, int]]:
    """Call a running service.

    Args:
        address: of the service.
        key: an ``admin`` key without a rate limit to speak of.
        cases: per operation.

    Returns:
        How often each operation answered with each status.

    Raises:
        Exception: an answer was a server error, or not as the document says; the message shows how to repeat it.
    """
    schema = schemathesis.openapi.from_url(f"{address}/openapi.json")
    seen: Counter[tuple[str, int]] = Counter()
    for found in schema.get_all_operations():
        operation = found.ok()
        number = min(cases, _FEW.get(operation.path, cases))
        has_input = any(operation.body) or any(operation.query) or any(operation.path_parameters)
        modes = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE) if has_input else (GenerationMode.POSITIVE,)
        for mode in modes:

            @given(case=operation.as_strategy(generation_mode=mode))
            @settings(
                max_examples=max(1, number // len(modes)),
                deadline=None,
                derandomize=True,
                database=None,
                suppress_health_check=list(HealthCheck),
            )
            def call(case: Case) -> None:
                for name in _SETTLED:
                    case.headers.pop(name, None)
                response = case.call(headers={"X-API-Key": key})
                seen[case.operation.label, response.status_code] += 1
                case.validate_response(response, checks=_CHECKS)

            call()
    return seen


def main() -> None:
    """Start a service, call it, print what it answered."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=100, help="per operation")
    arguments = parser.parse_args()

    from review_mining.service.app import create_app
    from review_mining.service.config import ServiceConfig
    from review_mining.service.server import make_server
    from review_mining.service.services import Services

    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as listening:
        services = Services.open(Path(folder), ServiceConfig())
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

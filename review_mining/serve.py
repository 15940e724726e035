"""``python -m review_mining.serve``: start the HTTP service."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from review_mining.command import run
from review_mining.config import default_file, load
from review_mining.errors import MissingExtraError


def main(argv: Sequence[str] | None = None) -> int:
    """Run the serve command until it is told to stop.

    Args:
        argv: arguments; by default those of the process.
    """
    parser = argparse.ArgumentParser(prog="review-mining serve", description=__doc__, allow_abbrev=False)
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="keys, cases, feedback and jobs")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
    parser.add_argument("--config", type=Path, metavar="FILE", help="settings instead of configs/service.yaml")
    parser.add_argument("--database", metavar="URL", help="PostgreSQL instead of the SQLite file in DIR; better given"
                        " as REVIEW_MINING_DATABASE_URL, which no list of processes shows")  # fmt: skip
    parser.add_argument("--model", metavar="DIR", help="aspect model (default: the bundled one)")
    parser.add_argument("--themes", type=Path, metavar="DIR", help="theme model, for example REPORT/theme_model")
    parser.add_argument("--evidence-config", type=Path, metavar="FILE", help="instead of configs/evidence.yaml")
    parser.add_argument("--listings", type=Path, metavar="DIR", help="per shop a folder, named as the shop, of its own"
                        " listing pictures: who sends one of them is not accused of reuse")  # fmt: skip
    arguments = parser.parse_args(argv)
    return run(lambda: _serve(arguments))


def _serve(arguments: argparse.Namespace) -> int:
    try:
        from review_mining.service.app import create_app
        from review_mining.service.config import ServiceConfig
        from review_mining.service.log_masking import MaskingFilter
        from review_mining.service.server import make_server, serve
        from review_mining.service.services import Services
        from review_mining.service.store import DATABASE_URL
    except ModuleNotFoundError as error:
        raise MissingExtraError(str(error.name), "service") from error
    _log_masked(MaskingFilter())
    services = Services.open(
        arguments.data,
        load(arguments.config or default_file("service.yaml"), ServiceConfig),
        database=arguments.database or os.environ.get(DATABASE_URL),
        model=arguments.model,
        themes=arguments.themes,
        evidence=arguments.evidence_config,
        listings=arguments.listings,
    )
    serve(make_server(create_app(services), services, host=arguments.host, port=arguments.port), services)
    return 0


def _log_masked(masking: logging.Filter) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(masking)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", handlers=[handler])
    logging.getLogger("alembic").setLevel(logging.WARNING)


if __name__ == "__main__":
    sys.exit(main())

"""``review-mining keys``: make API keys for the service."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from review_mining.command import run
from review_mining.errors import MissingExtraError

_SCOPES = ("analyze", "evidence", "feedback", "admin")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the keys command; ``create`` prints the new key once.

    Args:
        argv: arguments; by default those of the process.
    """
    parser = argparse.ArgumentParser(prog="review-mining keys", description=__doc__, allow_abbrev=False)
    create = parser.add_subparsers(required=True).add_parser("create", help="make a key and print it once")
    create.add_argument("--data", type=Path, required=True, metavar="DIR", help="the service's data directory")
    create.add_argument("--shop", required=True, metavar="NAME")
    create.add_argument("--scope", required=True, choices=_SCOPES)
    arguments = parser.parse_args(argv)
    return run(lambda: _create(arguments))


def _create(arguments: argparse.Namespace) -> int:
    try:
        from review_mining.service.store import Store
    except ModuleNotFoundError as error:
        raise MissingExtraError(str(error.name), "service") from error
    sys.stdout.write(f"{Store.in_directory(arguments.data).keys.create(arguments.shop, [arguments.scope])}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

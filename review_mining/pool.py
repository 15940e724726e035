"""``review-mining pool``: let a shop share hashes of its case pictures with other shops that do, or stop it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from review_mining.command import run
from review_mining.errors import MissingExtraError, UsageError

if TYPE_CHECKING:
    from review_mining.service.store.reuse_pool import ReusePool


def main(argv: Sequence[str] | None = None) -> int:
    """Run the pool command; a running service obeys from the next case on.

    Args:
        argv: arguments; by default those of the process.
    """
    parser = argparse.ArgumentParser(prog="review-mining pool", description=__doc__, allow_abbrev=False)
    commands = parser.add_subparsers(required=True)
    for name, job, purpose in (
        ("join", _join, "share hashes from the next case on, and look among those of the others"),
        ("leave", _leave, "do neither any more, and take the shop's hashes out"),
        ("status", _status, "whether the shop is a member, and how much it shares"),
    ):
        command = commands.add_parser(name, help=purpose, allow_abbrev=False)
        command.add_argument("--data", type=Path, required=True, metavar="DIR", help="the service's data folder")
        command.add_argument("--shop", required=True, metavar="NAME")
        command.set_defaults(job=job)
    arguments = parser.parse_args(argv)
    return run(lambda: _run(arguments))


def _run(arguments: argparse.Namespace) -> int:
    try:
        from review_mining.service.store import Store
    except ModuleNotFoundError as error:
        raise MissingExtraError(str(error.name), "service") from error
    if not arguments.data.is_dir():
        raise UsageError(f"{arguments.data} is not a folder.\n  Name the service's data folder with --data.")
    with Store.configured(arguments.data) as store:
        sys.stdout.write(f"{arguments.shop} {arguments.job(store.for_shop(arguments.shop).reuse_pool)}\n")
    return 0


def _join(pool: ReusePool) -> str:
    if pool.joined():
        return "is a member already."
    pool.join()
    return "is a member from its next case on."


def _leave(pool: ReusePool) -> str:
    if not pool.joined():
        return "is no member."
    shared = pool.shared()
    pool.leave()
    return f"has left; pictures whose hashes went with it: {shared:,}."


def _status(pool: ReusePool) -> str:
    return f"is a member; pictures whose hashes it shares: {pool.shared():,}." if pool.joined() else "is no member."


if __name__ == "__main__":
    sys.exit(main())

"""``review-mining purge``: delete from the service's data folder for good, by date, by buyer or by shop."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from review_mining.command import run
from review_mining.errors import MissingExtraError, UsageError

_DRY_RUN = "Nothing was deleted. Add --yes to delete this; it cannot be undone.\n"
_HELD_BACK = "A running service still holds traces in service.sqlite-wal; they go once it is stopped.\n"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the purge command; without ``--yes`` it counts only.

    Args:
        argv: arguments; by default those of the process.
    """
    parser = argparse.ArgumentParser(prog="review-mining purge", description=__doc__, allow_abbrev=False)
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="the service's data folder")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--before", metavar="DATE", help="what came in before this day (YYYY-MM-DD, local time)")
    what.add_argument("--buyer", metavar="ID", help="the cases of one buyer, in all shops")
    what.add_argument("--shop", metavar="NAME", help="everything of one shop, its keys included")
    parser.add_argument("--yes", action="store_true", help="delete; without it the command only counts")
    arguments = parser.parse_args(argv)
    return run(lambda: _purge(arguments))


def _purge(arguments: argparse.Namespace) -> int:
    try:
        from review_mining.service.store import Selection, Store
    except ModuleNotFoundError as error:
        raise MissingExtraError(str(error.name), "service") from error
    if not arguments.data.is_dir():
        raise UsageError(f"{arguments.data} is not a folder.\n  Name the service's data folder with --data.")
    before = None if arguments.before is None else _day(arguments.before)
    selection = Selection(before=before, buyer_id=arguments.buyer, shop=arguments.shop)
    with Store.configured(arguments.data) as store:
        if not arguments.yes:
            sys.stdout.write(_table(store.purging.counts(selection)) + _DRY_RUN)
            return 0
        sys.stdout.write(_table(store.purging.purge(selection)))
        sys.stdout.write("" if store.purging.wipe() else _HELD_BACK)
    return 0


def _day(text: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y-%m-%d").astimezone()
    except ValueError as error:
        raise UsageError(f"{text!r} is no day.\n  Write it as YYYY-MM-DD.") from error


def _table(counts: Mapping[str, int]) -> str:
    return "".join(f"{name:<20}{count:>10,}\n" for name, count in counts.items())


if __name__ == "__main__":
    sys.exit(main())

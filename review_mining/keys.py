"""``review-mining keys``: make, list and revoke API keys of the service."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from review_mining.command import run
from review_mining.errors import MissingExtraError

if TYPE_CHECKING:
    from review_mining.service.store import Store

_SCOPES = ("analyze", "evidence", "feedback", "admin")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the keys command; ``create`` prints the new key once.

    Args:
        argv: arguments; by default those of the process.
    """
    parser = argparse.ArgumentParser(prog="review-mining keys", description=__doc__, allow_abbrev=False)
    commands = parser.add_subparsers(required=True)
    create = _command(commands, "create", "make a key and print it once")
    create.add_argument("--shop", required=True, metavar="NAME")
    create.add_argument("--scope", required=True, action="append", choices=_SCOPES, help="may be given several times")
    create.add_argument("--per-minute", type=int, default=600, metavar="N", help="calls allowed (default: 600)")
    create.set_defaults(job=_create)
    _command(commands, "list", "all keys by their ids; the keys themselves are not kept").set_defaults(job=_list)
    revoke = _command(commands, "revoke", "make a key open nothing from now on")
    revoke.add_argument("key_id", metavar="ID", help="as 'list' shows it")
    revoke.set_defaults(job=_revoke)
    arguments = parser.parse_args(argv)
    return run(lambda: _run(arguments))


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, purpose: str
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=purpose, allow_abbrev=False)
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="the service's data folder")
    return parser


def _run(arguments: argparse.Namespace) -> int:
    try:
        from review_mining.service.store import Store
    except ModuleNotFoundError as error:
        raise MissingExtraError(str(error.name), "service") from error
    with Store.configured(arguments.data) as store:
        sys.stdout.write(arguments.job(store, arguments))
    return 0


def _create(store: Store, arguments: argparse.Namespace) -> str:
    return f"{store.keys.create(arguments.shop, arguments.scope, per_minute=arguments.per_minute)}\n"


def _list(store: Store, _arguments: argparse.Namespace) -> str:
    lines = ["id\tshop\tscopes\tper minute\tcreated\trevoked"]
    for key in store.keys.all():
        revoked = "" if key.revoked_at is None else f"{key.revoked_at:%Y-%m-%d %H:%M}"
        scopes, created = ",".join(key.scopes), f"{key.created_at:%Y-%m-%d %H:%M}"
        lines.append(f"{key.key_id}\t{key.shop}\t{scopes}\t{key.per_minute}\t{created}\t{revoked}")
    return "\n".join([*lines, ""])


def _revoke(store: Store, arguments: argparse.Namespace) -> str:
    store.keys.revoke(arguments.key_id)
    return f"{arguments.key_id} opens nothing any more.\n"


if __name__ == "__main__":
    sys.exit(main())

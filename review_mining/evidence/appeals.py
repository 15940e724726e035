"""``python -m review_mining.evidence appeals add|list``: record what a person decided about a sign, and show it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

from review_mining.evidence.corrections import Subject, append_correction, make_correction, read_corrections

_SUBJECTS = tuple(name for part in get_args(Subject) for name in (get_args(part) or (part,)))


def run_appeals(argv: Sequence[str]) -> None:
    """Carry out one of the two commands.

    Args:
        argv: arguments after ``appeals``.

    Raises:
        InputError: the file, or what shall be recorded, is not understood.
    """
    arguments = _parser().parse_args(argv)
    if arguments.action == "add":
        fields = ("case_id", "picture", "sign", "decision", "by", "note")
        made = make_correction(**{name: getattr(arguments, name) for name in fields})
        append_correction(arguments.corrections, made)
        sys.stdout.write(f"{arguments.corrections}: {made.case_id} {made.sign} {made.decision}\n")
        return
    for row in read_corrections(arguments.corrections).rows:
        parts = (row.at.isoformat(), row.case_id, (row.picture or "-")[:12], row.sign, row.decision, row.by, row.note)
        sys.stdout.write("\t".join(" ".join(part.split()) for part in parts) + "\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="review-mining evidence appeals", description=__doc__)
    actions = parser.add_subparsers(dest="action", required=True)
    adding = actions.add_parser("add", help="add a decision; earlier ones stay in the file")
    listing = actions.add_parser("list", help="show all decisions")
    for action in (adding, listing):
        action.add_argument(
            "--corrections", type=Path, required=True, metavar="FILE", help="JSON Lines (made if absent)"
        )
    adding.add_argument("--case", dest="case_id", required=True, metavar="ID")
    adding.add_argument("--picture", metavar="SHA256", help="as the queue shows it; without it all of the case")
    adding.add_argument("--sign", required=True, choices=_SUBJECTS)
    adding.add_argument("--decision", required=True, choices=("upheld", "withdrawn"))
    adding.add_argument("--by", required=True, metavar="NAME", help="who decided")
    adding.add_argument("--note", default="", help="why")
    return parser

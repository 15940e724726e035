"""Measure the evidence part by part.

    python scripts/evaluate_evidence.py [PART…] [--shared ../shared]

Without a part all are measured. What the repository does not hold (real photos, labelled files, real reviews) is read
from ``--shared``; a part that cannot do without says so.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from evidence_edits import print_edits
from evidence_hostile import print_hostile
from evidence_statements import print_statements
from evidence_visible import print_visible

from review_mining.errors import ReviewMiningError

_STATEMENTS = Path(__file__).parent.parent / "annotations/statements_test.jsonl"
_PARTS: dict[str, Callable[[argparse.Namespace], None]] = {
    "statements": lambda arguments: print_statements(arguments.test, arguments.shared),
    "hostile": lambda _: print_hostile(),
    "visible": lambda arguments: print_visible(arguments.shared),
    "edits": lambda arguments: print_edits(arguments.shared),
}


def main() -> int:
    """Measure the parts that were named."""
    parser = argparse.ArgumentParser(description="Measure the evidence part by part.")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(_PARTS)} (default: all)")
    parser.add_argument("--shared", type=Path, help="folder of the research data")
    parser.add_argument("--test", type=Path, default=_STATEMENTS, help="labelled statements to score instead of ours")
    arguments = parser.parse_args()
    if unknown := set(arguments.parts) - _PARTS.keys():
        parser.error(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(_PARTS)}")
    try:
        for part in arguments.parts or _PARTS:
            print(f"== {part}")
            _PARTS[part](arguments)
    except ReviewMiningError as error:
        print(error, file=sys.stderr)
        return error.exit_status
    return 0


if __name__ == "__main__":
    sys.exit(main())

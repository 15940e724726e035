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

from evidence_contradictions import print_contradictions
from evidence_edits import print_edits
from evidence_hostile import print_hostile
from evidence_pixels import print_pixels
from evidence_previews import print_previews
from evidence_provenance import print_provenance
from evidence_reuse import print_reuse
from evidence_statements import print_statements
from evidence_visible import print_visible

from review_mining.errors import ReviewMiningError

_STATEMENTS = Path(__file__).parent.parent / "annotations/statements_test.jsonl"
_CONTRADICTIONS = Path(__file__).parent.parent / "annotations/contradictions.jsonl"
_PARTS: dict[str, Callable[[argparse.Namespace], None]] = {
    "provenance": lambda arguments: print_provenance(arguments.shared),
    "reuse": lambda arguments: print_reuse(arguments.shared, arguments.cache, arguments.pictures),
    "contradictions": lambda arguments: print_contradictions(_CONTRADICTIONS, arguments.shared),
    "previews": lambda arguments: print_previews(arguments.shared),
    "pixels": lambda arguments: print_pixels(arguments.shared),
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
    parser.add_argument("--cache", type=Path, default=Path("runs/evidence"), help="folder for what reuse goes on from")
    parser.add_argument("--pictures", type=int, default=100_000, help="pictures in the index that reuse is measured on")
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

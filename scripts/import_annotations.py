"""Bring annotations from a CSV file or Label Studio into the form that the training scripts read.

python scripts/import_annotations.py mine.csv -o runs/mine.jsonl
python scripts/import_annotations.py project.json --taxonomy mine.yaml -o runs/mine.jsonl
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from review_mining.aspects.annotation.imports import import_annotations, write_annotations
from review_mining.errors import ReviewMiningError
from review_mining.taxonomy import load_taxonomy


def main() -> int:
    """Read, check, write."""
    parser = argparse.ArgumentParser(description="Bring annotations made elsewhere into the project's form.")
    parser.add_argument("source", type=Path, help="CSV (text, aspect, polarity) or Label Studio JSON")
    parser.add_argument("--taxonomy", type=Path, help="own aspects and codes (default: the bundled ones)")
    parser.add_argument("-o", "--output", type=Path, required=True, help="JSON Lines file to write")
    arguments = parser.parse_args()
    try:
        rows = import_annotations(arguments.source, load_taxonomy(arguments.taxonomy))
        write_annotations(rows, arguments.output)
    except ReviewMiningError as error:
        print(error, file=sys.stderr)
        return error.exit_status
    print(f"{len(rows):,} reviews, {sum(len(row['opinions']) for row in rows):,} opinions")
    return 0


if __name__ == "__main__":
    sys.exit(main())

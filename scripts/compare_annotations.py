"""Say how far two readers of the same reviews agree.

    python scripts/compare_annotations.py annotations/train.jsonl annotations/second_reader.jsonl

Counted on the reviews that both have read, with the figures by which a model is judged: the second reader stands in the
model's place.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from review_mining.aspects.annotation.agreement import agreement
from review_mining.aspects.annotation.rounds import read_labels
from review_mining.errors import ReviewMiningError
from review_mining.taxonomy import load_taxonomy


def main() -> int:
    """Compare, print."""
    parser = argparse.ArgumentParser(description="Compare two readers of the same reviews.")
    parser.add_argument("first", type=Path, help="labels that check_annotations.py wrote")
    parser.add_argument("second", type=Path, help="labels of an independent second reader")
    arguments = parser.parse_args()
    try:
        first, second = read_labels(arguments.first), read_labels(arguments.second)
    except ReviewMiningError as error:
        print(error, file=sys.stderr)
        return error.exit_status
    both = {one.key for one in first} & {one.key for one in second}
    print(f"{len(both):,} reviews read twice (95 % bootstrap interval)")
    if both:
        for name, (value, low, high) in agreement(first, second, load_taxonomy()).items():
            print(f"{name:24} {value:.3f}  [{low:.3f}, {high:.3f}]")
    return 0


if __name__ == "__main__":
    sys.exit(main())

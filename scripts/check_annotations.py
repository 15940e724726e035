"""Check the answers of an annotation round and store them as labels.

    python scripts/check_annotations.py --batches runs/round --answers runs/round/answers -o annotations/train.jsonl

Nothing is written while a line is at fault.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from review_mining.annotated import read_reviews
from review_mining.aspects.annotation.rounds import read_round, write_labels
from review_mining.errors import ReviewMiningError
from review_mining.taxonomy import load_taxonomy


def main() -> int:
    """Check, write."""
    parser = argparse.ArgumentParser(description="Check and store annotations.")
    parser.add_argument("--reviews", type=Path, default=Path("../shared/data/reviews.parquet"))
    parser.add_argument("--batches", type=Path, required=True, help="what select_for_annotation.py wrote")
    parser.add_argument("--answers", type=Path, required=True, help="directory of batch_NNN.tsv")
    parser.add_argument("-o", "--output", type=Path, help="labels to write; without it, check only")
    arguments = parser.parse_args()
    try:
        texts = {row["key"]: row["text"] for row in read_reviews(arguments.reviews)}
        labels, faults = read_round(arguments.batches, arguments.answers, texts, load_taxonomy())
        for fault in faults:
            print(fault, file=sys.stderr)
        if faults:
            return faults[0].exit_status
        print(f"{len(labels):,} reviews, {sum(len(one.opinions) for one in labels):,} opinions")
        if arguments.output:
            write_labels(labels, arguments.output)
    except ReviewMiningError as error:
        print(error, file=sys.stderr)
        return error.exit_status
    return 0


if __name__ == "__main__":
    sys.exit(main())

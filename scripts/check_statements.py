"""Check the labelled statements: format, repeats, personal data; print how many there are of each kind.

    python scripts/check_statements.py

A text may stand once in each file, and no text of the test set may be in the training set, nor one that shares half of
its character trigrams with it.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from review_mining.errors import ReviewMiningError
from review_mining.evidence import STATEMENT_KINDS
from review_mining.evidence.labelled import LabelledStatement, load_statements, near_duplicates
from review_mining.ingest.masking import mask

_ANNOTATIONS = Path(__file__).resolve().parents[1] / "annotations"
_LIMIT = 0.5


def main() -> int:
    """Read, check, count."""
    parser = argparse.ArgumentParser(description="Check the labelled statements.")
    parser.add_argument("--train", type=Path, default=_ANNOTATIONS / "statements.jsonl")
    parser.add_argument("--test", type=Path, default=_ANNOTATIONS / "statements_test.jsonl")
    arguments = parser.parse_args()
    try:
        train, test = load_statements(arguments.train), load_statements(arguments.test)
    except ReviewMiningError as error:
        print(error, file=sys.stderr)
        return error.exit_status
    faults = [*_faults_within(train), *_faults_within(test), *_shared(train, test)]
    for fault in faults:
        print(fault, file=sys.stderr)
    _print_counts(train, test)
    return 1 if faults else 0


def _faults_within(statements: Sequence[LabelledStatement]) -> list[str]:
    counts = Counter(one.text for one in statements)
    repeated = [f"repeated: {text}" for text, count in counts.items() if count > 1]
    return repeated + [f"personal data: {one.text}" for one in statements if mask(one.text)[0] != one.text]


def _shared(train: Sequence[LabelledStatement], test: Sequence[LabelledStatement]) -> list[str]:
    pairs = near_duplicates([one.text for one in train], [one.text for one in test], limit=_LIMIT)
    return [f"in both: {train[first].text} / {test[second].text}" for first, second in pairs]


def _print_counts(train: Sequence[LabelledStatement], test: Sequence[LabelledStatement]) -> None:
    print(f"{'kind':20} {'train':>6} {'of fakes':>9} {'test':>6} {'of fakes':>9}")
    for kind in STATEMENT_KINDS:
        counts = [
            count
            for part in (train, test)
            for count in (
                sum(one.kind == kind for one in part),
                sum(one.kind == kind and one.fake for one in part),
            )
        ]
        print("{:20} {:6} {:9} {:6} {:9}".format(kind, *counts))
    print(
        f"{'all':20} {len(train):6} {sum(one.fake for one in train):9} {len(test):6} {sum(one.fake for one in test):9}"
    )


if __name__ == "__main__":
    sys.exit(main())

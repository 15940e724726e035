"""Measure what reads after-sales statements: the keyword rules and the trained model, on the written test set.

    python scripts/evaluate_evidence.py [--reviews ../shared/data/reviews.parquet]

``--reviews`` adds how many of 5,000 random negative reviews are taken for reports of fake evidence, and prints them:
hardly any is one, for buyers write them.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from review_mining.errors import ReviewMiningError
from review_mining.evidence import KeywordRules, StatementReader, load_statement_model
from review_mining.evidence.complaint_reviews import reviews_to_measure
from review_mining.evidence.labelled import load_statements
from review_mining.evidence.statement_figures import statement_figures

_REVIEWS, _SEED = 5_000, 0


def main() -> int:
    """Read, score, print."""
    parser = argparse.ArgumentParser(description="Measure what reads after-sales statements.")
    parser.add_argument("--test", type=Path, default=Path("annotations/statements_test.jsonl"))
    parser.add_argument("--model", type=Path, help="directory of a statement model (default: the bundled one)")
    parser.add_argument("--reviews", type=Path, help="Parquet file of reviews with a column polarity")
    arguments = parser.parse_args()
    try:
        test = load_statements(arguments.test)
        readers: list[StatementReader] = [KeywordRules(), load_statement_model(arguments.model)]
        for reader in readers:
            print(f"{reader.method} on {len(test):,} statements (95 % bootstrap interval)")
            for name, (value, low, high) in statement_figures(test, reader).items():
                print(f"{name:22} {value:.3f}  [{low:.3f}, {high:.3f}]")
        if arguments.reviews:
            texts = reviews_to_measure(arguments.reviews, _REVIEWS, _SEED)
            for reader in readers:
                _print_accused(reader, texts)
    except ReviewMiningError as error:
        print(error, file=sys.stderr)
        return error.exit_status
    return 0


def _print_accused(reader: StatementReader, texts: list[str]) -> None:
    accused = [text for text in texts if reader.read(text).fake_score >= reader.threshold]
    print(f"{reader.method}: {len(accused)} of {len(texts):,} negative reviews are taken for reports of fake evidence")
    for text in accused:
        print(f"  {text}")


if __name__ == "__main__":
    sys.exit(main())

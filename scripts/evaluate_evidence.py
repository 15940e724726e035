"""Measure what reads after-sales statements: the keyword rules and the trained model, on the written test set.

    python scripts/evaluate_evidence.py [--reviews ../shared/data/reviews.parquet]

``--reviews`` adds how many of 5,000 random negative reviews are taken for reports of fake evidence, and prints them:
hardly any is one, for buyers write them.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from review_mining.annotated import shown
from review_mining.errors import InputError, ReviewMiningError
from review_mining.evidence import KeywordRules, StatementReader, load_statement_model
from review_mining.evidence.labelled import load_statements
from review_mining.evidence.statement_figures import statement_figures
from review_mining.ingest.masking import mask

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
            texts = _complaints(arguments.reviews)
            for reader in readers:
                _print_accused(reader, texts)
    except ReviewMiningError as error:
        print(error, file=sys.stderr)
        return error.exit_status
    return 0


def _complaints(path: Path) -> list[str]:
    """Random negative reviews, personal data masked."""
    try:
        rows = pq.read_table(path, columns=["text", "polarity"])
    except (OSError, pa.ArrowException) as error:
        raise InputError(f"cannot be read: {error}", path=path, hint="It needs text and polarity.") from error
    negative = rows.filter(pc.equal(rows["polarity"], 0)).column("text")
    places = np.random.default_rng(_SEED).permutation(len(negative))[:_REVIEWS]
    return [mask(shown(str(text)))[0] for text in negative.take(places).to_pylist()]


def _print_accused(reader: StatementReader, texts: list[str]) -> None:
    accused = [text for text in texts if reader.read(text).fake_score >= reader.threshold]
    print(f"{reader.method}: {len(accused)} of {len(texts):,} negative reviews are taken for reports of fake evidence")
    for text in accused:
        print(f"  {text}")


if __name__ == "__main__":
    sys.exit(main())

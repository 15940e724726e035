"""Figures of what reads after-sales statements: the keyword rules and the trained model, on the written test set."""

from __future__ import annotations

from pathlib import Path

from review_mining.evidence import KeywordRules, StatementReader, load_statement_model
from review_mining.evidence.complaint_reviews import reviews_to_measure
from review_mining.evidence.labelled import load_statements
from review_mining.evidence.statement_figures import statement_figures

_REVIEWS, _SEED = 5_000, 0


def print_statements(statements: Path, shared: Path | None) -> None:
    """Print both readers' figures.

    Args:
        statements: the labelled statements to score.
        shared: the research data, or None. With it, 5,000 random negative reviews are read too, and what is taken for
            a report of fake evidence is printed: hardly any is one, for buyers write them.
    """
    test = load_statements(statements)
    readers: list[StatementReader] = [KeywordRules(), load_statement_model()]
    for reader in readers:
        print(f"{reader.method} on {len(test):,} statements (95 % bootstrap interval)")
        for name, (value, low, high) in statement_figures(test, reader).items():
            print(f"{name:22} {value:.3f}  [{low:.3f}, {high:.3f}]")
    if shared is not None:
        texts = reviews_to_measure(shared / "data/reviews.parquet", _REVIEWS, _SEED)
        for reader in readers:
            _print_accused(reader, texts)


def _print_accused(reader: StatementReader, texts: list[str]) -> None:
    accused = [text for text in texts if reader.read(text).fake_score >= reader.threshold]
    print(f"{reader.method}: {len(accused)} of {len(texts):,} negative reviews are taken for reports of fake evidence")
    for text in accused:
        print(f"  {text}")

"""Print precision and recall of the masks on the written test set, per kind, by character and by entity.

Usage: python scripts/evaluate_masking.py [tests/ingest/masking_cases.jsonl] [--misses]
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from review_mining.ingest.masking_score import Score, parse_case, score

_CASES = Path(__file__).resolve().parents[1] / "tests" / "ingest" / "masking_cases.jsonl"


def main() -> None:
    """Score the test set and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", nargs="?", type=Path, default=_CASES)
    parser.add_argument("--misses", action="store_true", help="print what was missed or wrongly masked")
    arguments = parser.parse_args()
    rows = [json.loads(line) for line in arguments.cases.read_text(encoding="utf-8").splitlines()]
    for title, held_out in (("written for tuning", False), ("held out", True)):
        cases = [parse_case(row["marked"]) for row in rows if row["held_out"] is held_out]
        _show(
            f"{title}: {len(cases)} sentences, {sum(not case.gold for case in cases)} without personal data",
            score(cases),
        )
        if arguments.misses and not held_out:
            for line in score(cases).faults:
                print(f"    {line}")


def _show(title: str, result: Score) -> None:
    print(title)
    print(f"  {'kind':<14}{'entities':>9}{'found':>7}{'recall':>8}{'masked':>8}{'precision':>11}")
    for kind, row in result.kinds.items():
        print(f"  {kind:<14}{row.gold:>9}{row.found:>7}{row.recall:>8.3f}{row.predicted:>8}{row.precision:>11.3f}")
    print(f"  characters: recall {result.character_recall:.3f}, precision {result.character_precision:.3f}")
    print(f"  sentences without personal data left untouched: {result.untouched_share:.3f}")


if __name__ == "__main__":
    main()

"""Figures of the contradictions, on cases invented before the rules were written.

Only figures are printed of these cases, never which of them went wrong: who mends the rules by looking at the misses
has no test set any more.
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import beta

from review_mining.evidence import EvidenceClassifier
from review_mining.evidence.capture import read_capture
from review_mining.evidence.claims.amounts import paid_claim
from review_mining.evidence.claims.counts import count_claim
from review_mining.evidence.claims.dates import day_claims
from review_mining.evidence.complaint_reviews import reviews_to_measure
from review_mining.evidence.config import Limits
from review_mining.evidence.intake import take_in

_REVIEWS, _SHOWN, _SEED = 2_000, 100, 3
_SAID_ON = date(2026, 10, 20)


def print_contradictions(cases: Path, shared: Path | None) -> None:
    """Print precision and recall of each kind, with 95 % Clopper–Pearson intervals.

    Args:
        cases: statements with their orders, earlier statements and true contradictions.
        shared: the research data, or None. With it, the claims found in 2,000 random negative reviews are counted and
            100 printed to be read, and the real photos are searched for cameras and times.
    """
    rows = [json.loads(line) for line in cases.read_text(encoding="utf-8").splitlines()]
    classifier = EvidenceClassifier.from_config()
    found = [_kinds(row, classifier) for row in rows]
    truth = [set(row["truth"]) for row in rows]
    print(f"{'kind':22} {'true':>4} {'found':>5}  precision               recall")
    for kind in sorted(set().union(*truth, *found)):
        true, said = sum(kind in one for one in truth), sum(kind in one for one in found)
        right = sum(kind in one and kind in other for one, other in zip(truth, found, strict=True))
        print(f"{kind:22} {true:4} {said:5}  {_share(right, said)}  {_share(right, true)}")
    true, said = sum(map(len, truth)), sum(map(len, found))
    right = sum(len(one & other) for one, other in zip(truth, found, strict=True))
    print(f"{'all':22} {true:4} {said:5}  {_share(right, said)}  {_share(right, true)}")
    harmless = [one for one, other in zip(found, truth, strict=True) if not other]
    wrong = sum(bool(one) for one in harmless)
    print(f"harmless cases with a contradiction: {wrong} of {len(harmless)}  {_share(wrong, len(harmless))}")
    if shared is not None:
        _print_claims(reviews_to_measure(shared / "data/reviews.parquet", _REVIEWS, _SEED))
        _print_captures(shared / "data/images/real")


def _kinds(row: dict[str, Any], classifier: EvidenceClassifier) -> set[str]:
    """Kinds found in a row, judged by a classifier that has seen only the row's own earlier statements."""
    fresh = EvidenceClassifier(classifier.config, classifier.reader)
    for number, earlier in enumerate(row.get("earlier", ())):
        order = {"order_id": earlier["order_id"]}
        fresh.judge(_case(f"earlier {number}", earlier["statement"], order, earlier["buyer_id"]))
    verdict = fresh.judge(_case("now", row["statement"], row["order"], "b1"))
    return {str(found["kind"]) for found in verdict.contradictions}


def _case(name: str, statement: str, order: dict[str, Any], buyer: str) -> dict[str, object]:
    return {"case_id": name, "statement": statement, "order": order, "buyer": buyer}


def _share(part: int, whole: int) -> str:
    if not whole:
        return f"{'–':>22}"
    low = 0.0 if part == 0 else float(beta.ppf(0.025, part, whole - part + 1))
    high = 1.0 if part == whole else float(beta.ppf(0.975, part + 1, whole - part))
    return f"{part / whole:5.3f}  [{low:5.3f}, {high:5.3f}]"


def _print_claims(texts: list[str]) -> None:
    claims: list[tuple[str, str, str]] = []
    for text in texts:
        count, paid = count_claim(text), paid_claim(text)
        if count.bought is not None or count.received is not None:
            claims.append(("count", f"bought {count.bought}, received {count.received}", text))
        if paid is not None:
            claims.append(("amount", f"{paid[0]:g}", text))
        claims += [(one.event, f"{one.low}–{one.high} days", text) for one in day_claims(text, _SAID_ON)]
    counts = Counter(kind for kind, _, _ in claims)
    print(f"claims in {len(texts):,} negative reviews: {len(claims)}; {dict(sorted(counts.items()))}")
    for place in sorted(np.random.default_rng(_SEED).permutation(len(claims))[:_SHOWN]):
        kind, value, text = claims[place]
        print(f"  {kind:9} {value:28} {text[:160]}")


def _print_captures(folder: Path) -> None:
    captures = [
        read_capture(take_in(folder, path.relative_to(folder).as_posix(), Limits()).contents)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    ]
    cameras = sum(one.camera is not None for one in captures)
    times = sum(one.taken_at is not None for one in captures)
    print(f"real photos: {len(captures)}, of which {cameras} name a camera and {times} a time of taking")

"""Measure what the account facts find, and how many honest buyers they touch.

Each trial invents a shop: honest buyers whose rates of refunds and of refunds without return follow beta distributions,
who share devices within households, some of them living in dormitories with one address; heavy refunders who ask for
their money without return in four of ten orders, partly in a burst; and rings of buyers who share devices, each asking
two or three times. Printed are the shares of each that get points, over all trials, and of honest buyers by cause.

    python scripts/simulate_accounts.py --trials 20
"""

from __future__ import annotations

import argparse
import hashlib
from collections import Counter
from datetime import datetime, timedelta

import numpy as np

from review_mining.evidence.accounts.standing import AccountStanding
from review_mining.evidence.accounts.table import Account
from review_mining.evidence.config import Accounts

DAYS = 365
START = datetime(2026, 1, 1)
HOUSEHOLDS = ((1, 0.7), (2, 0.2), (3, 0.07), (4, 0.03))
IN_DORMITORIES, DORMITORY = 0.05, 120
HEAVY_SHARE, RING_SIZE = 0.4, 6


def digest(text: str) -> str:
    """A device or an address, as a shop would give it."""
    return "device_hash:" + hashlib.sha256(text.encode()).hexdigest()


def times(count: int, rng: np.random.Generator, *, within: int = DAYS) -> tuple[datetime, ...]:
    """Times of so many requests, spread evenly over some days."""
    begin = rng.integers(0, DAYS - within + 1)
    return tuple(sorted(START + timedelta(days=float(begin + within * part)) for part in rng.random(count)))


def honest(count: int, rng: np.random.Generator) -> list[Account]:
    """Buyers of ordinary habits, in households and dormitories."""
    orders = 1 + rng.negative_binomial(0.8, 0.12, count)
    refunds = rng.binomial(orders, rng.beta(1.2, 14, count))
    refund_only = rng.binomial(refunds, rng.beta(1.0, 4.0, count))
    sizes = rng.choice([size for size, _ in HOUSEHOLDS], count, p=[share for _, share in HOUSEHOLDS])
    household = np.repeat(np.arange(count), sizes)[:count]
    accounts = []
    for place in range(count):
        hashes = {digest(f"home {household[place]}")}
        if rng.random() < IN_DORMITORIES:
            hashes.add(digest(f"dormitory {place // (DORMITORY * 20)}"))
        name, asked = f"honest {place}", times(int(refunds[place]), rng)
        counts = int(orders[place]), int(refunds[place]), int(refund_only[place])
        accounts.append(Account(name, *counts, hashes=frozenset(hashes), request_times=asked))
    return accounts


def heavy(count: int, orders: int, rng: np.random.Generator) -> list[Account]:
    """Buyers who ask for their money without return in two of five orders, half of it within five days."""
    accounts = []
    for place in range(count):
        refunds = int(rng.binomial(orders, HEAVY_SHARE))
        asked = times(refunds // 2, rng, within=5) + times(refunds - refunds // 2, rng)
        name, hashes = f"heavy {place}", frozenset({digest(f"heavy {place}")})
        accounts.append(Account(name, orders, refunds, refunds, 0, hashes, tuple(sorted(asked))))
    return accounts


def rings(count: int, rng: np.random.Generator) -> list[Account]:
    """Groups whose members share a device with the next one, each asking two or three times without return."""
    accounts = []
    for ring in range(count):
        for member in range(RING_SIZE):
            refunds = int(rng.integers(2, 4))
            hashes = frozenset(digest(f"ring {ring} {member + step}") for step in (0, 1))
            asked = times(refunds, rng)
            accounts.append(Account(f"ring {ring} {member}", refunds + 3, refunds, refunds, 0, hashes, asked))
    return accounts


def main() -> None:
    """Print shares for shops of several sizes and heavy refunders of several numbers of orders."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trials", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    settings = Accounts(enabled=True)
    print("buyers  orders of a heavy one  heavy with points  in rings with points  honest with points  of which")
    for size in (1_000, 10_000):
        for orders in (5, 10, 30):
            rng = np.random.default_rng([options.seed, size, orders])
            told: Counter[str] = Counter()
            of: Counter[str] = Counter()
            causes: Counter[str] = Counter()
            for _ in range(options.trials):
                accounts = honest(size, rng) + heavy(20, orders, rng) + rings(5, rng)
                standing = AccountStanding.from_accounts(accounts, settings)
                for account in accounts:
                    kind = account.buyer_id.split()[0]
                    of[kind] += 1
                    told[kind] += bool(standing.of(account.buyer_id))
                    if kind == "honest":
                        causes.update(fact.kind for fact in standing.of(account.buyer_id))
            shares = "  ".join(f"{told[kind] / of[kind]:18.2%}" for kind in ("heavy", "ring", "honest"))
            print(f"{size:6d}  {orders:21d}  {shares}  {dict(sorted(causes.items()))}")


if __name__ == "__main__":
    main()

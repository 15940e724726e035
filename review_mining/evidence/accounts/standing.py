"""From the table of accounts to points for the queue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from review_mining.errors import UsageError
from review_mining.evidence.accounts.bursts import fullest_window, peers_pace
from review_mining.evidence.accounts.rates import fit_peers
from review_mining.evidence.accounts.rings import find_rings
from review_mining.evidence.accounts.table import Account, read_accounts
from review_mining.evidence.config import Accounts
from review_mining.evidence.reasons import Language, reason
from review_mining.evidence.signs import Fact


@dataclass(frozen=True)
class AccountFact:
    """One fact about a buyer's account, for the shop's staff only.

    Attributes:
        kind: ``refund_rate``, ``dispute_rate``, ``refund_only_rate``, ``burst`` or ``ring``.
        points: that it adds to the case's place in the queue.
        facts: what was counted.
    """

    kind: str
    points: float
    facts: Mapping[str, Fact] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        """The form in ``evidence.json``."""
        words: dict[Language, str] = {"zh": "reason", "en": "reason_en"}
        sentences = {name: reason(f"account.{self.kind}", self.facts, language) for language, name in words.items()}
        return {"kind": self.kind, "points": self.points, **sentences, "facts": dict(self.facts)}


def queue_points(facts: Sequence[AccountFact], settings: Accounts) -> float:
    """Points that a buyer's cases get in the queue from all facts together."""
    return min(settings.most, sum(fact.points for fact in facts))


class AccountStanding:
    """What the accounts say, by buyer.

    Args:
        facts: per buyer id.
    """

    def __init__(self, facts: Mapping[str, tuple[AccountFact, ...]]) -> None:
        self._facts = facts

    def __len__(self) -> int:
        return len(self._facts)

    @classmethod
    def from_file(cls, path: Path, settings: Accounts) -> AccountStanding:
        """Read a table and judge it.

        Raises:
            InputError: the table cannot be used.
        """
        return cls.from_accounts(read_accounts(path), settings)

    @classmethod
    def from_accounts(cls, accounts: Sequence[Account], settings: Accounts) -> AccountStanding:
        """Judge accounts against one another."""
        facts: dict[str, list[AccountFact]] = {}
        for found in (_rates(accounts, settings), _bursts(accounts, settings), _rings(accounts, settings)):
            for place, fact in found:
                facts.setdefault(accounts[place].buyer_id, []).append(fact)
        return cls({buyer: tuple(listed) for buyer, listed in facts.items()})

    def of(self, buyer_id: str | None) -> tuple[AccountFact, ...]:
        """Facts about a buyer, none for one who is not known."""
        return self._facts.get(buyer_id or "", ())


def allowed_standing(path: Path, settings: Accounts) -> AccountStanding:
    """Read and judge a table if the settings allow it.

    Raises:
        InputError: the table cannot be used.
        UsageError: the settings do not allow account facts.
    """
    if not settings.enabled:
        raise UsageError(
            "Facts about accounts are turned off.\n  Read docs/account_facts.md; then set accounts: {enabled: true} "
            "in a settings file and name it with --config."
        )
    return AccountStanding.from_file(path, settings)


_Found = list[tuple[int, AccountFact]]


def _rates(accounts: Sequence[Account], settings: Accounts) -> _Found:
    """Shares of a buyer's orders; where several are high, the last of these counts alone, for they overlap."""
    orders = np.asarray([account.orders for account in accounts], dtype=np.int64)
    found: dict[int, AccountFact] = {}
    for kind, counts in (
        ("refund_rate", [account.refunds for account in accounts]),
        ("dispute_rate", [account.disputes for account in accounts]),
        ("refund_only_rate", [account.refund_only for account in accounts]),
    ):
        events = np.asarray(counts, dtype=np.int64)
        peers = fit_peers(events, orders)
        if peers is None:
            continue
        high = peers.quantile(settings.peer_quantile)
        chances = peers.chance_above(events, orders, high)
        for place in np.flatnonzero((chances >= settings.certainty) & (events >= settings.least_refunds)):
            found[int(place)] = AccountFact(
                kind,
                settings.rate_points,
                {
                    "number": int(events[place]),
                    "orders": int(orders[place]),
                    "peers_mean": round(peers.mean, 4),
                    "peers_high": round(high, 4),
                    "certainty": round(float(chances[place]), 4),
                },
            )
    return sorted(found.items())


def _bursts(accounts: Sequence[Account], settings: Accounts) -> _Found:
    times = [account.request_times for account in accounts]
    every = [moment for one in times for moment in (one[:1] + one[-1:])]
    if not every:
        return []
    observed, window = max(every) - min(every), timedelta(days=settings.burst_days)
    pace = peers_pace(times, observed)
    found: _Found = []
    for place, one in enumerate(times):
        burst = fullest_window(one, observed, pace, window)
        if burst and burst.requests >= settings.least_refunds and burst.chance <= settings.chance:
            facts: dict[str, Fact] = {
                "requests": burst.requests,
                "days": settings.burst_days,
                "from": _day(burst.first),
                "expected": round(burst.expected, 3),
                "chance": float(f"{burst.chance:.2g}"),
            }
            found.append((place, AccountFact("burst", settings.burst_points, facts)))
    return found


def _rings(accounts: Sequence[Account], settings: Accounts) -> _Found:
    rings = find_rings(
        accounts,
        public_from=settings.public_from,
        largest=settings.largest_ring,
        least_asking=settings.least_ring,
    )
    found: _Found = []
    for ring in rings:
        if ring.chance <= settings.chance:
            facts: dict[str, Fact] = {
                "buyers": len(ring.members),
                "asking": ring.asking,
                "chance": float(f"{ring.chance:.2g}"),
            }
            # Who shares a device but asks for nothing is left alone.
            asking = [place for place in ring.members if accounts[place].refund_only > 0]
            found += [(place, AccountFact("ring", settings.ring_points, facts)) for place in asking]
    return found


def _day(moment: datetime) -> str:
    return moment.date().isoformat()

"""Buyers tied together by shared devices or addresses, several of whom ask for refunds without return.

A hash that many buyers share (a dormitory, an office, a parcel shop) ties nobody together. Of the rest, buyers who
share a hash are in one component; how likely it is that so many of its members ask is taken from all buyers (binomial
tail).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.stats import binom

from review_mining.evidence.accounts.table import Account


@dataclass(frozen=True)
class Ring:
    """A component of buyers.

    Attributes:
        members: places of its buyers in the table, ascending.
        asking: members with refunds without return.
        chance: of so many asking among so many buyers, if they asked as all buyers do.
    """

    members: tuple[int, ...]
    asking: int
    chance: float


def find_rings(accounts: Sequence[Account], *, public_from: int, largest: int, least_asking: int) -> list[Ring]:
    """Components in which several buyers ask for refunds without return, in the order of their first member.

    Args:
        accounts: all buyers.
        public_from: buyers from which on a shared hash counts as a public place and ties nobody together.
        largest: members of a component beyond which it is left out: chains of households grow by chance.
        least_asking: members with refunds without return from which on a component is listed.
    """
    if not accounts:
        return []
    asks = np.asarray([account.refund_only > 0 for account in accounts])
    base = float(asks.mean())
    rings = []
    for members in _components(accounts, public_from):
        asking = int(asks[members].sum())
        if len(members) <= largest and asking >= least_asking:
            chance = float(binom.sf(asking - 1, len(members), base))
            rings.append(Ring(tuple(int(member) for member in members), asking, chance))
    return rings


def _components(accounts: Sequence[Account], public_from: int) -> list[np.ndarray]:
    sharing = Counter(one for account in accounts for one in account.hashes)
    names = sorted(one for one, buyers in sharing.items() if 1 < buyers < public_from)
    column = {one: len(accounts) + place for place, one in enumerate(names)}
    edges = [
        (place, column[one])
        for place, account in enumerate(accounts)
        for one in sorted(account.hashes)
        if one in column
    ]
    if not edges:
        return []
    first, second = np.asarray(edges).T
    size = len(accounts) + len(names)
    graph = coo_array((np.ones(len(edges), dtype=np.int8), (first, second)), shape=(size, size))
    labels = connected_components(graph, directed=False)[1][: len(accounts)]
    order = np.argsort(labels, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(labels[order])) + 1)
    return sorted((group for group in groups if len(group) > 1), key=lambda group: int(group[0]))

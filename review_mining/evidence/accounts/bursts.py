"""Refunds asked for in a burst: more in a few days than the buyer's own and the peers' pace explain.

The number in the fullest window is compared with the expected one by the exact Poisson tail; as every request could
begin a window, the chance is multiplied by their number (Bonferroni), which only makes it more careful.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from scipy.stats import poisson


@dataclass(frozen=True)
class Burst:
    """The fullest window of a buyer.

    Attributes:
        requests: in the window.
        first: the request that begins it.
        expected: requests expected in such a window.
        chance: of so many or more in any window, at most 1.
    """

    requests: int
    first: datetime
    expected: float
    chance: float


def peers_pace(times: Sequence[Sequence[datetime]], observed: timedelta) -> float:
    """Mean requests per day of a buyer who asked at least once.

    Args:
        times: of every buyer.
        observed: how long requests were recorded.
    """
    asking = [len(one) for one in times if one]
    days = max(observed / timedelta(days=1), 1.0)
    return sum(asking) / len(asking) / days if asking else 0.0


def fullest_window(times: Sequence[datetime], observed: timedelta, pace: float, window: timedelta) -> Burst | None:
    """The fullest window of one buyer.

    Args:
        times: of the requests, ascending.
        observed: how long requests were recorded.
        pace: requests per day of the peers; the buyer's own pace outside the window counts if it is higher.
        window: its length.

    Returns:
        The burst; None without requests.
    """
    if not times:
        return None
    counts = [bisect_right(times, start + window) - place for place, start in enumerate(times)]
    most = max(counts)
    days = window / timedelta(days=1)
    outside = max(observed / timedelta(days=1) - days, 1.0)
    expected = max(pace, (len(times) - most) / outside) * days
    chance = min(1.0, float(poisson.sf(most - 1, expected)) * len(times))
    return Burst(most, times[counts.index(most)], expected, chance)

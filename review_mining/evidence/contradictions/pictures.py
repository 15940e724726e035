"""Pictures of a case against each other, and against the dates of its order.

What a picture shows (how many things, of what colour) is not compared: counting objects needs a vision model, and the
main colour of a photo is that of its table and lamp as often as that of the goods.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from review_mining.evidence.capture import Capture
from review_mining.evidence.cases import Order
from review_mining.evidence.china_time import in_china, shown
from review_mining.evidence.config import Contradictions
from review_mining.evidence.contradictions.contradiction import Contradiction
from review_mining.evidence.signs import Fact

_LIKELY_YEARS = range(2005, 2100)
_AHEAD = timedelta(days=1)
_CAMERAS_NAMED = 4


def picture_contradictions(
    captures: Sequence[tuple[str, Capture]], order: Order, settings: Contradictions
) -> Iterator[Contradiction]:
    """Compare the pictures of a case.

    Args:
        captures: file name and capture of each picture.
        order: its dates; a date that is missing is not compared.
        settings: how far clocks may be off.
    """
    yield from _several_cameras([capture for _, capture in captures])
    taken = [
        (capture.taken_at, name)
        for name, capture in captures
        if capture.taken_at is not None and _is_plausible(capture.taken_at, order.requested_at)
    ]
    if not taken:
        return
    early = _taken_too_early(*min(taken, key=lambda one: in_china(one[0])), order, settings)
    if early is not None:
        yield early
    elif order.ordered_at is None and order.delivered_at is None:
        yield from _far_apart(taken, settings)


def _several_cameras(captures: Sequence[Capture]) -> Iterator[Contradiction]:
    cameras = sorted({capture.camera for capture in captures if capture.camera is not None})
    bodies = {capture.body for capture in captures if capture.body is not None}
    most = max(len(cameras), len(bodies))
    if most > 1:
        named = "、".join(cameras[:_CAMERAS_NAMED])
        yield Contradiction("cameras", {"cameras": named, "number": most})


def _is_plausible(taken: datetime, requested: datetime | None) -> bool:
    """Whether a camera's clock can be right.

    One that runs ahead of the request is wrong, and so is one that stands in the first hours of a year, where clocks
    start that nobody has set.
    """
    if taken.year not in _LIKELY_YEARS or (taken.month, taken.day) == (1, 1):
        return False
    return requested is None or in_china(taken) <= in_china(requested) + _AHEAD


def _taken_too_early(taken: datetime, name: str, order: Order, settings: Contradictions) -> Contradiction | None:
    moment, tolerance = in_china(taken), timedelta(hours=settings.clock_tolerance_hours)
    facts: dict[str, Fact] = {"file": name, "taken_at": shown(taken), "zone_known": taken.tzinfo is not None}
    if order.ordered_at is not None and moment < in_china(order.ordered_at) - tolerance:
        return Contradiction("taken_before_order", {**facts, "ordered_at": shown(order.ordered_at)})
    requested_later = order.requested_at is None or (
        order.delivered_at is not None and in_china(order.requested_at) >= in_china(order.delivered_at)
    )
    if order.delivered_at is not None and requested_later and moment < in_china(order.delivered_at) - tolerance:
        return Contradiction("taken_before_delivery", {**facts, "delivered_at": shown(order.delivered_at)})
    return None


def _far_apart(taken: Sequence[tuple[datetime, str]], settings: Contradictions) -> Iterator[Contradiction]:
    moments = [in_china(moment) for moment, _ in taken]
    days = (max(moments) - min(moments)).days
    if days > settings.days_apart:
        yield Contradiction("taken_apart", {"first": shown(min(moments)), "last": shown(max(moments)), "days": days})

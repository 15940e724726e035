"""Times of orders and cameras on one clock.

Orders without a zone are in China Standard Time (UTC+8, no summer time), which the platforms use; so is a camera
that names none, for most buyers photograph at home.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8))


def in_china(moment: datetime) -> datetime:
    """A time with a zone, China's if it had none."""
    return moment.replace(tzinfo=CHINA) if moment.tzinfo is None else moment.astimezone(CHINA)


def day_in_china(moment: datetime) -> date:
    """The calendar day of a time in China."""
    return in_china(moment).date()


def shown(moment: datetime) -> str:
    """A time to the minute, as it stands in facts."""
    return in_china(moment).strftime("%Y-%m-%d %H:%M")

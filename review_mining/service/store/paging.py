"""Lists in parts: a cursor holds where the last part ended, so that nothing is skipped or shown twice meanwhile."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence

from review_mining.errors import UsageError
from review_mining.service.store.errors import CursorError

MAX_LIMIT = 1000


def cursor_after(*place: float) -> str:
    """The cursor that begins after a row.

    Args:
        place: what the list is sorted by, of that row.
    """
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def place_of(cursor: str, length: int) -> Sequence[float]:
    """What `cursor_after` was given.

    Args:
        cursor: from `cursor_after`.
        length: how many values the list is sorted by.

    Raises:
        CursorError: it is no cursor of such a list.
    """
    try:
        place = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
        fits = isinstance(place, list) and len(place) == length and all(type(value) in (int, float) for value in place)
    except (ValueError, binascii.Error, RecursionError):
        fits = False
    if not fits:
        raise CursorError("The cursor is not one that this list gave.\n  Begin without a cursor.")
    return [_database_number(value) for value in place]


def checked_limit(limit: int) -> int:
    """A number of rows that may be asked for at once.

    Raises:
        UsageError: it is below 1 or above `MAX_LIMIT`.
    """
    if not 1 <= limit <= MAX_LIMIT:
        raise UsageError(f"limit is {limit}; it must be from 1 to {MAX_LIMIT}.")
    return limit


def _database_number(value: float) -> float:
    """No larger than what a column holds; a forged cursor then finds nothing instead of failing."""
    return max(min(value, 2**62), -(2**62))

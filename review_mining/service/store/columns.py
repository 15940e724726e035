"""Column types that mean the same on SQLite and PostgreSQL, whatever text comes in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, String, Text, TypeDecorator

from review_mining.errors import UsageError

# SQLite counts rows up only in an INTEGER column.
RowNumber = BigInteger().with_variant(Integer, "sqlite")


class CleanText(TypeDecorator[str]):
    """Text without what PostgreSQL or UTF-8 cannot hold: NUL and halves of a character become U+FFFD or ``?``."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Clean a value on its way in, also one that is compared with."""
        return None if value is None else clean(value)


class CleanString(TypeDecorator[str]):
    """Such text of limited length; a longer one is refused on every database."""

    impl = String
    cache_ok = True

    def __init__(self, length: int) -> None:
        super().__init__(length)
        self._length = length

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Clean a value and check its length.

        Raises:
            UsageError: it is too long.
        """
        if value is not None and len(value) > self._length:
            raise UsageError(f"A value of {len(value)} characters is longer than the {self._length} that are kept.")
        return None if value is None else clean(value)


class UtcTime(TypeDecorator[datetime]):
    """A moment; SQLite keeps no zone, so it is UTC on both sides."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Bring a moment to UTC."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give it its zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class JsonText(TypeDecorator[Mapping[str, Any]]):
    """A JSON object as escaped text, which holds what the JSON types of PostgreSQL refuse (an escaped NUL)."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Mapping[str, Any] | None, dialect: Dialect) -> str | None:
        """Write it."""
        return None if value is None else json.dumps(value, allow_nan=False)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Mapping[str, Any] | None:
        """Read it."""
        return None if value is None else json.loads(value)


def clean(text: str) -> str:
    """Replace what not every database can hold."""
    return text.encode("utf-8", "replace").decode().replace("\x00", "\ufffd")

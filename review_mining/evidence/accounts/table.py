"""The table of accounts: one row per buyer, counts, hashes and times."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from review_mining.errors import InputError
from review_mining.ingest.files import read_file
from review_mining.ingest.notes import SourceLog
from review_mining.ingest.values import as_count, as_name, as_time

COUNTS: Final = ("orders", "refunds", "refund_only", "disputes")
HASHES: Final = ("device_hash", "address_hash")
COLUMNS: Final = ("buyer_id", *COUNTS, *HASHES, "request_times")
_NEEDED: Final = ("buyer_id", "orders", "refunds")
_MAX_BYTES: Final = 1 << 30
_MAX_ACCOUNTS: Final = 2_000_000
_MAX_LISTED: Final = 200
_BATCH_ROWS: Final = 8_192
_SPLIT: Final = re.compile(r"[;；|\s]+")
_TIMES_SPLIT: Final = re.compile(r"\s*[;；|]\s*")
_SHA256: Final = re.compile(r"[0-9a-fA-F]{64}")


@dataclass(frozen=True)
class Account:
    """What the shop counted of one buyer, all over the same orders.

    Attributes:
        buyer_id: as in the cases.
        orders: orders.
        refunds: of them refunded.
        refund_only: of the refunds, those for which nothing was sent back.
        disputes: orders that went to the platform.
        hashes: of devices and addresses, each marked by its column.
        request_times: when refunds were asked for, ascending, in China's time.
    """

    buyer_id: str
    orders: int
    refunds: int
    refund_only: int = 0
    disputes: int = 0
    hashes: frozenset[str] = frozenset()
    request_times: tuple[datetime, ...] = ()


def read_accounts(path: Path) -> list[Account]:
    """Read the table from CSV, XLSX, Parquet or JSON Lines.

    Columns: ``buyer_id``, ``orders``, ``refunds``; optional ``refund_only``, ``disputes``, ``device_hash``,
    ``address_hash`` (one or several SHA-256 digests) and ``request_times``, several values joined by ``;``. Further
    columns are refused: what is not needed must not be handed over (PIPL article 6).

    Raises:
        InputError: the file cannot be read or has other columns, a buyer has two rows, a count is none or exceeds the
            count it is part of, or a device or an address is not a SHA-256 digest.
    """
    if path.is_file() and path.stat().st_size > _MAX_BYTES:
        raise InputError(f"is larger than {_MAX_BYTES:,} bytes", path=path, hint="Give the buyers of the cases only.")
    accounts: list[Account] = []
    rows: dict[str, int] = {}
    for account in _read(path):
        row = len(accounts)
        if (first := rows.setdefault(account.buyer_id, row)) != row:
            raise InputError(
                f"the buyer of row {first} has a second row",
                path=path,
                row=row,
                column="buyer_id",
                hint="Give one row per buyer, with all counts over the same orders.",
            )
        accounts.append(account)
        if len(accounts) > _MAX_ACCOUNTS:
            raise InputError(
                f"more than {_MAX_ACCOUNTS:,} buyers", path=path, hint="Give the buyers of the cases only."
            )
    return accounts


def _read(path: Path) -> Iterator[Account]:
    first = 0
    for chunk in read_file(path, SourceLog(str(path)), _BATCH_ROWS):
        _check_columns(chunk.names, path)
        columns = {name.strip().lower(): chunk.column(name) for name in chunk.names}
        for row in range(chunk.rows):
            yield _account({name: values[row] for name, values in columns.items()}, path, first + row)
        first += chunk.rows


def _check_columns(names: Sequence[str], path: Path) -> None:
    given = {name.strip().lower() for name in names}
    unknown, missing = sorted(given - set(COLUMNS)), [name for name in _NEEDED if name not in given]
    if unknown or missing:
        problem = f"has the column {unknown[0]!r}" if unknown else f"lacks the column {missing[0]!r}"
        hint = f"It needs {', '.join(_NEEDED)} and may have {', '.join(COLUMNS[3:])}; leave out everything else."
        raise InputError(problem, path=path, hint=hint)


def _account(cells: Mapping[str, object], path: Path, row: int) -> Account:
    buyer = as_name(cells["buyer_id"])
    if buyer is None:
        raise InputError("is blank", path=path, row=row, column="buyer_id", hint="Give every row its buyer.")
    counts = {name: _count(cells.get(name), name, path, row) for name in COUNTS}
    for part, whole in (("refunds", "orders"), ("refund_only", "refunds"), ("disputes", "orders")):
        if counts[part] > counts[whole]:
            raise InputError(
                f"{counts[part]} is more than {whole} ({counts[whole]})",
                path=path,
                row=row,
                column=part,
                hint="Count everything over the same orders.",
            )
    hashes = frozenset(one for name in HASHES for one in _hashes(cells.get(name), name, path, row))
    return Account(buyer.strip(), **counts, hashes=hashes, request_times=_times(cells.get("request_times"), path, row))


def _count(cell: object, name: str, path: Path, row: int) -> int:
    try:
        return as_count(cell) or 0
    except (ValueError, TypeError, OverflowError):
        hint = "Give a whole number from 0."
        raise InputError("is no count", path=path, row=row, column=name, hint=hint) from None


def _hashes(cell: object, name: str, path: Path, row: int) -> Iterator[str]:
    for value in filter(None, _SPLIT.split(as_name(cell) or "")):
        # The value is not repeated in the message: it may be the clear address that must not be here.
        if not _SHA256.fullmatch(value):
            raise InputError(
                "is no SHA-256 digest (64 hexadecimal digits); clear device ids and addresses are refused",
                path=path,
                row=row,
                column=name,
                hint="Give HMAC-SHA-256 of it under a key that stays with the shop.",
            )
        yield f"{name}:{value.lower()}"


def _times(cell: object, path: Path, row: int) -> tuple[datetime, ...]:
    values = [cell] if isinstance(cell, datetime) else list(filter(None, _TIMES_SPLIT.split(as_name(cell) or "")))
    if len(values) > _MAX_LISTED:
        values = values[-_MAX_LISTED:]
    try:
        return tuple(sorted(moment for value in values if (moment := as_time(value)) is not None))
    except (ValueError, OverflowError):
        hint = "Give times such as 2026-03-31 12:00:00, several joined by ';'."
        raise InputError("is no time", path=path, row=row, column="request_times", hint=hint) from None

"""Forgetting purged cases in the picture indexes of ``review_mining.evidence``, one SQLite file per shop.

An index belongs to whoever judges; here only the rows go that belong to cases which are gone, by the two tables that
hold such rows: ``pictures`` (who sent which file) and, where there is one, ``fingerprints`` (what a file looks like).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from contextlib import closing
from pathlib import Path

from review_mining.service.store.errors import StoreUnavailableError

_WAIT_SECONDS = 10


def forget_other_cases(index: Path, kept: Collection[str]) -> int:
    """Remove from an index what came with cases that are not in ``kept``, and what only they sent.

    Args:
        index: the SQLite file; nothing happens where there is none.
        kept: ids of the shop's cases.

    Returns:
        How many sendings were removed.

    Raises:
        StoreUnavailableError: the index is in use or cannot be read; the next purge tries again.
    """
    if not index.is_file():
        return 0
    try:
        with closing(sqlite3.connect(index, timeout=_WAIT_SECONDS)) as connection, connection:
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute("CREATE TEMP TABLE kept (case_id TEXT PRIMARY KEY)")
            connection.executemany("INSERT INTO kept VALUES (?)", ((case_id,) for case_id in kept))
            gone = "case_id NOT IN (SELECT case_id FROM kept)"
            connection.execute(f"CREATE TEMP TABLE gone AS SELECT DISTINCT sha256 FROM pictures WHERE {gone}")
            removed = connection.execute(f"DELETE FROM pictures WHERE {gone}").rowcount
            if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'fingerprints'").fetchone():
                connection.execute(
                    "DELETE FROM fingerprints WHERE sha256 IN (SELECT sha256 FROM gone)"
                    " AND sha256 NOT IN (SELECT sha256 FROM pictures)"
                )
            return removed
    except sqlite3.Error as error:
        raise StoreUnavailableError(
            f"The picture index {index.name} cannot be purged now: {error}.\n  Purge again."
        ) from error

"""What a database says when something is wrong, as one of the store's errors.

Result codes: https://www.sqlite.org/rescode.html; https://www.postgresql.org/docs/current/errcodes-appendix.html.
"""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from review_mining.errors import ReviewMiningError
from review_mining.service.store.errors import StoreDamagedError, StoreError, StoreUnavailableError

_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_DISK_FULL = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)
_PRIMARY_CODE = 0xFF
_RETRY = "Nothing of this call was kept; it can be tried again."
_NO_SPACE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@contextmanager
def faults_explained() -> Iterator[None]:
    """Turn the database's and the disk's errors inside the block into the store's; broken constraints pass.

    Raises:
        StoreUnavailableError: no room, no connection, or busy for too long.
        StoreDamagedError: the database file is damaged or none.
    """
    try:
        yield
    except IntegrityError:
        raise
    except DBAPIError as error:
        raise _explained(error) from error
    except PoolTimeoutError as error:
        raise StoreUnavailableError(f"The store is busy: no connection became free.\n  {_RETRY}") from error
    except StatementError as error:
        # A column type that refuses a value (`columns`) is wrapped on its way out.
        if isinstance(error.orig, ReviewMiningError):
            raise error.orig from None
        raise
    except OSError as error:
        raise _disk_or_network(error) from error


def _explained(error: DBAPIError) -> StoreError:
    original = error.orig
    code = getattr(original, "sqlite_errorcode", None)
    if code is None:
        return StoreUnavailableError(f"The database does not answer: {_first_line(original)}.\n  {_RETRY}")
    if code & _PRIMARY_CODE in _DAMAGED:
        return StoreDamagedError(
            f"The database file is damaged: {original}.\n  Stop the service and restore DIR from a backup"
            " (docs/operations.md)."
        )
    if code & _PRIMARY_CODE in _DISK_FULL:
        return StoreUnavailableError(f"The disk takes no more: {original}.\n  {_RETRY} Make room first.")
    return StoreUnavailableError(f"The database cannot be used now: {original}.\n  {_RETRY}")


def _first_line(original: BaseException | None) -> str:
    # pg8000 gives the server's answer as a mapping of field codes; M is the message without the row's values.
    fields = original.args[0] if original is not None and original.args else original
    message = fields.get("M", "") if isinstance(fields, dict) else str(fields)
    return message.splitlines()[0] if message else type(original).__name__


def _disk_or_network(error: OSError) -> StoreUnavailableError:
    what = error.strerror or type(error).__name__
    if error.errno in _NO_SPACE:
        return StoreUnavailableError(f"The disk takes no more: {what}.\n  {_RETRY} Make room first.")
    return StoreUnavailableError(f"The store cannot be reached: {what}.\n  {_RETRY}")

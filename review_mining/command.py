"""What every command shares: how a run ends, and with which exit status."""

from __future__ import annotations

import errno
import signal
import sqlite3
import sys
from collections.abc import Callable
from types import FrameType

from xlsxwriter.exceptions import FileCreateError

from review_mining.errors import ReviewMiningError

INTERRUPTED = 130
_CANNOT_WRITE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM)


def run(job: Callable[[], int]) -> int:
    """Run a command's job and turn how it ends into an exit status.

    Errors go to standard error. A termination request ends the job like Ctrl-C, so that nothing half-written stays.

    Returns:
        0 done, 1 the job failed, 2 wrong usage or unreadable input, 3 a difference was found, 130 interrupted.
    """
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        return job()
    except ReviewMiningError as error:
        _say(str(error))
        return error.exit_status
    except KeyboardInterrupt:
        _say("interrupted; nothing was written")
        return INTERRUPTED
    except OSError as error:
        if error.errno not in _CANNOT_WRITE:
            raise
        _say(f"{error.filename or 'the output directory'}: cannot be written: {error.strerror or error}")
        return 1
    except (sqlite3.OperationalError, FileCreateError) as error:
        # What SQLite and the workbook writer make of a full disk.
        _say(f"the output directory: cannot be written: {error}")
        return 1
    finally:
        signal.signal(signal.SIGTERM, before)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _say(message: str) -> None:
    sys.stderr.write(f"review-mining: {message}\n")

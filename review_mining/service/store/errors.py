"""What can go wrong with the store.

::

    StoreError                   exit status 1
    ├── StoreUnavailableError    disk full, database not reachable or busy: nothing of the call was kept, try again
    ├── StoreDamagedError        the database is damaged, or of a newer version of this program
    ├── UnknownRecordError       this shop has no such record (another shop may)
    ├── ConflictError            the record exists already, or its state does not allow the change
    ├── CursorError              a cursor that this store did not give
    └── JobLostError             another worker has taken the job over
"""

from __future__ import annotations

from review_mining.errors import ReviewMiningError


class StoreError(ReviewMiningError):
    """Base of the store's errors."""


class StoreUnavailableError(StoreError):
    """The call cannot be done now; nothing of it was kept, and it may be tried again."""


class StoreDamagedError(StoreError):
    """The database cannot be read by this program; a person has to look."""


class UnknownRecordError(StoreError):
    """This shop has no record of that name."""


class ConflictError(StoreError):
    """The record exists already, or its state does not allow the change."""


class CursorError(StoreError):
    """A cursor that this store did not give."""


class JobLostError(StoreError):
    """The job was taken over after its worker fell silent; what this worker does no longer counts."""

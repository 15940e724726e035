"""The store: one folder and one database for all shops."""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType

from review_mining.service.store.audit import OPERATOR, AuditLog
from review_mining.service.store.clock import Clock, SystemClock
from review_mining.service.store.database import Database
from review_mining.service.store.files import DataFolder
from review_mining.service.store.job_queue import SILENCE_SECONDS, JobQueue
from review_mining.service.store.keys import ApiKeys
from review_mining.service.store.purging import Purging
from review_mining.service.store.records import Caller
from review_mining.service.store.secret import Secret
from review_mining.service.store.shop import ShopStore
from review_mining.service.store.shop_rows import ShopRows

DATABASE_URL = "REVIEW_MINING_DATABASE_URL"
"""Environment variable from which commands take a PostgreSQL URL (an argument would show in lists of processes)."""


class Store:
    """Everything the service keeps.

    Args:
        database: rows.
        folder: files.
        secret: keys digests and signatures.
        clock: tells the time.
        silence: seconds without a sign of life after which a job's worker is taken for dead.

    Attributes:
        keys: API keys of all shops.
        queue: background jobs of all shops, for workers.
        log: the audit log.
        purging: deletion for good.
        clock: the one clock.
    """

    def __init__(
        self,
        database: Database,
        folder: DataFolder,
        secret: Secret,
        clock: Clock,
        silence: float = SILENCE_SECONDS,
    ) -> None:
        self.clock = clock
        self.log = AuditLog(database, secret, clock)
        self.keys = ApiKeys(database, self.log, clock)
        self.queue = JobQueue(database, folder, clock, silence=silence)
        self.purging = Purging(database, folder, self.log, clock)
        self._database, self._folder, self._secret = database, folder, secret

    @classmethod
    def in_directory(
        cls,
        data: Path,
        url: str | None = None,
        clock: Clock | None = None,
        *,
        silence: float = SILENCE_SECONDS,
    ) -> Store:
        """Open the store of a data folder, made if it does not exist, with its tables brought up to date.

        Args:
            data: the folder.
            url: a ``postgresql+pg8000://`` URL for the rows; by default an SQLite file in the folder.
            clock: tells the time, by default the machine's.
            silence: seconds without a sign of life after which a job's worker is taken for dead.

        Raises:
            UsageError: the URL is of another database.
            StoreUnavailableError: the folder cannot be written, or the database does not answer.
            StoreDamagedError: the database is damaged or of a newer version, or the secret is damaged.
        """
        folder = DataFolder(data)
        secret = Secret.in_file(data / "secret.key")
        database = Database.opened(url, data / "service.sqlite")
        return cls(database, folder, secret, clock or SystemClock(), silence)

    @classmethod
    def configured(cls, data: Path) -> Store:
        """`in_directory` with the database that the environment names (`DATABASE_URL`), as all commands open it."""
        return cls.in_directory(data, os.environ.get(DATABASE_URL) or None)

    def for_shop(self, shop: str, *, actor: str = OPERATOR) -> ShopStore:
        """The store as one shop sees it.

        Args:
            shop: the shop.
            actor: id of the key on whose behalf (`Caller.key_id`), for the audit log and the history of cases.
        """
        return ShopStore(ShopRows(self._database, self._folder, self.log, self.clock, shop, actor))

    def caller(self, key: str) -> Caller | None:
        """Who holds a key; None for an unknown or revoked one."""
        return self.keys.caller(key)

    @property
    def incoming(self) -> Path:
        """Where uploads are written before `Jobs.submit` takes them; remove what is not submitted."""
        return self._folder.incoming

    def derived_key(self, purpose: str) -> bytes:
        """A key of 32 bytes that stays the same between starts, for instance to sign session cookies.

        Args:
            purpose: different purposes have unrelated keys.
        """
        return self._secret.derived(purpose)

    def check(self) -> None:
        """See whether the database answers.

        Raises:
            StoreUnavailableError: it does not.
            StoreDamagedError: it is damaged.
        """
        self._database.check()

    def close(self) -> None:
        """Close all connections."""
        self._database.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

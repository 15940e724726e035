"""The data folder's secret, from which every keyed digest and signature is made."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import secrets
from pathlib import Path

from review_mining.service.store.errors import StoreDamagedError

_BYTES = 32


class Secret:
    """Digests that nobody can recompute without the secret.

    Args:
        key: the secret.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    @classmethod
    def in_file(cls, path: Path) -> Secret:
        """Read the secret, or make it where there is none; of several processes that start at once, one makes it.

        Raises:
            StoreDamagedError: the file is there and does not hold a secret.
        """
        if not path.exists():
            partial = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
            descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(secrets.token_bytes(_BYTES))
                file.flush()
                os.fsync(file.fileno())
            with contextlib.suppress(FileExistsError):
                os.link(partial, path)
            partial.unlink()
        key = path.read_bytes()
        if len(key) != _BYTES:
            raise StoreDamagedError(
                f"{path} does not hold the {_BYTES} bytes of a secret.\n  Restore it from a backup."
            )
        return cls(key)

    def derived(self, purpose: str) -> bytes:
        """A key of 32 bytes for one purpose."""
        return hmac.digest(self._key, f"purpose\x00{purpose}".encode(), hashlib.sha256)

    def digest(self, sort: str, value: str) -> str:
        """Keyed digest of an id, as hex; equal ids of different sorts have different digests."""
        return hmac.digest(self._key, f"{sort}\x00{value}".encode("utf-8", "replace"), hashlib.sha256).hex()

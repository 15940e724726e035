"""Reads C2PA records in a process of its own, with a deadline for each file.

The library behind it is native code that parses what strangers send. The process starts with the first file that
holds a record, stays for the next ones, and is replaced when it misses a deadline or dies.
"""

from __future__ import annotations

import importlib.util
import json
import socket
import ssl
import subprocess
import sys
import threading
import time
import weakref
from pathlib import Path
from typing import Any

from review_mining.errors import ConfigError, MissingExtraError, ReviewMiningError
from review_mining.evidence import c2pa_worker
from review_mining.evidence.c2pa_record import C2paRecord
from review_mining.evidence.c2pa_worker import ANSWER, REQUEST

SECONDS = 8.0
"""Longest time for one file."""
_SECONDS_TO_START = 60.0
_MAX_ANSWER = 1 << 20
_MAX_ANCHORS = 8 << 20


class C2paReader:
    """Reads records, one file at a time; threads may share it.

    Args:
        trust_anchors: certificates (PEM) of whom to trust, or None to trust nobody.

    Raises:
        ConfigError: the file cannot be read or holds no certificate.
        MissingExtraError: c2pa-python is not installed.
    """

    def __init__(self, trust_anchors: Path | None = None) -> None:
        if importlib.util.find_spec("c2pa") is None:
            raise MissingExtraError("c2pa-python", "evidence")
        if trust_anchors is not None:
            _check_anchors(trust_anchors)
        self._anchors = trust_anchors
        self._lock = threading.Lock()
        self._worker: _Worker | None = None

    def read(self, data: bytes, media_type: str) -> C2paRecord | None:
        """The record of a file.

        Args:
            data: the whole file.
            media_type: for example ``image/jpeg``.

        Returns:
            the record; None where there is none, or it cannot be read in :data:`SECONDS`.

        Raises:
            ReviewMiningError: the process does not start at all.
        """
        with self._lock:
            had_worker = self._worker is not None
            answer, died = self._ask(data, media_type)
            if died and had_worker:  # an earlier file, or the system, may have ended it: this one is owed a try
                answer, _ = self._ask(data, media_type)
        return None if answer is None else C2paRecord.from_json(answer)

    def close(self) -> None:
        """End the process; the next file starts another."""
        if self._worker is not None:
            self._worker.stop()
            self._worker = None

    def _ask(self, data: bytes, media_type: str) -> tuple[dict[str, Any] | None, bool]:
        """The answer, and whether the process died over it."""
        if self._worker is None:
            self._worker = _Worker(self._anchors)
        try:
            return self._worker.ask(data, media_type), False
        except (OSError, ValueError) as error:
            self.close()
            return None, not isinstance(error, TimeoutError)


class _Worker:
    """The process and the connection to it."""

    def __init__(self, anchors: Path | None) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            process = subprocess.Popen(
                [sys.executable, "-m", c2pa_worker.__name__, *([str(anchors.resolve())] if anchors else [])],
                cwd=Path(c2pa_worker.__file__).parents[2],  # so that it imports this very package
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        self._connection = ours
        self.stop = weakref.finalize(self, _end, process, ours)
        try:
            self._receive(time.monotonic() + _SECONDS_TO_START)
        except OSError as error:
            self.stop()
            raise ReviewMiningError(
                "The process that reads C2PA records did not start.\n"
                "  See what it says: python -m review_mining.evidence.c2pa_worker"
            ) from error

    def ask(self, data: bytes, media_type: str) -> dict[str, Any] | None:
        """Send a file and wait for the answer.

        Raises:
            OSError: it did not come in time (``TimeoutError``), or the process died.
            ValueError: it is no answer.
        """
        kind = media_type.encode()
        self._connection.settimeout(SECONDS)
        self._connection.sendall(REQUEST.pack(len(kind), len(data)) + kind)
        self._connection.sendall(data)
        answer: dict[str, Any] | None = json.loads(self._receive(time.monotonic() + SECONDS))
        return answer

    def _receive(self, deadline: float) -> bytes:
        (length,) = ANSWER.unpack(self._take(ANSWER.size, deadline))
        if length > _MAX_ANSWER:
            raise ValueError("an answer longer than any record")
        return self._take(length, deadline)

    def _take(self, length: int, deadline: float) -> bytes:
        taken = b""
        while len(taken) < length:
            self._connection.settimeout(max(0.001, deadline - time.monotonic()))
            more = self._connection.recv(length - len(taken))
            if not more:
                raise OSError("the C2PA process ended")
            taken += more
        return taken


def _end(process: subprocess.Popen[bytes], connection: socket.socket) -> None:
    connection.close()
    process.kill()
    process.wait()


def _check_anchors(path: Path) -> None:
    """The library takes anything for trust anchors without a word, so the file is looked at first."""
    hint = "Name a PEM file of certificates as c2pa.trust_anchors, or null to trust nobody."
    try:
        with path.open("rb") as file:
            content = file.read(_MAX_ANCHORS + 1)
        store = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        store.load_verify_locations(cadata=content.decode("ascii", errors="ignore"))
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        raise ConfigError(f"{path}: no list of certificates: {error}\n  {hint}") from error
    if len(content) > _MAX_ANCHORS:
        raise ConfigError(f"{path}: longer than {_MAX_ANCHORS:,} bytes.\n  {hint}")

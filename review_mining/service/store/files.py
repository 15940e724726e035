"""Files beside the database: original pictures, evidence packs, and the folders of jobs.

::

    DIR/pictures/<shop>/<sha256>          DIR/packs/<shop>/<case number>/<name>
    DIR/jobs/<shop>/<job>/inputs/…        DIR/jobs/<shop>/<job>/attempt-<n>/…
    DIR/incoming/                         uploads that are not jobs yet
    DIR/reuse/                            indexes of pictures, made from the cases by whoever judges

``<shop>`` is a digest of the shop's name, so that no name can lead out of the folder. A file is complete when it has
its name: it is written beside it, synced and renamed.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
import shutil
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from review_mining.errors import UsageError
from review_mining.service.store.faults import faults_explained

_SHOP_DIGITS = 32
_SORTS = ("pictures", "packs", "jobs")


class DataFolder:
    """The folder of one store.

    Args:
        root: made if it does not exist; readable by its owner only.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        with faults_explained():
            root.mkdir(parents=True, exist_ok=True)
            self.incoming.mkdir(mode=0o700, exist_ok=True)

    @property
    def incoming(self) -> Path:
        """Where an upload may be written before it becomes a job's input: on the same disk, so that moving is safe."""
        return self.root / "incoming"

    def of(self, shop: str) -> ShopFiles:
        """The files of one shop."""
        return ShopFiles(self.root, _folder(shop))

    def remove_other_shops(self, kept: Collection[str]) -> int:
        """Remove all files of shops that are not in ``kept``; count files."""
        folders = {_folder(shop) for shop in kept}
        return sum(_remove_others(self.root / sort, folders) for sort in _SORTS)

    def remove_indexes(self) -> int:
        """Remove the indexes of pictures, which the service makes again from the cases that are left; count files."""
        indexes = list((self.root / "reuse").glob("*"))
        for path in indexes:
            path.unlink(missing_ok=True)
        return len(indexes)

    def remove_uploads(self, before: datetime) -> int:
        """Remove uploads that were last written to before a moment; count files."""
        old = [path for path in self.incoming.iterdir() if path.stat().st_mtime < before.timestamp()]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)

    @contextmanager
    def adding(self) -> Iterator[None]:
        """While files are added that no row names yet; several may add at once."""
        with self._locked(fcntl.LOCK_SH):
            yield

    @contextmanager
    def removing(self) -> Iterator[None]:
        """While files that no row names are removed; nobody adds meanwhile."""
        with self._locked(fcntl.LOCK_EX):
            yield

    @contextmanager
    def _locked(self, how: int) -> Iterator[None]:
        with faults_explained():
            descriptor = os.open(self.root / "files.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, how)
            yield
        finally:
            os.close(descriptor)


class ShopFiles:
    """The files of one shop.

    Args:
        root: the data folder.
        folder: the shop's name as a digest.
    """

    def __init__(self, root: Path, folder: str) -> None:
        self._pictures, self._packs, self._jobs = (root / sort / folder for sort in _SORTS)

    def keep_picture(self, content: bytes) -> str:
        """Write a picture's original bytes, if they are not there yet.

        Returns:
            Hex SHA-256 of the bytes, which is the file's name.
        """
        sha256 = hashlib.sha256(content).hexdigest()
        if not self.picture(sha256).exists():
            _write(self.picture(sha256), content)
        return sha256

    def picture(self, sha256: str) -> Path:
        """Where a picture's original bytes are."""
        return self._pictures / sha256

    def write_pack(self, case_number: int, name: str, content: bytes) -> Path:
        """Write a file of a case's evidence pack, replacing one of that name."""
        path = self.pack(case_number, name)
        _write(path, content)
        return path

    def pack(self, case_number: int, name: str) -> Path:
        """Where a file of a case's evidence pack is.

        Raises:
            UsageError: the name leads out of the case's folder.
        """
        if name in ("", ".", "..") or name.startswith(".") or any(char in name for char in "/\\\x00"):
            raise UsageError(f"{name!r} cannot name a file of an evidence pack.")
        return self._packs / str(case_number) / name

    def take_inputs(self, job_id: str, files: Mapping[str, Path]) -> None:
        """Move files into a job's folder.

        Args:
            job_id: the job.
            files: name in the job's folder → complete file on the same disk.
        """
        inputs = self.inputs(job_id)
        inputs.mkdir(parents=True, mode=0o700)
        for name, source in files.items():
            with source.open("rb") as file:
                os.fsync(file.fileno())
            source.replace(inputs / Path(name).name)
        _sync_folder(inputs)

    def inputs(self, job_id: str) -> Path:
        """Where a job's inputs are."""
        return self._jobs / job_id / "inputs"

    def attempt(self, job_id: str, number: int) -> Path:
        """Where an attempt at a job leaves its results."""
        return self._jobs / job_id / f"attempt-{number}"

    def fresh_attempt(self, job_id: str, number: int) -> Path:
        """Make that folder, empty."""
        folder = self.attempt(job_id, number)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, mode=0o700)
        return folder

    def remove_other_pictures(self, kept: Collection[str]) -> int:
        """Remove pictures whose digest is not in ``kept``, and what a killed process left half-written; count files."""
        return _remove_others(self._pictures, kept)

    def remove_other_packs(self, kept: Collection[int]) -> int:
        """Remove packs of cases whose number is not in ``kept``; count files."""
        return _remove_others(self._packs, {str(number) for number in kept})

    def remove_other_jobs(self, kept: Collection[str]) -> int:
        """Remove folders of jobs that are not in ``kept``; count files."""
        return _remove_others(self._jobs, kept)


def _folder(shop: str) -> str:
    return hashlib.sha256(shop.encode("utf-8", "replace")).hexdigest()[:_SHOP_DIGITS]


def _remove_others(folder: Path, kept: Collection[str]) -> int:
    removed = 0
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.name in kept:
            continue
        if path.is_dir():
            removed += sum(1 for below in path.rglob("*") if below.is_file())
            shutil.rmtree(path)
        else:
            path.unlink()
            removed += 1
    return removed


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, mode=0o700, exist_ok=True)
    partial = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with partial.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

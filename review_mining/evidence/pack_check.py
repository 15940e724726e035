"""Does an evidence pack still hold what its manifest says?"""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from review_mining.errors import InputError
from review_mining.evidence.pack import MANIFEST, SCHEMA

_MAX_FILES, _MAX_MANIFEST, _BLOCK = 100, 16 << 20, 1 << 20
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError, RecursionError)


def verify_pack(path: Path) -> list[str]:
    """Recompute the hashes of a pack's files and compare them with its manifest.

    The manifest carries no signature: a pack that was written anew as a whole agrees with itself. Compare its SHA-256
    with the list that was handed out for that.

    Args:
        path: a ``case_<id>.zip``; it may come from anywhere.

    Returns:
        the differences in words, none for a sound pack.

    Raises:
        InputError: the file is no evidence pack.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = _manifest(archive)
            return list(_differences(archive, manifest))
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", path=path) from error
    except _BROKEN as error:
        raise InputError(f"is no evidence pack: {error}", path=path, hint="Name a case_….zip.") from error


def _manifest(archive: zipfile.ZipFile) -> dict[str, Any]:
    if len(archive.namelist()) > _MAX_FILES:
        raise ValueError("it holds too many files")
    if MANIFEST not in archive.namelist() or archive.getinfo(MANIFEST).file_size > _MAX_MANIFEST:
        raise ValueError(f"{MANIFEST} is missing or too large")
    with archive.open(MANIFEST) as file:
        manifest = json.loads(file.read(_MAX_MANIFEST))
    if not isinstance(manifest, dict) or manifest.get("schema") != SCHEMA:
        raise ValueError(f"{MANIFEST} is not of schema {SCHEMA}")
    return manifest


def _differences(archive: zipfile.ZipFile, manifest: dict[str, Any]) -> Iterator[str]:
    listed = [manifest.get("facts"), *_list(manifest.get("pictures"))]
    if not all(isinstance(entry, dict) for entry in listed):
        raise ValueError(f"{MANIFEST} lists something that is no file")
    stored = {str(entry.get("stored_as")): entry for entry in listed if entry.get("stored_as") is not None}
    names = archive.namelist()
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"{name}: is there more than once"
    for name in sorted(set(names) - set(stored) - {MANIFEST}):
        yield f"{name}: is not listed in {MANIFEST}"
    for name, entry in stored.items():
        if name not in names:
            yield f"{name}: is missing"
        elif (found := _digest(archive, name, entry.get("bytes"))) != entry.get("sha256"):
            yield f"{name}: SHA-256 is {found}, {MANIFEST} says {entry.get('sha256')}"


def _digest(archive: zipfile.ZipFile, name: str, size: object) -> str:
    """SHA-256 of a stored file, read no further than one byte beyond its stated size."""
    left = size + 1 if isinstance(size, int) and size >= 0 else 1
    digest = hashlib.sha256()
    with archive.open(name) as file:
        while left > 0 and (block := file.read(min(left, _BLOCK))):
            digest.update(block)
            left -= len(block)
    return digest.hexdigest()


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []

"""All-or-nothing output: results are built beside their destination and renamed into place when complete."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from review_mining.errors import UsageError


@contextmanager
def staged_directory(destination: Path, *, force: bool = False) -> Iterator[Path]:
    """Yield an empty directory that becomes ``destination`` if the block ends without an error.

    On any error, Ctrl-C included, the partial directory is removed and ``destination`` is as it was.

    Args:
        destination: where the results shall appear.
        force: replace a destination that exists.

    Raises:
        UsageError: the destination exists and ``force`` is false, or it is not a directory.
    """
    destination = destination.absolute()
    if destination.exists() and not destination.is_dir():
        raise UsageError(f"{destination} exists and is not a directory.\n  Choose another place with -o.")
    if destination.exists() and not force:
        raise UsageError(f"{destination} exists already.\n  Choose another place with -o, or replace it with --force.")
    partial = destination.with_name(f".{destination.name}.partial-{os.getpid()}")
    retired = destination.with_name(f".{destination.name}.replaced-{os.getpid()}")
    destination.parent.mkdir(parents=True, exist_ok=True)
    partial.mkdir()
    try:
        yield partial
        if destination.exists():
            destination.rename(retired)
        partial.rename(destination)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
        if retired.exists():
            if destination.exists():
                shutil.rmtree(retired, ignore_errors=True)
            else:
                retired.rename(destination)


@contextmanager
def staged_file(destination: Path) -> Iterator[Path]:
    """Yield a temporary path that replaces ``destination`` if the block ends without an error."""
    partial = destination.with_name(f".{destination.name}.partial-{os.getpid()}")
    try:
        yield partial
        partial.replace(destination)
    finally:
        partial.unlink(missing_ok=True)

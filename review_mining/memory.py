"""Giving freed memory back to the system between the stages of a long run.

Both allocators at work here keep what was freed for later: Arrow's, and glibc's under NumPy. Over millions of rows that
adds up to more than what is in use.
"""

from __future__ import annotations

import ctypes
import ctypes.util
from functools import cache

import pyarrow as pa


def release_freed() -> None:
    """Return freed memory to the system where the platform knows how (glibc's ``malloc_trim``; elsewhere nothing)."""
    pa.default_memory_pool().release_unused()
    trim = _malloc_trim()
    if trim is not None:
        trim(0)


@cache
def _malloc_trim() -> ctypes._NamedFuncPointer | None:
    library = ctypes.util.find_library("c")
    return getattr(ctypes.CDLL(library), "malloc_trim", None) if library else None

"""Ids of themes."""

from __future__ import annotations

import hashlib


def identity(code: str, name: str) -> str:
    """Twelve hex characters that follow from a theme's sub-aspect and its first name."""
    return hashlib.sha256(f"{code}\0{name}".encode("utf-8", "surrogatepass")).hexdigest()[:12]

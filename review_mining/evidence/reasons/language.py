"""The languages of a reason, and the shape of a table of sentences."""

from __future__ import annotations

from typing import Literal

Language = Literal["zh", "en"]
Sentences = dict[str, dict[Language, str]]
"""Message key → language → sentence with ``{placeholders}`` for facts."""

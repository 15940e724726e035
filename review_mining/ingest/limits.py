"""How much of one thing is read before the input is refused."""

from __future__ import annotations

MAX_CELL = 1_000_000
"""Characters in one cell; a longer one is nearly always an unclosed quotation mark."""

MAX_WORKBOOK_BYTES = 1 << 30
"""Bytes of XML that a workbook may unpack to."""

MAX_CHUNK_BYTES = 1 << 30
"""Bytes of text that one run of rows may unpack to; Parquet stores a repeated text once."""

MAX_SHEET_CELLS = 40_000_000
"""Cells of the rectangle that a sheet spans, blank ones included: a full million rows of 38 columns."""

MAX_WORKBOOK_RATIO = 300
"""Unpacked over packed size of a workbook; spreadsheets reach about 30, a zip bomb a thousand."""

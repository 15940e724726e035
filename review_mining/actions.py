"""Fixes under way, as the shop lists them: which theme, who, since when."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from review_mining.errors import InputError

COLUMNS = ("theme_id", "owner", "status", "fix_date", "scope", "note")
_MAX_BYTES = 1_000_000


def read_actions(path: Path) -> list[dict[str, str]]:
    """Read a CSV of fixes with the columns ``COLUMNS``, of which only ``theme_id`` must be filled.

    Raises:
        InputError: the file cannot be read, has other columns, or a row names no theme.
    """
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise InputError(f"is larger than {_MAX_BYTES:,} bytes", path=path, hint="Give a small table of fixes.")
        content = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", path=path) from error
    except UnicodeDecodeError as error:
        raise InputError("is not UTF-8", path=path, hint="Save it as UTF-8.") from error
    reader = csv.DictReader(io.StringIO(content))
    names = [name.strip().replace(" ", "_") for name in reader.fieldnames or ()]
    if "theme_id" not in names or not set(names) <= set(COLUMNS):
        raise InputError(f"has the columns {names}", path=path, hint=f"It needs theme_id and may have {COLUMNS[1:]}.")
    reader.fieldnames = names
    actions = [{name: (row.get(name) or "").strip() for name in COLUMNS} for row in reader]
    for number, action in enumerate(actions):
        if not action["theme_id"]:
            raise InputError("names no theme", path=path, row=number, column="theme_id")
    return actions

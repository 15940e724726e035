"""``report.json`` on disk: stable bytes, readable by people."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from review_mining.errors import InputError


def write_json(content: Mapping[str, Any], path: Path) -> None:
    """Write the content with sorted keys, so that equal content gives equal bytes.

    Raises:
        ValueError: a figure is not finite.
    """
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, sort_keys=True, indent=1)
    path.write_text(text + "\n", encoding="utf-8")


def read_json(path: Path) -> dict[str, Any]:
    """Read a ``report.json``.

    Raises:
        InputError: it is absent or no JSON object.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(
            f"cannot be read: {error.strerror}", path=path, hint="Give the directory of a report."
        ) from error
    except ValueError as error:
        raise InputError(f"is not valid JSON: {error}", path=path) from error
    if not isinstance(content, dict):
        raise InputError("is not a report: its top level is no object", path=path)
    return content

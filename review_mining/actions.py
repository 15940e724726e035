"""Fixes that the shop has planned, begun or made: which theme, who, since when, for what part of the goods."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any, Final

from review_mining.errors import InputError
from review_mining.ingest.files import read_file
from review_mining.ingest.notes import SourceLog

COLUMNS: Final = ("theme_id", "owner", "status", "fix_date", "scope", "note")
STATUSES: Final = ("planned", "in_progress", "done")
ANY: Final = "any"
SCOPES: Final = ("sku", "product", "batch", "shop", "courier", ANY)
"""Columns of the reviews that a scope may name; ``product`` is an id or a name. A scope without a column is looked for
in all of them."""

_NAMES: Final = {name: name for name in COLUMNS} | {
    "主题编号": "theme_id",
    "负责人": "owner",
    "状态": "status",
    "修复日期": "fix_date",
    "范围": "scope",
    "备注": "note",
}
_BESIDE: Final = frozenset(
    ("标题", "负责方", "优先级", "说明", "标签", "summary", "component", "priority", "description", "labels")
)
"""Further columns of an owner's workbook, which say nothing of the fix."""

_STATUS_NAMES: Final = {
    "planned": ("", "planned", "todo", "to_do", "open", "计划", "计划中", "待办", "待处理", "未开始"),
    "in_progress": ("in_progress", "doing", "进行中", "处理中", "修复中"),
    "done": (
        "done",
        "fixed",
        "closed",
        "resolved",
        "released",
        "完成",
        "已完成",
        "修好了",
        "已修复",
        "已解决",
        "已上线",
    ),
}
_STATUS_OF: Final = {name: status for status, names in _STATUS_NAMES.items() for name in names}
_SCOPE_NAMES: Final = {name: name for name in SCOPES if name != ANY} | {
    "规格": "sku",
    "商品": "product",
    "批次": "batch",
    "店铺": "shop",
    "快递": "courier",
}
_EVERYTHING: Final = frozenset(("", "all", "everything", "全部", "全店", "所有"))
_KEY: Final = re.compile(rf"(?:^|[;；])\s*({'|'.join(_SCOPE_NAMES)})\s*[=＝]", re.IGNORECASE)
"""Begins a part of a scope. A semicolon not followed by a key belongs to the value, as in ``颜色:红;尺码:XL``."""

_DAY: Final = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})")
_FORMULA_MARK: Final = re.compile("^'(?=[-=+@＝＋－＠])")
"""What the owner's workbook puts before a text that a spreadsheet would take for a formula."""

_MAX_BYTES: Final = 1_000_000
_MAX_ACTIONS: Final = 1_000


@dataclass(frozen=True, kw_only=True)
class Action:
    """One fix.

    Attributes:
        theme_id: the theme that it shall help against.
        owner: the person in charge, in the shop's own words.
        status: one of ``STATUSES``, or what the shop wrote where that is another.
        fix_date: first day with the fix, when it is known.
        scope: column of ``SCOPES`` → the values that were changed. A text is in scope if it has one of the values of
            every column named; empty means everything.
        note: free text.
    """

    theme_id: str
    owner: str
    status: str
    fix_date: date | None
    scope: Mapping[str, Sequence[str]]
    note: str

    def to_json(self) -> dict[str, Any]:
        """As plain values, for ``run.actions`` of a report."""
        return {
            "theme_id": self.theme_id,
            "owner": self.owner,
            "status": self.status,
            "fix_date": None if self.fix_date is None else self.fix_date.isoformat(),
            "scope": {column: list(values) for column, values in self.scope.items()},
            "note": self.note,
        }

    @classmethod
    def from_json(cls, entry: Mapping[str, Any]) -> Action:
        """The action that ``to_json`` wrote."""
        day = entry["fix_date"]
        return cls(**{**entry, "fix_date": None if day is None else date.fromisoformat(day)})


def read_actions(path: Path) -> list[Action]:
    """Read a table of fixes, or every workbook of a folder of owners' briefs.

    The table is a CSV or XLSX file with the columns ``COLUMNS`` by these names or their Chinese ones. Only ``theme_id``
    and one other must be filled; a row that fills no other says nothing and is left out, as in a brief that nobody has
    touched. The same theme may have several rows.

    Raises:
        InputError: a file cannot be read, has other columns, or a field is not understood, with its row and column.
    """
    files = sorted(path.glob("*.xlsx")) if path.is_dir() else [path]
    actions = list(chain.from_iterable(_read_file(file) for file in files if not file.name.startswith("~$")))
    if len(actions) > _MAX_ACTIONS:
        raise InputError(f"lists {len(actions):,} fixes, more than {_MAX_ACTIONS:,}", path=path, hint="Drop old ones.")
    return actions


def _read_file(path: Path) -> Iterator[Action]:
    if path.is_file() and path.stat().st_size > _MAX_BYTES:
        raise InputError(f"is larger than {_MAX_BYTES:,} bytes", path=path, hint="Give a small table of fixes.")
    first = 0
    for chunk in read_file(path, SourceLog(str(path)), _MAX_ACTIONS):
        known = {name: _NAMES.get(_folded(name)) for name in chunk.names}
        strangers = [name for name, column in known.items() if column is None and _folded(name) not in _BESIDE]
        if strangers or "theme_id" not in known.values():
            hint = f"It needs theme_id and may have {', '.join(COLUMNS[1:])}."
            raise InputError(f"has the columns {', '.join(chunk.names)}", path=path, hint=hint)
        columns = {column: chunk.column(name) for name, column in known.items() if column}
        for row in range(chunk.rows):
            fields = {name: _text(columns[name][row]) if name in columns else "" for name in COLUMNS}
            if any(fields[name] for name in COLUMNS[1:]):
                yield _action(fields, path, first + row)
        first += chunk.rows


def _folded(name: str) -> str:
    return name.strip().lower().replace(" ", "_")


def _text(cell: object) -> str:
    if isinstance(cell, date):
        return cell.isoformat()[:10]
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None else _FORMULA_MARK.sub("", str(cell).strip())


def _action(fields: Mapping[str, str], path: Path, row: int) -> Action:
    def refused(column: str, problem: str, hint: str) -> InputError:
        return InputError(problem, path=path, row=row, column=column, hint=hint)

    if not fields["theme_id"]:
        raise refused("theme_id", "names no theme", "Copy the theme's id from the report or from briefs/tasks.csv.")
    try:
        fix_date = _day(fields["fix_date"])
    except ValueError:
        raise refused("fix_date", f"{fields['fix_date']!r} is no day", "Give a day such as 2026-03-31.") from None
    scope = _scope(fields["scope"])
    if scope is None:
        known = ", ".join(f"{name}=…" for name in SCOPES if name != ANY)
        hint = f"Leave it empty for everything, or give {known}, joined by ';'."
        raise refused("scope", f"{fields['scope']!r} is not understood", hint)
    return Action(
        theme_id=fields["theme_id"],
        owner=fields["owner"],
        status=_STATUS_OF.get(_folded(fields["status"]), fields["status"]),
        fix_date=fix_date,
        scope=scope,
        note=fields["note"],
    )


def _day(text: str) -> date | None:
    """The day, None for an empty text. Excel writes the days of a CSV as 2026/3/31."""
    if not text:
        return None
    found = _DAY.fullmatch(text)
    if found is None:
        raise ValueError(text)
    return date(int(found[1]), int(found[3]), int(found[4]))


def _scope(text: str) -> dict[str, list[str]] | None:
    """Values by column; empty for everything, None for what is not understood."""
    if text.lower() in _EVERYTHING:
        return {}
    keys = list(_KEY.finditer(text))
    if not keys:
        return {ANY: [text]}
    if text[: keys[0].start()].strip():
        return None
    ends = [key.start() for key in keys[1:]] + [len(text)]
    scope: dict[str, list[str]] = {}
    for key, end in zip(keys, ends, strict=True):
        value = text[key.end() : end].strip(" \t;；")
        if not value:
            return None
        scope.setdefault(_SCOPE_NAMES[key[1].lower()], []).append(value)
    return scope

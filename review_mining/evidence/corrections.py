"""What people decided about a sign after looking: upheld or withdrawn, in a file that only grows.

One line of JSON per decision. A later line about the same case, picture and sign replaces an earlier one; nothing is
ever rewritten, so the file is also the history. A picture is named by its SHA-256: the same name with other bytes is
another picture.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Annotated, BinaryIO, Literal

from pydantic import AwareDatetime, Field, ValidationError, field_validator, model_validator

from review_mining.config import Strict
from review_mining.errors import InputError
from review_mining.evidence.cases import Name, Short
from review_mining.evidence.signs import Sign, SignKind
from review_mining.ingest.masking import mask

MAX_LINE = 1 << 16
_EXAMPLE = (
    '{"case_id": "…", "picture": "<sha256>", "sign": "exact_reuse", "decision": "withdrawn", "by": "…", "at": "…"}'
)

Subject = SignKind | Literal["reports_ai_fake"]
Key = tuple[str, str | None, str]
_OF_THE_CASE: frozenset[Subject] = frozenset({"reports_ai_fake", "statement_contradiction"})


class Correction(Strict):
    """One decision of a person.

    Attributes:
        case_id: the case.
        picture: SHA-256 of the picture's original bytes in hexadecimal digits; None for what belongs to the whole case,
            or for that sign in all of its pictures.
        sign: kind of the sign, or ``reports_ai_fake`` for the reading of the statement.
        decision: ``upheld`` or ``withdrawn``.
        by: who decided.
        at: when, with a time zone.
        note: why, personal data masked.
    """

    case_id: Name
    picture: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None
    sign: Subject
    decision: Literal["upheld", "withdrawn"]
    by: Annotated[Short, Field(min_length=1)]
    at: AwareDatetime
    note: str = Field("", max_length=2_000)

    @model_validator(mode="after")
    def _of_the_case(self) -> Correction:
        if self.picture is not None and self.sign in _OF_THE_CASE:
            raise ValueError(f"{self.sign} belongs to the case as a whole; leave out the picture")
        return self

    @field_validator("note")
    @classmethod
    def _masked(cls, note: str) -> str:
        return mask(note)[0]

    @property
    def key(self) -> Key:
        """What was decided about."""
        return self.case_id, self.picture, self.sign


@dataclass(frozen=True)
class Corrections:
    """Decisions in the order in which they were made."""

    rows: tuple[Correction, ...] = ()

    def latest(self) -> dict[Key, Correction]:
        """The decision that holds for each sign."""
        return {row.key: row for row in self.rows}

    def of_case(self, case_id: str) -> tuple[Correction, ...]:
        """All decisions about a case, the earliest first."""
        return tuple(self._by_case.get(case_id, ()))

    @cached_property
    def _by_case(self) -> dict[str, list[Correction]]:
        found: dict[str, list[Correction]] = {}
        for row in self.rows:
            found.setdefault(row.case_id, []).append(row)
        return found


def withdrawn(history: Sequence[Correction], picture: str | None, sign: str) -> bool:
    """Whether the last decision about a sign took it back; one that names no picture is about all of the case.

    Args:
        history: decisions about one case, the earliest first.
        picture: SHA-256 of the picture, None for what belongs to the whole case.
        sign: what was decided about.
    """
    decisions = [row.decision for row in history if row.picture in (picture, None) and row.sign == sign]
    return decisions[-1:] == ["withdrawn"]


def standing_and_withdrawn(
    signs: Sequence[Sign], history: Sequence[Correction], picture: str | None
) -> tuple[tuple[Sign, ...], tuple[Sign, ...]]:
    """Part signs into those that hold and those that a person took back.

    Args:
        signs: of one picture, or of the case.
        history: decisions about the case, the earliest first.
        picture: SHA-256 of the picture, None for the case.
    """
    gone = tuple(sign for sign in signs if withdrawn(history, picture, sign.kind))
    return tuple(sign for sign in signs if sign not in gone), gone


def read_corrections(path: Path) -> Corrections:
    """Read decisions from JSON Lines, blank lines skipped.

    Raises:
        InputError: the file cannot be read, or a row is no decision (the row and its field are named).
    """
    try:
        with path.open("rb") as file:
            return Corrections(tuple(_rows(file, path)))
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", path=path) from error


def append_correction(path: Path, correction: Correction) -> None:
    """Add one decision, on disk when this returns.

    A line that an earlier interruption left without its end stays by itself, so that the new one is whole.

    Raises:
        InputError: the file cannot be written.
    """
    line = json.dumps(correction.model_dump(mode="json"), ensure_ascii=False, separators=(",", ":")) + "\n"
    try:
        with path.open("a+b") as file:
            if file.tell() and not _ends_with_newline(file.fileno()):
                line = f"\n{line}"
            file.write(line.encode("utf-8", "backslashreplace"))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", path=path) from error


def make_correction(**fields: object) -> Correction:
    """A checked decision made now.

    Args:
        fields: those of :class:`Correction` but ``at``.

    Raises:
        InputError: a field is not understood.
    """
    try:
        return Correction.model_validate({**fields, "at": datetime.now().astimezone().replace(microsecond=0)})
    except ValidationError as error:
        raise _fault(error) from error


def _ends_with_newline(descriptor: int) -> bool:
    return os.pread(descriptor, 1, os.fstat(descriptor).st_size - 1) == b"\n"


def _rows(file: BinaryIO, path: Path) -> Iterator[Correction]:
    for row, line in enumerate(iter(lambda: file.readline(MAX_LINE + 1), b"")):
        if len(line) > MAX_LINE:
            raise InputError(f"longer than {MAX_LINE:,} bytes", path=path, row=row, hint="A decision is one line.")
        if not line.strip():
            continue
        try:
            yield Correction.model_validate(json.loads(line.decode("utf-8-sig")))
        except ValidationError as error:
            raise _fault(error, path, row) from error
        except (ValueError, RecursionError) as error:
            hint = "A line that an interruption cut off can be deleted."
            raise InputError(f"is no JSON object: {error}", path=path, row=row, hint=hint) from error


def _fault(error: ValidationError, path: Path | None = None, row: int | None = None) -> InputError:
    fault = error.errors()[0]
    column = ".".join(str(part) for part in fault["loc"]) or None
    return InputError(fault["msg"], path=path, row=row, column=column, hint=f"A decision looks like {_EXAMPLE}.")

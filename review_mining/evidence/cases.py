"""After-sales cases: what one is, and reading them from a file."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Annotated

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError, field_validator

from review_mining.config import Strict
from review_mining.errors import InputError
from review_mining.evidence.intake import sniff

MAX_LINE = 1 << 20
MAX_CASES = 1_000_000

Name = Annotated[str, Field(min_length=1, max_length=255)]
Short = Annotated[str, Field(max_length=200)]


_LIKELY_YEARS = range(1990, 2100)


class _Facts(BaseModel):
    """Facts from a shop's own systems: further keys are allowed, and not read; a blank says nothing."""

    model_config = ConfigDict(extra="ignore", frozen=True, coerce_numbers_to_str=True, str_strip_whitespace=True)

    @field_validator("*", mode="before")
    @classmethod
    def _blank_is_unknown(cls, value: object) -> object:
        return None if isinstance(value, str) and not value.strip() else value


class Order(_Facts):
    """The order that a case is about, as far as it is known.

    A time before 1990 or after 2100 is what programs write for none (0001-01-01, 9999-12-31), and is not known either.
    """

    order_id: Short | None = None
    product_name: Short | None = None
    sku: Short | None = None
    quantity: int | None = Field(None, ge=0, le=1_000_000)
    amount: float | None = Field(None, ge=0, allow_inf_nan=False)
    ordered_at: datetime | None = None
    delivered_at: datetime | None = None
    requested_at: datetime | None = None

    @field_validator("ordered_at", "delivered_at", "requested_at")
    @classmethod
    def _unset_is_unknown(cls, moment: datetime | None) -> datetime | None:
        """Many systems write the first or the last day that they know for a time that was never set."""
        return moment if moment is not None and moment.year in _LIKELY_YEARS else None


class Buyer(_Facts):
    """Who asks. Only the id is read, to tell one buyer from another."""

    buyer_id: Short | None = Field(None, validation_alias=AliasChoices("buyer_id", "id"))


class Case(Strict):
    """One after-sales case.

    Attributes:
        case_id: as given.
        statement: what the buyer, or the shop, writes; up to 20,000 characters.
        images: picture names below the pictures' folder, up to 50.
        order: the order, when it is known.
        buyer: the buyer, when known; a bare string is taken as the buyer's id.
    """

    case_id: Name
    statement: str = Field("", max_length=20_000)
    images: tuple[Name, ...] = Field((), max_length=50)
    order: Order = Order()
    buyer: Buyer = Buyer()

    @field_validator("case_id", mode="before")
    @classmethod
    def _number_as_text(cls, value: object) -> object:
        return str(value) if isinstance(value, int) and not isinstance(value, bool) else value

    @field_validator("statement", mode="before")
    @classmethod
    def _null_is_blank(cls, value: object) -> object:
        return "" if value is None else value

    @field_validator("images", mode="before")
    @classmethod
    def _null_is_none_sent(cls, value: object) -> object:
        return () if value is None else value

    @field_validator("order", mode="before")
    @classmethod
    def _no_order(cls, value: object) -> object:
        return Order() if value is None else value

    @field_validator("buyer", mode="before")
    @classmethod
    def _buyer_by_id(cls, value: object) -> object:
        if value is None:
            return Buyer()
        return {"buyer_id": value} if isinstance(value, (str, int)) else value

    @field_validator("images")
    @classmethod
    def _below_the_folder(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            path = PurePosixPath(name.replace("\\", "/"))
            if path.is_absolute() or ".." in path.parts or ":" in "".join(path.parts[:1]) or "\x00" in name:
                raise ValueError(f"the picture name {name[:80]!r} leads out of the pictures' folder")
        return names


def read_cases(path: Path) -> list[Case]:
    """Read cases from JSON Lines, blank lines skipped.

    Raises:
        InputError: the file cannot be read, or a row is no case (the row and its field are named), or two rows have
            the same ``case_id``.
    """
    cases: list[Case] = []
    rows_by_id: dict[str, int] = {}
    try:
        with path.open("rb") as file:
            row = 0
            while line := file.readline(MAX_LINE + 1):
                if line.strip(b"\xef\xbb\xbf \r\n\t"):
                    case = _read_case(line, path, row)
                    if (first := rows_by_id.setdefault(case.case_id, row)) != row:
                        raise InputError(
                            f"the id {case.case_id!r} was used in row {first} already",
                            path=path,
                            row=row,
                            column="case_id",
                            hint="Give every case an id of its own.",
                        )
                    cases.append(case)
                row += 1
                if len(cases) > MAX_CASES:
                    raise InputError(f"more than {MAX_CASES:,} cases", path=path, hint="Split the file.")
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", path=path) from error
    return cases


def cases_of_pictures(folder: Path) -> list[Case]:
    """One case per picture below a folder, by name; its id is the picture's path.

    Files are taken by content, so a text file is passed over; one with a picture's suffix is kept even if it is broken.

    Raises:
        InputError: the folder cannot be read, or holds no picture.
    """
    suffixes = {".jpg", ".jpeg", ".png", ".webp", ".gif", ".tif", ".tiff", ".heic", ".heif", ".avif"}
    try:
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        names = [
            path.relative_to(folder).as_posix()
            for path in files
            if path.suffix.lower() in suffixes or _looks_like_a_picture(path)
        ]
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", path=folder) from error
    if not names:
        raise InputError("holds no picture", path=folder, hint="Name the folder of the pictures with --images.")
    return [_case_of_picture(name, folder) for name in names]


def _case_of_picture(name: str, folder: Path) -> Case:
    try:
        return Case(case_id=name, images=(name,))
    except ValidationError as error:
        raise InputError(
            f"the picture name {ascii(name)[:120]} cannot be used: {_fault(error)}",
            path=folder,
            hint="Rename the file.",
        ) from error


def _read_case(line: bytes, path: Path, row: int) -> Case:
    if len(line) > MAX_LINE:
        raise InputError(f"longer than {MAX_LINE:,} bytes", path=path, row=row, hint="A case is one line of JSON.")
    try:
        return Case.model_validate(json.loads(_without_lone_surrogates(line.decode("utf-8-sig"))))
    except ValidationError as error:
        column = ".".join(str(part) for part in error.errors()[0]["loc"]) or None
        raise InputError(
            _fault(error),
            path=path,
            row=row,
            column=column,
            hint='A case looks like {"case_id": "…", "statement": "…", "images": ["…"], "order": {…}, "buyer": {…}}.',
        ) from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"is no JSON object: {error}", path=path, row=row, hint="Write one case per line.") from error


def _without_lone_surrogates(text: str) -> str:
    """JSON may spell half a character (a lone surrogate), which no file can hold: it becomes a question mark."""
    if "\\ud" not in text.lower():
        return text
    return json.dumps(json.loads(text), ensure_ascii=False).encode("utf-8", "replace").decode()


def _fault(error: ValidationError) -> str:
    return error.errors()[0]["msg"]


def _looks_like_a_picture(path: Path) -> bool:
    with path.open("rb") as file:
        return sniff(file.read(256)) is not None

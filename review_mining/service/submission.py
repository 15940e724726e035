"""Reading a case and its pictures out of a request, multipart or JSON, into a folder."""

from __future__ import annotations

import asyncio
import base64
import binascii
import re
from pathlib import Path
from typing import Any, TypeVar

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData, UploadFile

from review_mining.service.config import EvidenceQueue
from review_mining.service.problems import ProblemError, fault
from review_mining.service.schemas import CaseIn, JudgeRequest

Model = TypeVar("Model", bound=BaseModel)
_PLAIN_NAME = re.compile(r"[^/\\\x00-\x1f\x7f.][^/\\\x00-\x1f\x7f]*")
_LONGEST_NAME = 200
MOST_PICTURES = 50
"""Of a case, all that were sent for it."""
_CHUNK = 1 << 20
_CONTENT_TYPES = "application/json or multipart/form-data"


async def received(request: Request, folder: Path, limits: EvidenceQueue) -> tuple[CaseIn, tuple[str, ...]]:
    """Read a request's case, and write its pictures' original bytes.

    Args:
        request: not read yet.
        folder: empty.
        limits: what the pictures of a case may be.

    Returns:
        The case and the names of its pictures, in order.

    Raises:
        ProblemError: the request is not understood, or too large.
        RequestValidationError: the case holds what it may not.
    """
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind == "multipart/form-data":
        return await _from_form(request, folder, limits)
    if kind == "application/json":
        body = await request.body()
        return await asyncio.to_thread(_from_json, body, folder, limits)
    raise ProblemError(415, f"Send {_CONTENT_TYPES}.")


async def further_pictures(request: Request, folder: Path, limits: EvidenceQueue) -> tuple[str, ...]:
    """Write the pictures of a multipart request that has nothing else.

    Args:
        request: not read yet.
        folder: empty.
        limits: what the pictures of a case may be.

    Returns:
        Names of the pictures, in order, one at least.

    Raises:
        ProblemError: the request is not understood, or too large.
    """
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != "multipart/form-data":
        raise ProblemError(415, "Send multipart/form-data.")
    async with request.form(max_files=limits.pictures, max_fields=0) as form:
        names = await _written(form, folder, limits)
    if not names:
        raise _wrong(["body", "pictures"], "Send one picture at least.")
    return names


async def _from_form(request: Request, folder: Path, limits: EvidenceQueue) -> tuple[CaseIn, tuple[str, ...]]:
    async with request.form(max_files=limits.pictures, max_fields=1) as form:
        written = form.get("case")
        if not isinstance(written, str):
            raise _wrong(["body", "case"], "Give the case as JSON in the field 'case'.")
        case = _checked(written.encode("utf-8", "replace"), CaseIn, ("body", "case"))
        return case, await _written(form, folder, limits)


async def _written(form: FormData, folder: Path, limits: EvidenceQueue) -> tuple[str, ...]:
    pictures = PictureFolder(folder, limits)
    for place, (field, upload) in enumerate((name, one) for name, one in form.multi_items() if name != "case"):
        if field != "pictures" or not isinstance(upload, UploadFile):
            raise _wrong(["body", field], "The fields are 'case' and, as files, 'pictures'.")
        pictures.open(place, upload.filename or "")
        while chunk := await upload.read(_CHUNK):
            await asyncio.to_thread(pictures.append, chunk)
    return pictures.names


def _from_json(body: bytes, folder: Path, limits: EvidenceQueue) -> tuple[CaseIn, tuple[str, ...]]:
    asked = _checked(body, JudgeRequest, ("body",))
    if len(asked.pictures) > limits.pictures:
        raise _wrong(["body", "pictures"], f"A case may have {limits.pictures} pictures at most.")
    pictures = PictureFolder(folder, limits)
    for place, picture in enumerate(asked.pictures):
        pictures.open(place, picture.file)
        try:
            pictures.append(base64.b64decode(picture.data, validate=True))
        except (binascii.Error, ValueError) as error:
            raise _wrong(["body", "pictures", place, "data"], f"This is not Base64: {error}.") from error
    return asked.case, pictures.names


class PictureFolder:
    """Writes pictures into a folder under the names that they came with.

    Args:
        folder: empty.
        limits: what the pictures of a case may be.
    """

    def __init__(self, folder: Path, limits: EvidenceQueue) -> None:
        self._folder, self._limits = folder, limits
        self._place, self._size = 0, 0
        self.names: tuple[str, ...] = ()

    def open(self, place: int, name: str) -> None:
        """Begin a picture, empty as yet.

        Args:
            place: number of the picture in the request, for the error.
            name: as it came.

        Raises:
            ProblemError: it is no plain file name, or another picture has it.
        """
        self._place = place
        if not _PLAIN_NAME.fullmatch(name) or len(name.encode("utf-8", "replace")) > _LONGEST_NAME:
            message = f"A picture's name has 1 to {_LONGEST_NAME} bytes, no slash, and does not begin with a dot."
            raise _wrong(["body", "pictures", place, "file"], message)
        if name in self.names:
            raise _wrong(["body", "pictures", place, "file"], "Another picture has this name.")
        (self._folder / name).touch()
        self.names = (*self.names, name)

    def append(self, content: bytes) -> None:
        """Write more of the picture that was begun last.

        Raises:
            ProblemError: the pictures are too large together.
        """
        self._size += len(content)
        if self._size > self._limits.bytes:
            raise ProblemError(413, f"The pictures of a case may have {self._limits.bytes:,} bytes together.")
        with (self._folder / self.names[-1]).open("ab") as file:
            file.write(content)


def _checked(content: bytes, model: type[Model], location: tuple[str, ...]) -> Model:
    try:
        return model.model_validate_json(content)
    except ValidationError as error:
        faults: list[Any] = [{**one, "loc": (*location, *one["loc"])} for one in error.errors(include_url=False)]
        raise RequestValidationError(faults) from error


def _wrong(location: list[str | int], message: str) -> ProblemError:
    return ProblemError(422, "The request is not valid.", errors=[fault(location, message)])

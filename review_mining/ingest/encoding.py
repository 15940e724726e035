"""Which encoding a text file is in, told by its content, and its decoding in bounded memory.

UTF-8 and GB18030 (which contains GBK and GB2312) are told apart by evidence, not by the first failure: real exports in
UTF-8 hold a few broken bytes. Lines are decided one by one where a block does not decode, so two exports in different
encodings that were pasted together are both read.
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from review_mining.errors import InputError
from review_mining.ingest.notes import SourceLog

MARK = "\udcff"
"""Stands for one undecodable byte sequence until cleaning turns it into U+FFFD; no strict decoder yields it."""

MAX_LINE = 64_000_000
"""Longest line, in bytes or characters, that is read."""

_MIXED = 10
"""GB18030 text misread as UTF-8 has a hundred broken sequences per East Asian character; fewer than ten mean that a
good part of the lines is UTF-8, and the others are decided line by line."""

_BLOCK = 1 << 20
_ERRORS = "review_mining.mark"
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAVE_AS_UTF8 = "Save it as UTF-8 (in Excel: 'CSV UTF-8') and try again."


def _mark(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return MARK, error.end


codecs.register_error(_ERRORS, _mark)


@dataclass(frozen=True)
class _Evidence:
    text: str

    @property
    def broken(self) -> int:
        return self.text.count(MARK)

    @property
    def east_asian(self) -> int:
        return sum(char >= "\u2e80" for char in self.text) - self.broken

    @property
    def common_share(self) -> float:
        """Share of East Asian characters that GB2312 has: near 1 for Chinese, low for another encoding misread."""
        wide = [char for char in self.text if char >= "\u2e80" and char != MARK]
        return sum(_in_gb2312(char) for char in wide) / len(wide) if wide else 0.0


def _in_gb2312(char: str) -> bool:
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _evidence(samples: list[bytes], encoding: str) -> _Evidence:
    texts = [codecs.getincrementaldecoder(encoding)(_ERRORS).decode(sample) for sample in samples]
    return _Evidence("".join(texts))


def sample(stream: BinaryIO, size: int) -> list[bytes]:
    """Take the head of a file and, from a long one, windows further in that begin on a new line.

    Args:
        stream: a seekable file at any position; it is left at its beginning.
        size: its length in bytes.
    """
    stream.seek(0)
    samples = [stream.read(_BLOCK // 4)]
    step = size // 9
    for position in range(step, size - step, step) if size > _BLOCK else ():
        stream.seek(position)
        samples.append(stream.read(_BLOCK // 16).partition(b"\n")[2])
    stream.seek(0)
    return [taken for taken in samples if taken]


def detect(samples: list[bytes], path: str) -> str:
    """Name the encoding of a text file.

    Args:
        samples: the head of the file first, then windows from further in (see `sample`).
        path: the file, for messages.

    Returns:
        A Python codec name: ``utf-8``, ``utf-8-sig``, ``utf-16``, ``utf-16-le``, ``utf-16-be``, ``utf-32`` or
        ``gb18030``.

    Raises:
        InputError: the content is binary, or in none of these encodings.
    """
    head = samples[0] if samples else b""
    for bom, encoding in _BOMS:
        if head.startswith(bom):
            return encoding
    if b"\0" in head:
        return _without_bom(head, path)
    _refuse_binary(head, path)
    utf8 = _evidence(samples, "utf-8")
    if utf8.broken <= _MIXED * utf8.east_asian:
        return "utf-8"
    gb18030 = _evidence(samples, "gb18030")
    if gb18030.east_asian == 0 or gb18030.broken * 5 > gb18030.east_asian:
        return "utf-8"
    if gb18030.common_share < 0.7:
        raise InputError("is in an encoding other than UTF-8, UTF-16 and GB18030/GBK.", path=path, hint=_SAVE_AS_UTF8)
    return "gb18030"


def _without_bom(head: bytes, path: str) -> str:
    even = head[: len(head) // 2 * 2]
    for encoding in ("utf-16-le", "utf-16-be"):
        text = _evidence([even], encoding).text
        plain = sum(char in "\t\r\n" or " " <= char <= "~" or "\u2e80" <= char <= "\u9fff" for char in text)
        wide = sum("\uff00" <= char <= "\uffef" or "\u2000" <= char <= "\u206f" for char in text)
        if text and (plain + wide) / len(text) > 0.9:
            return encoding
    raise InputError("is a binary file, not a table of reviews.", path=path, hint=_FORMATS)


_FORMATS = "Give CSV, TSV, XLSX, XLS, JSON, JSONL or Parquet."


def _refuse_binary(head: bytes, path: str) -> None:
    controls = sum(head.count(code) for code in range(1, 32) if code not in (9, 10, 11, 12, 13))
    if controls * 50 > len(head):
        raise InputError("is a binary file, not a table of reviews.", path=path, hint=_FORMATS)


def decoded_blocks(stream: BinaryIO, encoding: str, log: SourceLog) -> Iterator[str]:
    """Decode a stream in blocks of about a mebibyte; undecodable byte sequences become `MARK`.

    A block ends after a line end where there is one, so concatenating the blocks gives the whole text.

    Args:
        stream: positioned at its beginning.
        encoding: as `detect` names it.
        log: told of broken sequences and of lines in another encoding.

    Raises:
        InputError: a line is longer than `MAX_LINE`.
    """
    if encoding.startswith(("utf-16", "utf-32")):
        yield from _incremental(stream, encoding, log)
        return
    if encoding == "utf-8-sig":
        stream.read(len(codecs.BOM_UTF8))
    for block in _byte_blocks(stream, log):
        text = None if encoding == "gb18030" else _strictly(block, "utf-8")
        if text is None:
            text = "".join(_decode_line(line, encoding, log) for line in block.splitlines(keepends=True))
        log.unchecked_marks += text.count(MARK)
        yield text


def _incremental(stream: BinaryIO, encoding: str, log: SourceLog) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)(_ERRORS)
    while block := stream.read(_BLOCK):
        text = decoder.decode(block)
        log.unchecked_marks += text.count(MARK)
        yield text
    text = decoder.decode(b"", final=True)
    log.unchecked_marks += text.count(MARK)
    yield text


def _byte_blocks(stream: BinaryIO, log: SourceLog) -> Iterator[bytes]:
    carried = b""
    while block := stream.read(_BLOCK):
        block = carried + block
        cut = block.rfind(b"\n") + 1
        if not cut:
            # Bytes below 0x30 are never part of a longer character, in UTF-8 or in GB18030.
            cut = max(block.rfind(b'"'), block.rfind(b","), block.rfind(b" ")) + 1
        if not cut and len(block) > MAX_LINE:
            raise line_too_long(log.name)
        carried = block[cut:]
        if cut:
            yield block[:cut]
    if carried:
        yield carried


def _decode_line(line: bytes, encoding: str, log: SourceLog) -> str:
    primary, other = ("gb18030", "utf-8") if encoding == "gb18030" else ("utf-8", "gb18030")
    if line.isascii():
        return line.decode("ascii")
    if primary == "gb18030" and (text := _strictly(line, "utf-8")) is not None and any(c >= "\u2e80" for c in text):
        log.other_encoding("utf-8")
        return text
    if (text := _strictly(line, primary)) is not None:
        return text
    marked = _evidence_of_line(line, primary)
    if primary == "utf-8" and marked.broken > marked.east_asian:
        text = _strictly(line, other)
        if text is not None and _Evidence(text).common_share > 0.7:
            log.other_encoding("gb18030")
            return text
    return marked.text


def _evidence_of_line(line: bytes, encoding: str) -> _Evidence:
    return _Evidence(line.decode(encoding, _ERRORS))


def _strictly(line: bytes, encoding: str) -> str | None:
    try:
        return line.decode(encoding)
    except UnicodeDecodeError:
        return None


def lines(blocks: Iterator[str], log: SourceLog) -> Iterator[str]:
    r"""Split blocks into lines that keep their ends: ``\n``, ``\r\n`` or a lone ``\r``.

    Raises:
        InputError: a line is longer than `MAX_LINE`.
    """
    carried = ""
    for block in blocks:
        split = list(io.StringIO(carried + block, newline=""))
        carried = split.pop() if split and not split[-1].endswith("\n") else ""
        if len(carried) > MAX_LINE:
            raise line_too_long(log.name)
        yield from split
    if carried:
        yield carried


def line_too_long(path: str) -> InputError:
    """The error for a line that does not end."""
    return InputError(
        f"holds a line of more than {MAX_LINE:,} characters.",
        path=path,
        hint="Check that the file is a table of reviews with one row per line.",
    )

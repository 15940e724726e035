"""Whether a review is worth counting, and if not, why.

Verdicts, the first that holds: ``empty``, ``default_text``, ``duplicate``, ``near_duplicate``, ``template``, ``ok``.

Equal short texts are independent buyers' words (很好) and stay ``ok``, unless the whole row repeats: the same text of
the same order at the same time, or, where the order is not known, of the same product in the same second. A time at
midnight is taken for a date and proves nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from review_mining import tables
from review_mining.config import TextConfig
from review_mining.errors import UsageError
from review_mining.text.columns import Column
from review_mining.text.duplicates import Duplicates
from review_mining.text.fingerprint import fingerprint
from review_mining.text.normalise import content_of, normalise_all
from review_mining.text.sentences import MIN_PRODUCTS, RepeatedSentences
from review_mining.text.symbols import SYMBOL
from review_mining.text.templates import Kind, Templates

_OK, _EMPTY, _DEFAULT, _TEMPLATE, _DUPLICATE, _NEAR = map(
    tables.VERDICTS_ON_REVIEWS.index, ("ok", "empty", "default_text", "template", "duplicate", "near_duplicate")
)
_DAY = 86_400
_REASON_EMPTY = "没有文字内容"
_REASON_DUPLICATE = "与更早的一条评价文字相同"
_REASON_NEAR = "与更早的一条评价几乎相同"
_REASON_COPIED = f"同样的长句出现在 {MIN_PRODUCTS} 个以上商品下"
_PREFIX = {_DEFAULT: "平台默认评价", _TEMPLATE: "模板或凑数文字"}


class Judge:
    """Judges all reviews of one input in two passes: ``add`` every batch, ``resolve``, then ask for ``verdicts``.

    What must be remembered between the passes goes to files; memory stays below some forty bytes a row. The result
    does not depend on where one batch ends and the next begins.

    Args:
        workspace: an existing directory for the files, some 550 bytes a row; the caller removes it.
        config: thresholds.
        templates: patterns of default texts and templates.
    """

    def __init__(self, workspace: Path, config: TextConfig, *, templates: Templates | None = None) -> None:
        self._minimum = config.duplicate_min_characters
        self._templates = templates or Templates.bundled()
        self._duplicates = Duplicates(workspace, config.near_duplicate_similarity)
        self._sentences = RepeatedSentences(workspace)
        self._codes = Column(workspace / "codes", np.uint8)
        self._reasons = Column(workspace / "reasons", np.uint16)
        self._id_bytes = Column(workspace / "id_bytes", np.uint8)
        self._id_ends = Column(workspace / "id_ends", np.int64)
        self._reason_texts: list[str | None] = [None, _REASON_EMPTY, _REASON_DUPLICATE, _REASON_NEAR, _REASON_COPIED]
        self._final: tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint16], npt.NDArray[np.int64]] | None = None
        self._next = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all files in the workspace."""
        self._duplicates.close()
        self._sentences.close()
        for column in (self._codes, self._reasons, self._id_bytes, self._id_ends):
            column.close()

    def add(self, batch: pa.RecordBatch) -> None:
        """Take in a batch of ``reviews``, in the order of the input.

        Raises:
            UsageError: ``resolve`` has been called.
        """
        if self._final is not None:
            raise UsageError("A judge takes no more reviews after resolve().")
        texts = normalise_all(text or "" for text in batch.column("text").to_pylist())
        contents = [content_of(text) for text in texts]
        codes, reasons = self._by_content(texts, contents)
        said = (codes == _OK) | (codes == _TEMPLATE)
        compared = [content if keep else "" for content, keep in zip(contents, said.tolist(), strict=True)]
        first = len(self._codes)
        self._duplicates.add(self._keys(batch, compared), compared)
        self._sentences.add(first, texts, compared, _products(batch))
        self._codes.append(codes)
        self._reasons.append(reasons)
        self._remember_ids(batch.column("review_id").to_pylist())

    def resolve(self) -> None:
        """Compare all reviews taken in with one another.

        Raises:
            UsageError: it has been called before.
        """
        if self._final is not None:
            raise UsageError("resolve() is called once.")
        groups = self._duplicates.resolve()
        codes, reasons = self._codes.read(), self._reasons.read()
        copied = self._sentences.resolve()
        copied = copied[codes[copied] == _OK]
        codes[copied], reasons[copied] = _TEMPLATE, self._reason(_REASON_COPIED)
        repeats = groups.original != np.arange(len(codes))
        for mask, code, reason in (
            (repeats & ~groups.near, _DUPLICATE, _REASON_DUPLICATE),
            (repeats & groups.near, _NEAR, _REASON_NEAR),
        ):
            codes[mask], reasons[mask] = code, self._reason(reason)
        self._final = codes, reasons, groups.original

    def verdicts(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Verdicts on a batch, given in the same order as to ``add``; schema ``tables.JUDGED``.

        Raises:
            UsageError: ``resolve`` has not been called, or the batch is not the one that comes next.
        """
        if self._final is None:
            raise UsageError("Call resolve() before verdicts().")
        first, last = self._next, self._next + batch.num_rows
        ids = batch.column("review_id").to_pylist()
        if last > len(self._codes) or (ids and self._id_of(first) != ids[0]):
            raise UsageError(f"The batch at row {first} is not the one that was added there.")
        self._next = last
        codes, reasons, original = (column[first:last] for column in self._final)
        names = [tables.VERDICTS_ON_REVIEWS[code] for code in codes.tolist()]
        repeats: list[str | None] = [None] * batch.num_rows
        for place in np.flatnonzero(original != np.arange(first, last)).tolist():
            repeats[place] = self._id_of(int(original[place]))
        texts = [self._reason_texts[reason] for reason in reasons.tolist()]
        return pa.RecordBatch.from_arrays(
            [
                batch.column("review_id"),
                pa.array(names, pa.string()),
                pa.array(repeats, pa.string()),
                pa.array(texts, pa.string()),
            ],
            schema=tables.JUDGED,
        )

    def _by_content(
        self, texts: Sequence[str], contents: Sequence[str]
    ) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint16]]:
        codes = np.full(len(texts), _OK, dtype=np.uint8)
        reasons = np.zeros(len(texts), dtype=np.uint16)
        kinds: tuple[tuple[int, Kind], ...] = (
            (_TEMPLATE, "filler"),
            (_TEMPLATE, "template"),
            (_DEFAULT, "default_text"),
        )
        for code, kind in kinds:
            for row, note in self._templates.notes(kind, contents).items():
                codes[row], reasons[row] = code, self._reason(f"{_PREFIX[code]}：{note}")
        for row, content in enumerate(contents):
            if not content and not SYMBOL.search(texts[row]):
                codes[row], reasons[row] = _EMPTY, self._reason(_REASON_EMPTY)
        return codes, reasons

    def _reason(self, text: str) -> int:
        if text not in self._reason_texts:
            self._reason_texts.append(text)
        return self._reason_texts.index(text)

    def _keys(self, batch: pa.RecordBatch, contents: Sequence[str]) -> npt.NDArray[np.uint64]:
        keys = np.zeros(len(contents), dtype=np.uint64)
        occasions = _occasions(batch)
        for row, content in enumerate(contents):
            if len(content) >= self._minimum:
                keys[row] = fingerprint(content)
            elif content and occasions[row] is not None:
                keys[row] = fingerprint(f"{content}\n{occasions[row]}")
        return keys

    def _remember_ids(self, ids: Sequence[str]) -> None:
        encoded = [name.encode() for name in ids]
        lengths = np.fromiter(map(len, encoded), dtype=np.int64, count=len(encoded))
        self._id_ends.append(np.cumsum(lengths) + len(self._id_bytes))
        self._id_bytes.append(np.frombuffer(b"".join(encoded), dtype=np.uint8))

    def _id_of(self, row: int) -> str:
        ends = self._id_ends.read(max(row - 1, 0), row + 1).tolist()
        return bytes(self._id_bytes.read(ends[0] if row else 0, ends[-1])).decode()


def _products(batch: pa.RecordBatch) -> list[str | None]:
    ids, names = _column(batch, "product_id"), _column(batch, "product_name")
    return [number or name or None for number, name in zip(ids, names, strict=True)]


def _occasions(batch: pa.RecordBatch) -> list[str | None]:
    """What tells that a row was given twice; None where nothing does."""
    if batch.schema.get_field_index("created_at") < 0:
        return [None] * batch.num_rows
    seconds = batch.column("created_at").cast(pa.timestamp("s")).cast(pa.int64()).to_pylist()
    return [
        None if time is None or not (order or (product and time % _DAY)) else f"{time}\n{order or ''}\n{product or ''}"
        for time, order, product in zip(seconds, _column(batch, "order_id"), _products(batch), strict=True)
    ]


def _column(batch: pa.RecordBatch, name: str) -> list[str | None]:
    place = batch.schema.get_field_index(name)
    return list(repeat(None, batch.num_rows)) if place < 0 else batch.column(place).to_pylist()

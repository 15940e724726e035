"""Long sentences that stand word for word under many different products: a sign of copied text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from review_mining.text.columns import Column
from review_mining.text.fingerprint import fingerprint
from review_mining.text.normalise import content_of

MIN_CHARACTERS = 20
"""Letters, digits and Han characters from which two buyers hardly write the same sentence by chance."""

MIN_PRODUCTS = 5
"""Different products under which the sentence must stand."""

MIN_COVERAGE = 0.5
"""Share of a text that such sentences must make up."""

_MAX_SENTENCES = 40
_BLOCK = 1_000_000
_END = re.compile(r"[。.!?;；…~\n]+")
_RECORD = np.dtype([("sentence", np.uint64), ("product", np.uint64), ("row", np.int64), ("share", np.float32)])


class RepeatedSentences:
    """Collects the long sentences of texts whose product is known, then tells which texts consist of copied ones.

    Args:
        workspace: an existing directory for the file.
    """

    def __init__(self, workspace: Path) -> None:
        self._records = Column(workspace / "sentences", _RECORD)

    def add(self, first_row: int, texts: list[str], contents: list[str], products: list[str | None]) -> None:
        """Add rows in order.

        Args:
            first_row: number of the first of them.
            texts: normalised texts.
            contents: the same texts' contents.
            products: what tells their products apart; None where it is not known.
        """
        found = []
        for row, (text, content, product) in enumerate(zip(texts, contents, products, strict=True), start=first_row):
            if product is None or len(content) < MIN_CHARACTERS:
                continue
            hashed = fingerprint(product)
            for sentence in _END.split(text, maxsplit=_MAX_SENTENCES)[:_MAX_SENTENCES]:
                if len(sentence) >= MIN_CHARACTERS and len(words := content_of(sentence)) >= MIN_CHARACTERS:
                    found.append((fingerprint(words), hashed, row, len(words) / len(content)))
        self._records.append(np.array(found, dtype=_RECORD))

    def resolve(self) -> npt.NDArray[np.int64]:
        """Numbers of the rows of which at least half is copied sentences, ascending."""
        if len(self._records) < MIN_PRODUCTS:
            return np.zeros(0, dtype=np.int64)
        hashes = np.concatenate([block["sentence"] for block in self._blocks()])
        hashes.sort()
        frequent = np.unique(hashes[: -(MIN_PRODUCTS - 1)][hashes[MIN_PRODUCTS - 1 :] == hashes[: -(MIN_PRODUCTS - 1)]])
        del hashes
        records = [block[np.isin(block["sentence"], frequent)] for block in self._blocks()]
        return _copied(np.concatenate(records))

    def close(self) -> None:
        """Close the file."""
        self._records.close()

    def _blocks(self) -> Iterator[npt.NDArray[np.void]]:
        for start in range(0, len(self._records), _BLOCK):
            yield self._records.read(start, start + _BLOCK)


def _copied(records: npt.NDArray[np.void]) -> npt.NDArray[np.int64]:
    pairs = np.unique(records[["sentence", "product"]])
    sentences, products = np.unique(pairs["sentence"], return_counts=True)
    copied = records[np.isin(records["sentence"], sentences[products >= MIN_PRODUCTS])]
    rows, place = np.unique(copied["row"], return_inverse=True)
    share = np.bincount(place, weights=copied["share"], minlength=len(rows))
    return np.asarray(rows[share >= MIN_COVERAGE - 1e-6], dtype=np.int64)

"""Text near the edges of a picture, read by an OCR library: what a reader must offer, and the one behind the extra.

RapidOCR finds lines of text with a small network (PP-OCR) and reads each with another; both models lie inside its
wheel, so nothing is downloaded. Finding looks at a reduced picture; only lines near an edge are read, at the full
size handed in, for a visible label stands nowhere else and reading is what costs on a picture full of text.
"""

from __future__ import annotations

import importlib.util
import threading
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from review_mining.errors import MissingExtraError

MAX_LINES = 24
"""Lines read per picture, those closest to an edge first."""
_FIND_SIDE = 736
_MIN_HEIGHT = 6.0
_MAX_RATIO = 30.0


@dataclass(frozen=True)
class TextLine:
    """A line of text in a picture, its place in pixels of the picture that was read.

    Attributes:
        text: as recognised.
        confidence: 0–1.
        left: of its upright box.
        top: likewise.
        right: likewise.
        bottom: likewise.
    """

    text: str
    confidence: float
    left: float
    top: float
    right: float
    bottom: float


class TextReader(Protocol):
    """Reads the text near the edges of a picture."""

    def read(self, pixels: NDArray[np.uint8], margin: float) -> list[TextLine]:
        """Read the lines that begin or end within a margin of an edge.

        Args:
            pixels: height × width × 3, RGB, upright.
            margin: share of the shorter side.
        """


class RapidOcrReader:
    """RapidOCR behind the protocol; safe to share between threads, which take turns."""

    def __init__(self, engine: Any) -> None:  # noqa: ANN401 — the library's own class, installed or not
        self._engine, self._turn = engine, threading.Lock()

    def read(self, pixels: NDArray[np.uint8], margin: float) -> list[TextLine]:
        """See :class:`TextReader`."""
        height, width = pixels.shape[:2]
        blue_first = np.ascontiguousarray(pixels[:, :, ::-1])
        with self._turn:
            found = self._engine(blue_first, use_det=True, use_cls=False, use_rec=False)
            boxes = [] if found.boxes is None else [_Box.around(corners, width, height) for corners in found.boxes]
            near = sorted(box for box in boxes if box.gap <= margin * min(width, height) and box.legible)
            return [line for box in near[:MAX_LINES] if (line := self._read_box(blue_first, box)) is not None]

    def _read_box(self, blue_first: NDArray[np.uint8], box: _Box) -> TextLine | None:
        crop = np.ascontiguousarray(blue_first[int(box.top) : int(box.bottom) + 1, int(box.left) : int(box.right) + 1])
        read = self._engine(crop, use_det=False, use_cls=False, use_rec=True)
        if not read.txts or not read.txts[0]:
            return None
        return TextLine(read.txts[0], float(read.scores[0]), box.left, box.top, box.right, box.bottom)


@dataclass(frozen=True, order=True)
class _Box:
    """The upright box around a found line, ordered by its distance from the nearest edge of the picture."""

    gap: float
    top: float
    left: float
    right: float
    bottom: float

    @staticmethod
    def around(corners: NDArray[np.float32], width: int, height: int) -> _Box:
        left, top = np.clip(corners.min(axis=0), 0, (width - 1, height - 1)).tolist()
        right, bottom = np.clip(corners.max(axis=0), 0, (width - 1, height - 1)).tolist()
        return _Box(min(left, top, width - 1 - right, height - 1 - bottom), top, left, right, bottom)

    @property
    def legible(self) -> bool:
        height = self.bottom - self.top
        return height >= _MIN_HEIGHT and self.right - self.left <= _MAX_RATIO * height


def text_reader_installed() -> bool:
    """Whether the extra ``ocr`` is there."""
    return importlib.util.find_spec("rapidocr") is not None


@cache
def load_text_reader() -> TextReader:
    """The reader, loaded once in a process.

    Raises:
        MissingExtraError: the extra ``ocr`` is not installed.
    """
    try:
        from rapidocr import RapidOCR
    except ImportError as error:
        raise MissingExtraError("rapidocr", "ocr") from error
    return RapidOcrReader(
        RapidOCR(
            params={
                "Global.log_level": "error",
                "Det.limit_type": "max",
                "Det.limit_side_len": _FIND_SIDE,
                "EngineConfig.onnxruntime.intra_op_num_threads": 1,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            }
        )
    )

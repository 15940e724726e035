"""The visible AI label that services print on their pictures: “豆包AI生成” at an edge or a corner.

GB 45438-2025 (5.2) asks for a text that holds an AI element (人工智能 or AI) and a generation element (生成 or 合成),
on an edge or corner, at least 5 % of the shorter side high; services print smaller ones too, some only their mark.
Anyone can write a text on a picture, the shop included, and chat windows and listings carry the same words, so the
sign is ``moderate``. “AI智能” on a package lacks the second element and is none.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from review_mining.evidence.config import VisibleLabel
from review_mining.evidence.signs import Fact, Sign
from review_mining.evidence.text_reader import TextLine, TextReader, load_text_reader, text_reader_installed

READ_SIDE = 1920
"""Longest side, in pixels, at which a picture is handed to the reader."""
MIN_SIDE = 96
"""Pictures smaller than this on the shorter side are not read: a label would be under 5 pixels high."""
_LONGEST = 40

_AI = r"(?:A[I1L|!]|人工智能)"
_MADE = r"(?:[生牛][成戍戌咸威]|合[成戍戌咸威])"
_BETWEEN = r"(?:技术|模型|大模型|工具|辅助|自动|图片|图像|内容)?"
_DECLARED = re.compile(
    rf"{_AI}{_BETWEEN}{_MADE}|A[I1L|]GENERATE|(?:GENERATED|CREATED|MADE)(?:BY|WITH|USING)(?:GOOGLE)?A[I1L|]"
)
_SERVICE = re.compile(rf"(?:豆包|即梦|千问|通义|可灵|元宝|百度|文心|海螺|星绘|智谱|KLING){_AI}|LIBLIB{_AI}|RUNNINGHUB")
_DENIED = re.compile(
    r"(?:非|无|未经?|没有?|不[得要能]?|勿|禁止?|拒绝|杜绝|抵制|谢绝|NOT|NO|NON)"
    rf"(?:是|含|用|使用|上传|提交|发送?|提供|接受)?{_AI}"
)


def find_visible_label(pixels: NDArray[np.uint8], reader: TextReader, settings: VisibleLabel) -> Sign | None:
    """Look for a visible AI label near the edges of a picture.

    Args:
        pixels: height × width × 3, RGB, upright.
        reader: of the text.
        settings: how near an edge, and how surely read.

    Returns:
        the sign of the line that says most, or None.
    """
    height, width = pixels.shape[:2]
    if min(height, width) < MIN_SIDE:
        return None
    lines = reader.read(pixels, settings.margin)
    return label_among(lines, width, height, settings)


def label_among(lines: Sequence[TextLine], width: int, height: int, settings: VisibleLabel) -> Sign | None:
    """The label among lines of text, a full declaration before a service's mark.

    Args:
        lines: read near the edges.
        width: of the picture in pixels.
        height: likewise.
        settings: how surely read.
    """
    found = [
        (meaning, line)
        for line in lines
        if line.confidence >= settings.confidence and (meaning := meaning_of(line.text)) is not None
    ]
    if not found:
        return None
    meaning, line = min(found, key=lambda pair: (pair[0] != "declared", -pair[1].confidence))
    facts: dict[str, Fact] = {
        "text": "".join(character if character.isprintable() else " " for character in line.text),
        "place": _place(line, width, height),
        "height_share": round((line.bottom - line.top) / min(width, height), 3),
        "confidence": round(line.confidence, 3),
        "signed": False,
    }
    return Sign("visible_label", "moderate", f"visible.{meaning}", facts)


def meaning_of(text: str) -> Literal["declared", "service"] | None:
    """What a line of text says: that a picture is AI-made, only which AI service it is from, or neither.

    Confusions that recognition makes in faint small print (``Al``, ``A1``, ``生戍``) are taken for what they stand for.

    Args:
        text: one line; longer than a label ever is, or one that denies or forbids it, it is neither.
    """
    plain = "".join(character for character in unicodedata.normalize("NFKC", text).upper() if _counts(character))
    if len(plain) > _LONGEST or _DENIED.search(plain):
        return None
    if _DECLARED.search(plain):
        return "declared"
    return "service" if _SERVICE.search(plain) else None


def reader_for(settings: VisibleLabel) -> TextReader | None:
    """The reader that the settings ask for; None when labels are not to be looked for.

    Raises:
        MissingExtraError: they ask for one, and the extra ``ocr`` is not installed.
    """
    if settings.enabled is False or (settings.enabled == "auto" and not text_reader_installed()):
        return None
    return load_text_reader()


def _counts(character: str) -> bool:
    return character.isalnum() or character in "|!"


def _place(line: TextLine, width: int, height: int) -> str:
    across = ("left", "centre", "right")[min(2, int(3 * (line.left + line.right) / 2 / width))]
    down = ("top", "middle", "bottom")[min(2, int(3 * (line.top + line.bottom) / 2 / height))]
    return f"{down} {across}"

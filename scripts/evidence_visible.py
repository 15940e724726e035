"""Figures of the visible AI label: labels drawn on real photos, and false hits on pictures without one.

    python scripts/evaluate_evidence.py visible --shared ../shared

Needs the extra ``ocr``, the photos of ``--shared`` and the typefaces of Debian's ``fonts-noto-cjk``.
"""

from __future__ import annotations

import io
import itertools
import time
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from scipy.stats import binomtest

from review_mining.errors import InputError
from review_mining.evidence.config import Limits, VisibleLabel
from review_mining.evidence.drawing import upright
from review_mining.evidence.intake import examine
from review_mining.evidence.signs import Sign
from review_mining.evidence.text_reader import load_text_reader
from review_mining.evidence.visible_label import READ_SIDE, find_visible_label

_FONTS = Path("/usr/share/fonts/opentype/noto")
_FACES = ("NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc", "NotoSerifCJK-Regular.ttc")
_LABELS = (
    "豆包AI生成",
    "AI生成",
    "千问AI生成",
    "百度 AI生成",
    "人工智能生成",
    "RunningHub AI生成",
    "即梦AI",
    "可灵AI",
    "LibLibAI",
    "AI-generated",
)
_HEIGHTS, _OPACITIES, _PHOTOS = (0.02, 0.03, 0.05), (0.4, 1.0), 20
_HARMLESS = (
    "AI智能降噪耳机",
    "AI语音助手 一键唤醒",
    "人工智能学习机",
    "生产日期 2026-10-01",
    "合成纤维 100%",
    "AI智能语音合成器",
    "二维码由商家生成",
    "订单号 2026100112345",
    "保质期 12 个月",
    "成分：全脂乳粉",
    "本品不含人工合成色素",
    "AI SMART HOME",
    "MADE IN CHINA",
    "AIR FRYER 5L",
    "成都AI产业园",
    "智能生成菜谱 AI烤箱",
)
_SIDE, _SEED = 720, 0


def print_visible(shared: Path | None) -> None:
    """Print recall by height and opacity, false hits by kind of picture, and the time per picture.

    Args:
        shared: the research data.

    Raises:
        InputError: it, or a typeface, is not there.
    """
    if shared is None:
        raise InputError("the visible label is measured on real photos", hint="Name them with --shared.")
    if not (_FONTS / _FACES[0]).is_file():
        raise InputError("is not there", path=_FONTS, hint="apt-get install fonts-noto-cjk")
    images = shared / "data/images"
    photos = sorted(path for path in (images / "real").rglob("*.*") if path.suffix != ".csv")
    _print_recall(photos)
    _print_harmless(photos)
    for folder in ("provenance", "edited", "ai", "real"):
        _print_hits(images / folder)


def _print_recall(photos: list[Path]) -> None:
    random = np.random.default_rng(_SEED)
    chosen = [photos[place] for place in random.permutation(len(photos))[:_PHOTOS]]
    print(f"labels found of {len(chosen)} per cell, drawn on photos of {_SIDE} pixels and recompressed at quality 75")
    print("height   " + "".join(f"opacity {opacity:<24}" for opacity in _OPACITIES))
    for height in _HEIGHTS:
        cells = []
        for opacity in _OPACITIES:
            drawn = (_labelled(path, number, height, opacity) for number, path in enumerate(chosen))
            cells.append(_share(sum(_sign(data) is not None for data in drawn), len(chosen)))
        print(f"{height:<8.2f} " + "".join(f"{cell:<32}" for cell in cells), flush=True)


def _print_harmless(photos: list[Path]) -> None:
    random = np.random.default_rng(_SEED + 1)
    chosen = [photos[place] for place in random.permutation(len(photos))[: 3 * len(_HARMLESS)]]
    words = itertools.cycle(_HARMLESS)
    taken = [
        (word, sign)
        for number, (path, word) in enumerate(zip(chosen, words, strict=False))
        if (sign := _sign(_drawn(path, word, number, 0.06, 1.0)))
    ]
    print(f"words of packages and order slips at an edge, taken for a label: {_share(len(taken), len(chosen))}")
    for word, sign in taken:
        print(f"  {word}: {sign.facts['text']}")


def _print_hits(folder: Path) -> None:
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix not in (".csv", ".jsonl"))
    began, hits = time.process_time(), []
    for path in paths:
        if (sign := _sign(path.read_bytes())) is not None:
            hits.append((path, sign))
    seconds = (time.process_time() - began) / max(len(paths), 1)
    print(f"{folder.name}: {_share(len(hits), len(paths))}, {seconds:.2f} CPU seconds per picture", flush=True)
    for path, sign in hits:
        print(
            f"  {path.relative_to(folder)}: {sign.message} {sign.facts['text']!r} height {sign.facts['height_share']}"
        )


def _sign(data: bytes) -> Sign | None:
    image = upright(examine("measured", data, Limits()), READ_SIDE)
    return None if image is None else find_visible_label(np.asarray(image), load_text_reader(), VisibleLabel())


def _labelled(path: Path, number: int, height: float, opacity: float) -> bytes:
    return _drawn(path, _LABELS[number % len(_LABELS)], number, height, opacity)


def _drawn(path: Path, words: str, number: int, height: float, opacity: float) -> bytes:
    """A photo with words in a corner, then sent on as a JPEG of quality 75."""
    with Image.open(path) as opened:
        photo = opened.convert("RGB")
    scale = _SIDE / min(photo.size)
    photo = photo.resize((round(photo.width * scale), round(photo.height * scale)), Image.Resampling.BICUBIC)
    mask = _words(words, round(height * _SIDE), _FONTS / _FACES[number % len(_FACES)])
    margin = round(0.02 * _SIDE)
    across, down = (photo.width - mask.width - margin, margin), (photo.height - mask.height - margin, margin)
    corner = (across[number % 2], down[number // 2 % 2])
    if number % 3 == 0:
        photo.paste("black", corner, mask.filter(ImageFilter.GaussianBlur(3)).point(lambda value: value // 2))
    photo.paste("white", corner, mask.point(lambda value: round(value * opacity)))
    sent = io.BytesIO()
    photo.save(sent, "JPEG", quality=75)
    return sent.getvalue()


def _words(words: str, height: int, face: Path) -> Image.Image:
    """A mask with words whose characters are ``height`` pixels high."""
    font = ImageFont.truetype(str(face), height)
    left, top, right, bottom = font.getbbox(words)
    mask = Image.new("L", (round(right - left) + 2, round(bottom - top) + 2))
    ImageDraw.Draw(mask).text((1 - left, 1 - top), words, fill=255, font=font)
    return mask


def _share(hits: int, count: int) -> str:
    low, high = binomtest(hits, count).proportion_ci(method="wilson") if count else (0.0, 1.0)
    return f"{hits} of {count} [{low:.3f}, {high:.3f}]"

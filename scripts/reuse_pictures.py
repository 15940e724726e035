"""Pictures to measure reuse with: what becomes of a copy, what only looks like one, and pictures to fill an index."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

Pixels = npt.NDArray[np.uint8]
Change = Callable[[Pixels, np.random.Generator], Pixels]

_SIDE = 640


def read(path: Path) -> Pixels:
    """RGB pixels of a photo, longest side at most 640."""
    with Image.open(path) as image:
        image.draft("RGB", (_SIDE, _SIDE))
        small = image.convert("RGB")
        small.thumbnail((_SIDE, _SIDE))
        return np.asarray(small)


def filler(sources: list[Pixels], seed: int) -> Pixels:
    """A picture that shows parts of two sources side by side, coloured anew: unlike any other of another seed."""
    random = np.random.default_rng([7, seed])
    halves = []
    for _ in range(2):
        source = sources[random.integers(len(sources))]
        height, width = source.shape[:2]
        part, top, left = random.uniform(0.3, 0.6), random.random(), random.random()
        rows, columns = int(height * part), int(width * part)
        y, x = int((height - rows) * top), int((width - columns) * left)
        halves.append(cv2.resize(source[y : y + rows, x : x + columns], (192, 192)))
    split = int(random.integers(68, 124))
    whole = np.concatenate([halves[0][:, :split], halves[1][:, split:]], axis=1)
    whole = cv2.multiply(np.ascontiguousarray(whole), np.append(random.uniform(0.7, 1.3, 3), 0))
    return np.ascontiguousarray(whole.transpose(1, 0, 2) if random.random() < 0.5 else whole)


def saved(pixels: Pixels, quality: int, name: str = "JPEG") -> Pixels:
    """Pixels after a round through a lossy file."""
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, name, quality=quality)
    with Image.open(out) as image:
        return np.asarray(image.convert("RGB"))


def scaled(pixels: Pixels, factor: float) -> Pixels:
    """Pixels at another size."""
    interpolation = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=interpolation), np.uint8)


def cropped(pixels: Pixels, left: float, top: float, right: float, bottom: float) -> Pixels:
    """Pixels without the given parts of the sides."""
    height, width = pixels.shape[:2]
    rows = slice(round(top * height), height - round(bottom * height))
    return np.ascontiguousarray(pixels[rows, round(left * width) : width - round(right * width)])


def _tenth_of_area(pixels: Pixels, random: np.random.Generator) -> Pixels:
    x, y = random.random(2)
    cut = 1 - 0.9**0.5
    return saved(cropped(pixels, cut * x, cut * y, cut * (1 - x), cut * (1 - y)), 75)


def _screenshot(pixels: Pixels, random: np.random.Generator) -> Pixels:
    width, height = 720, 1520
    shown = scaled(pixels, min(width * random.uniform(0.75, 1) / pixels.shape[1], 1100 / pixels.shape[0]))
    screen = Image.new("RGB", (width, height), str(random.choice(["#ffffff", "#111111", "#ededed"])))
    draw = ImageDraw.Draw(screen)
    draw.text((30, 24), "12:41        5G  87%", fill="#808080", font_size=28)
    draw.text((250, 90), "Order chat", fill="#808080", font_size=32)
    draw.rounded_rectangle((30, height - 110, width - 30, height - 40), 20, outline="#808080")
    top = int(random.integers(160, max(161, height - 160 - shown.shape[0])))
    screen.paste(Image.fromarray(shown), ((width - shown.shape[1]) // 2, top))
    return saved(np.asarray(screen), 85)


def _stickered(pixels: Pixels, random: np.random.Generator) -> Pixels:
    """With an eighth of the height and a quarter of the width covered by one tone."""
    height, width = pixels.shape[:2]
    rows, columns = height // 8, width // 4
    y, x = int(random.integers(0, height - rows)), int(random.integers(0, width - columns))
    covered = pixels.copy()
    covered[y : y + rows, x : x + columns] = random.integers(0, 256, 3)
    return saved(covered, 75)


COPIES: dict[str, Change] = {
    "JPEG quality 30": lambda pixels, _: saved(pixels, 30),
    "JPEG quality 60": lambda pixels, _: saved(pixels, 60),
    "JPEG quality 95": lambda pixels, _: saved(pixels, 95),
    "WebP quality 50": lambda pixels, _: saved(pixels, 50, "WEBP"),
    "scaled to 0.3, quality 75": lambda pixels, _: saved(scaled(pixels, 0.3), 75),
    "scaled to 0.5, quality 75": lambda pixels, _: saved(scaled(pixels, 0.5), 75),
    "scaled to 2, quality 75": lambda pixels, _: saved(scaled(pixels, 2.0), 75),
    "crop of 10 % of the area": _tenth_of_area,
    "crop by 10 % on each side": lambda pixels, _: saved(cropped(pixels, 0.1, 0.1, 0.1, 0.1), 75),
    "crop by up to 20 % on each side": lambda pixels, random: saved(cropped(pixels, *random.uniform(0, 0.2, 4)), 75),
    "mirrored": lambda pixels, _: saved(np.ascontiguousarray(pixels[:, ::-1]), 75),
    "screenshot": _screenshot,
    "a sticker over it": _stickered,
    "mirrored, cropped by 5 %, half size, quality 50": lambda pixels, _: saved(
        scaled(cropped(np.ascontiguousarray(pixels[:, ::-1]), 0.05, 0.05, 0.05, 0.05), 0.5), 50
    ),
}
"""What becomes of a copied picture."""


def second_exposure(pixels: Pixels, random: np.random.Generator, parallax: float) -> Pixels:
    """As from a hand that moved: parallax, a slight turn, other light, other noise.

    Args:
        pixels: the first exposure.
        random: draws what differs.
        parallax: standard deviation of the shifts along each axis, in pixels of a picture of 480.
    """
    height, width = pixels.shape[:2]
    reach = parallax * max(height, width) / 480
    field = random.normal(size=(2, 4, 4)).astype(np.float32) * reach
    shift = [cv2.resize(axis, (width, height), interpolation=cv2.INTER_CUBIC) for axis in field]
    y, x = np.mgrid[:height, :width].astype(np.float32)
    moved = cv2.remap(pixels, x + shift[0], y + shift[1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), random.uniform(-1, 1), random.uniform(0.97, 1.05))
    moved = cv2.warpAffine(moved, turn, (width, height), borderMode=cv2.BORDER_REFLECT)
    light = 255 * (moved / 255) ** random.uniform(0.8, 1.25) + random.normal(scale=3, size=moved.shape)
    return saved(np.clip(light, 0, 255).astype(np.uint8), 85)


def listing(product: int, colours: int, text: int) -> Pixels:
    """A drawn catalogue picture on white: one bottle per product, in one of many colours and with one of many texts."""
    shape, look = np.random.default_rng([1, product]), np.random.default_rng([2, product, colours])
    words = np.random.default_rng([3, product, text])
    image = Image.new("RGB", (600, 600), "white")
    draw = ImageDraw.Draw(image)
    half, top, neck = int(shape.integers(70, 150)), int(shape.integers(120, 200)), int(shape.integers(25, 50))
    body, cap, paper = (tuple(int(value) for value in look.integers(40, 230, 3)) for _ in range(3))
    draw.rounded_rectangle((300 - half, top, 300 + half, 560), int(shape.integers(10, 60)), fill=body)
    draw.rectangle((300 - neck, top - 60, 300 + neck, top), fill=body)
    draw.rounded_rectangle((300 - neck - 8, top - 90, 300 + neck + 8, top - 50), 8, fill=cap)
    y = int(shape.integers(top + 40, 360))
    draw.rectangle((300 - half + 6, y, 300 + half - 6, y + 130), fill=paper)
    letters = words.integers(65, 91, 24)
    for row in range(4):
        line = "".join(chr(letter) for letter in letters[6 * row : 6 * row + 6])
        draw.text((300 - half + 16, y + 6 + 30 * row), line, fill="black" if row else "white", font_size=28)
    return np.asarray(image)

"""Drawn photos: soft shapes under noise such as a sensor leaves."""

import numpy as np
from PIL import Image, ImageDraw, ImageFilter


def photo(seed, side=200):
    generator = np.random.default_rng(seed)
    image = Image.new("RGB", (side, side + 16), tuple(int(value) for value in generator.integers(60, 200, 3)))
    draw = ImageDraw.Draw(image)
    for _ in range(12):
        left, top = generator.integers(0, side, 2)
        width, height = generator.integers(10, side // 2, 2)
        colour = tuple(int(value) for value in generator.integers(0, 256, 3))
        draw.ellipse((left, top, left + width, top + height), fill=colour)
    soft = np.asarray(image.filter(ImageFilter.GaussianBlur(1.5)), dtype=float)
    return np.clip(soft + generator.normal(0, 4, soft.shape), 0, 255).astype(np.uint8)

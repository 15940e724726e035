"""Labels drawn on pictures without any font but Pillow's own: “生成” is drawn stroke by stroke."""

import numpy as np
from PIL import Image, ImageDraw, ImageFont

_STROKES = {
    "生": [
        [(30, 5), (10, 42)],
        [(20, 28), (88, 28)],
        [(50, 5), (50, 92)],
        [(24, 58), (78, 58)],
        [(5, 92), (95, 92)],
    ],
    "成": [
        [(15, 25), (92, 25)],
        [(18, 25), (16, 60), (5, 94)],
        [(16, 48), (42, 48), (40, 80), (28, 76)],
        [(58, 4), (62, 50), (76, 80), (92, 92), (95, 74)],
        [(86, 42), (72, 68), (48, 92)],
        [(72, 5), (82, 16)],
    ],
}


def ground(width=640, height=480, seed=0):
    """A soft gradient with grain."""
    slope = np.linspace(60, 180, width)[None, :, None]
    grain = np.random.default_rng(seed).normal(0, 6, (height, width, 3))
    return Image.fromarray(np.clip(slope + grain, 0, 255).astype(np.uint8))


def chinese_label(height):
    """A mask that says “AI生成”, its characters ``height`` pixels high."""
    mask = Image.new("L", (height * 5, height + 8))
    draw, font = ImageDraw.Draw(mask), ImageFont.load_default(height * 1.15)
    draw.text((2, -height * 0.1), "AI", fill=255, font=font)
    x = int(draw.textlength("AI", font=font)) + height // 8
    for character in "生成":
        for stroke in _STROKES[character]:
            path = [(x + across * height / 100, 4 + down * height / 100) for across, down in stroke]
            draw.line(path, fill=255, width=max(2, height // 10), joint="curve")
        x += int(height * 1.08)
    return mask.crop((0, 0, x, height + 8))


def with_label(mask, corner="bottom right", picture=None):
    """A picture with a white label 12 pixels from two edges, or in the middle."""
    picture = (picture or ground()).copy()
    right, bottom = picture.width - mask.width - 12, picture.height - mask.height - 12
    places = {
        "bottom right": (right, bottom),
        "top left": (12, 12),
        "middle": (right // 2, bottom // 2),
    }
    picture.paste("white", places[corner], mask)
    return picture


def with_words(words, size=30, picture=None):
    """A picture with lines of Latin words at the bottom left, in Pillow's own typeface."""
    picture = (picture or ground()).copy()
    font = ImageFont.load_default(size)
    ImageDraw.Draw(picture).text((12, picture.height - size), words, fill="white", font=font, anchor="ld")
    return picture

"""Drawn pictures rich enough to be told apart, and what becomes of them when they are copied."""

from io import BytesIO

import cv2
import numpy as np
from PIL import Image, ImageDraw


def scene(seed, size=(640, 480)):
    random = np.random.default_rng(seed)
    picture = Image.new("RGB", size, tuple(int(value) for value in random.integers(60, 200, 3)))
    draw = ImageDraw.Draw(picture)
    for _ in range(90):
        x, y = random.integers(-40, size[0]), random.integers(-40, size[1])
        wide, high = random.integers(12, 130, 2)
        colour = tuple(int(value) for value in random.integers(0, 256, 3))
        shape = draw.ellipse if random.random() < 0.5 else draw.rectangle
        shape((int(x), int(y), int(x + wide), int(y + high)), fill=colour)
    return np.asarray(picture)


def moved_scene(seed, parallax=8):
    """As from another hand at another moment: parallax of some pixels, other light."""
    pixels = scene(seed)
    height, width = pixels.shape[:2]
    random = np.random.default_rng(seed + 1000)
    field = random.normal(size=(2, 4, 4)).astype(np.float32) * parallax
    shift = [cv2.resize(axis, (width, height), interpolation=cv2.INTER_CUBIC) for axis in field]
    y, x = np.mgrid[:height, :width].astype(np.float32)
    moved = cv2.remap(pixels, x + shift[0], y + shift[1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    return (255 * (moved / 255) ** 1.2).astype(np.uint8)


def turned(pixels, degrees):
    height, width = pixels.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    return cv2.warpAffine(pixels, turn, (width, height), borderMode=cv2.BORDER_REFLECT)


def stickered(pixels):
    covered = pixels.copy()
    covered[200:255, 300:420] = (250, 250, 250)
    return covered


def with_a_nearer_half(pixels, parallax):
    """The right half as something nearer, moved more by another standpoint than what is behind it."""
    middle = pixels.shape[1] // 2
    return np.concatenate([pixels[:, :middle], np.roll(pixels, parallax, axis=1)[:, middle:]], axis=1)


def labelled_product(text):
    """A catalogue picture on white; only the label's text and colour differ."""
    picture = Image.new("RGB", (600, 600), "white")
    draw = ImageDraw.Draw(picture)
    draw.rounded_rectangle((180, 150, 420, 560), 40, fill="#b8864a")
    draw.rectangle((260, 90, 340, 150), fill="#b8864a")
    draw.rounded_rectangle((250, 60, 350, 100), 8, fill="#303030")
    random = np.random.default_rng(sum(map(ord, text)))
    draw.rectangle((190, 240, 410, 460), fill=tuple(int(value) for value in random.integers(120, 250, 3)))
    for row in range(5):
        draw.text((200, 246 + 42 * row), "".join(random.permutation(list(text * 2))[:10]), fill="black", font_size=32)
    return np.asarray(picture)


def jpeg(pixels, quality=85):
    out = BytesIO()
    Image.fromarray(pixels).save(out, "JPEG", quality=quality)
    return out.getvalue()


def decoded(data):
    with Image.open(BytesIO(data)) as image:
        return np.asarray(image.convert("RGB"))


def scaled(pixels, factor):
    return cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)


def cropped(pixels, part):
    height, width = pixels.shape[:2]
    y, x = round(height * part), round(width * part)
    return np.ascontiguousarray(pixels[y : height - y, x : width - x])


def mirrored(pixels):
    return np.ascontiguousarray(pixels[:, ::-1])


def screenshot(pixels):
    screen = Image.new("RGB", (720, 1500), "white")
    draw = ImageDraw.Draw(screen)
    draw.text((30, 24), "12:41   5G   87%", fill="#808080", font_size=28)
    draw.rounded_rectangle((30, 1400, 690, 1470), 20, outline="#808080")
    shown = Image.fromarray(pixels).resize((690, round(690 * pixels.shape[0] / pixels.shape[1])))
    screen.paste(shown, (15, 420))
    return np.asarray(screen)

"""Drawn pictures for cases."""

import io
import json

from PIL import Image, ImageDraw, PngImagePlugin


def drawn_picture(colour: tuple[int, int, int], label: str | None = None, side: int = 96) -> bytes:
    """A drawn PNG, with the national AI label where one is given."""
    described = PngImagePlugin.PngInfo()
    if label is not None:
        described.add_text("AIGC", json.dumps({"Label": label, "ContentProducer": "p"}))
    image = Image.new("RGB", (side, side), colour)
    draw = ImageDraw.Draw(image)
    draw.ellipse((side // 4, side // 4, side // 2, 3 * side // 4), fill=(200, 180, 60))
    draw.line((0, side // 3, side, side // 2), fill=(20, 20, 20), width=3)
    out = io.BytesIO()
    image.save(out, "PNG", pnginfo=described)
    return out.getvalue()

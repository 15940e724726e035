"""Draw the pictures of the bundled after-sales cases.

Rendered still lifes, no photograph of anyone's: the same bytes on every run of one Pillow version. What each shows and
carries is listed in ``scripts/sample/pictures.yaml``.

    python scripts/draw_sample_pictures.py review_mining/sample/images
"""

from __future__ import annotations

import argparse
import io
import json
import random
from collections.abc import Sequence
from math import cos, pi, sin
from pathlib import Path
from xml.sax.saxutils import escape

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont, ImageOps
from PIL.PngImagePlugin import PngInfo

SIZE = (640, 480)
SCALE = 2

Colour = tuple[int, int, int]
Points = Sequence[tuple[float, float]]

WOOD, DESK, CLOTH = (176, 132, 92), (205, 198, 186), (222, 214, 200)
BLACK, GREY, OLIVE = (48, 48, 54), (138, 141, 146), (104, 110, 74)
MILK, PINK, CARTON, SACHET, BERRY = (238, 232, 220), (238, 178, 186), (188, 148, 102), (232, 140, 158), (196, 44, 56)


class Scene:
    """A canvas at twice the final size, with soft shadows and a little grain.

    Args:
        table: colour of the surface.
        seed: seed of everything irregular in the picture.
    """

    def __init__(self, table: Colour, seed: int) -> None:
        self.random = random.Random(seed)
        self.image = Image.new("RGB", (SIZE[0] * SCALE, SIZE[1] * SCALE), table)
        self._surface(table)

    def _surface(self, table: Colour) -> None:
        draw = ImageDraw.Draw(self.image)
        horizon = int(self.image.height * 0.36)
        for y in range(self.image.height):
            wall = y < horizon
            fade = 1.08 - 0.16 * y / horizon if wall else 0.82 + 0.26 * (y - horizon) / (self.image.height - horizon)
            base = (226, 224, 218) if wall else table
            draw.line([(0, y), (self.image.width, y)], fill=shade(base, fade))
        self.image = self.image.filter(ImageFilter.GaussianBlur(5))

    def grain_of_wood(self) -> None:
        """Boards and fibres on the lower part."""
        draw = ImageDraw.Draw(self.image)
        top = int(self.image.height * 0.36)
        for _ in range(260):
            x, y = self.random.uniform(-100, self.image.width), self.random.uniform(top, self.image.height)
            tone = shade(WOOD, self.random.uniform(0.86, 1.06))
            draw.line([(x, y), (x + self.random.uniform(80, 420), y + self.random.uniform(-3, 3))], fill=tone, width=2)
        for y in range(top + 90, self.image.height, 150):
            draw.line([(0, y), (self.image.width, y)], fill=shade(WOOD, 0.66), width=3)

    def body(self, points: Points, colour: Colour, *, light: float = 0.34, shadow: bool = True) -> None:
        """A filled outline lit from the left, with a shadow below it; coordinates in final pixels."""
        outline = [(x * SCALE, y * SCALE) for x, y in points]
        mask = Image.new("L", self.image.size)
        ImageDraw.Draw(mask).polygon(outline, fill=255)
        mask = mask.filter(ImageFilter.GaussianBlur(1.6))
        if shadow:
            dark = (
                mask.transform(mask.size, Image.Transform.AFFINE, (1, 0, -22, 0, 1, -20))
                .filter(ImageFilter.GaussianBlur(24))
                .point(lambda value: value // 2)
            )
            self.image.paste((40, 34, 30), mask=dark)
        left, right = min(x for x, _ in outline), max(x for x, _ in outline)
        fill = Image.new("RGB", self.image.size)
        draw = ImageDraw.Draw(fill)
        for x in range(int(left), int(right) + 1):
            across = (x - left) / max(right - left, 1)
            draw.line(
                [(x, 0), (x, self.image.height)], fill=shade(colour, 1 + light * (0.42 - abs(across - 0.32) * 1.5))
            )
        self.image.paste(fill, mask=mask)

    def line(self, points: Points, colour: Colour, width: float = 2) -> None:
        """An open line; coordinates in final pixels."""
        path = [(x * SCALE, y * SCALE) for x, y in points]
        ImageDraw.Draw(self.image).line(path, fill=colour, width=round(width * SCALE), joint="curve")

    def stain(self, centre: tuple[float, float], radius: float, colour: Colour, strength: float = 0.85) -> None:
        """A soft, ragged spot."""
        mask = Image.new("L", self.image.size)
        draw = ImageDraw.Draw(mask)
        for _ in range(26):
            x = (centre[0] + self.random.gauss(0, radius * 0.42)) * SCALE
            y = (centre[1] + self.random.gauss(0, radius * 0.34)) * SCALE
            r = radius * self.random.uniform(0.22, 0.5) * SCALE
            draw.ellipse([x - r, y - r, x + r, y + r], fill=round(255 * strength))
        self.image.paste(colour, mask=mask.filter(ImageFilter.GaussianBlur(4)))

    def crumbs(self, box: tuple[float, float, float, float], number: int, colour: Colour) -> None:
        """Small irregular bits scattered in a box."""
        for _ in range(number):
            x, y = self.random.uniform(box[0], box[2]), self.random.uniform(box[1], box[3])
            r = self.random.uniform(1.5, 5)
            self.body(self.ragged((x, y), r, 7), shade(colour, self.random.uniform(0.75, 1.2)), shadow=False)

    def ragged(self, centre: tuple[float, float], radius: float, corners: int) -> list[tuple[float, float]]:
        """An irregular closed outline around a centre."""
        return [
            (centre[0] + point[0] * r, centre[1] + point[1] * r)
            for point in circle(corners)
            for r in [radius * self.random.uniform(0.7, 1.15)]
        ]

    def write(self, at: tuple[float, float], text: str, size: int, colour: Colour = (70, 62, 58)) -> None:
        """Latin text in Pillow's own font."""
        font = ImageFont.load_default(size * SCALE)
        ImageDraw.Draw(self.image).text((at[0] * SCALE, at[1] * SCALE), text, font=font, fill=colour)

    def finish(self) -> Image.Image:
        """The picture at its final size, with grain."""
        small = self.image.resize(SIZE, Image.Resampling.LANCZOS)
        noise = Image.frombytes("L", SIZE, bytes(self.random.randrange(124, 133) for _ in range(SIZE[0] * SIZE[1])))
        grain = Image.merge("RGB", (noise, noise, noise))
        return ImageChops.add(small, grain, 1, -128)


def shade(colour: Colour, factor: float) -> Colour:
    """A colour made lighter or darker."""
    red, green, blue = (max(0, min(255, round(part * factor))) for part in colour)
    return red, green, blue


def circle(corners: int) -> list[tuple[float, float]]:
    """Unit vectors around a circle."""
    return [(cos(2 * pi * step / corners), sin(2 * pi * step / corners)) for step in range(corners)]


def rounded(box: tuple[float, float, float, float], radius: float) -> list[tuple[float, float]]:
    """Outline of a box with round corners."""
    left, top, right, bottom = box
    turns = circle(32)
    corners = [(right - radius, bottom - radius), (left + radius, bottom - radius)]
    corners += [(left + radius, top + radius), (right - radius, top + radius)]
    return [
        (x + radius * dx, y + radius * dy)
        for number, (x, y) in enumerate(corners)
        for dx, dy in turns[8 * number : 8 * number + 9 if number < 3 else 32]
    ]


def backpack(scene: Scene, colour: Colour, *, torn: bool = False) -> None:
    """A whole backpack, its right strap loose if torn."""
    scene.line([(262, 110), (262, 78), (320, 62), (378, 78), (378, 110)], shade(colour, 0.7), 11)
    if torn:
        scene.line([(438, 150), (492, 196), (506, 282), (478, 344), (452, 352)], shade(colour, 0.78), 20)
        for step in range(7):
            scene.line([(436 - 2 * step, 146 + 4 * step), (452 + 3 * step, 138 + 6 * step)], (236, 234, 226), 1.2)
    scene.body(rounded((202, 96, 438, 412), 62), colour)
    scene.body(rounded((230, 252, 410, 388), 26), shade(colour, 1.12), shadow=False)
    scene.line([(226, 176), (320, 162), (414, 176)], shade(colour, 0.55), 4)
    scene.line([(244, 274), (396, 274)], shade(colour, 0.55), 4)
    scene.body(rounded((300, 196, 340, 218), 5), shade(colour, 1.5), shadow=False)


def strap_close_up() -> Scene:
    """A strap torn off at the seam."""
    scene = Scene(WOOD, 11)
    scene.body([(0, 190), (640, 150), (640, 480), (0, 480)], BLACK)
    scene.line([(0, 236), (640, 198)], shade(BLACK, 1.7), 3)
    scene.body([(318, 20), (430, 0), (478, 150), (366, 178)], shade(BLACK, 1.35))
    scene.body(scene.ragged((420, 196), 54, 26), (26, 25, 28), shadow=False)
    for step in range(34):
        x = 372 + 3 * step
        y = 168 + scene.random.uniform(-8, 10)
        bend = scene.random.uniform(-16, 16)
        scene.line([(x, y), (x + bend / 2, y + 20), (x + bend, y + scene.random.uniform(24, 62))], (232, 230, 224), 1.4)
    return scene


def whole_black_bag() -> Scene:
    """The same bag on a wooden floor."""
    scene = Scene(WOOD, 12)
    scene.grain_of_wood()
    backpack(scene, BLACK, torn=True)
    return scene


def juicer(scene: Scene, colour: Colour, left: float = 240) -> None:
    """A portable juicer cup: clear beaker above a coloured base."""
    scene.body(rounded((left + 8, 110, left + 152, 300), 16), (224, 230, 230), light=0.5)
    scene.body(rounded((left, 284, left + 160, 424), 26), colour)
    scene.body(rounded((left + 6, 84, left + 154, 122), 14), shade(colour, 0.96))
    scene.line([(left + 8, 296), (left + 152, 296)], shade(colour, 0.7), 3)
    scene.body([(left + 80 + 13 * dx, 356 + 13 * dy) for dx, dy in circle(24)], shade(colour, 1.18), shadow=False)


def carton(scene: Scene, box: tuple[float, float, float, float]) -> None:
    """A brown carton with one corner crushed."""
    left, top, right, bottom = box
    scene.body(
        [(left, top), (right - 66, top), (right - 40, top + 46), (right, top + 62), (right, bottom), (left, bottom)],
        CARTON,
    )
    middle = (left + right) / 2
    scene.body(
        [(middle - 20, top), (middle + 20, top), (middle + 20, bottom), (middle - 20, bottom)],
        shade(CARTON, 1.22),
        shadow=False,
    )
    for step in range(5):
        scene.line(
            [(right - 70 + 8 * step, top + 10 * step), (right - 40 + 6 * step, top + 70 + 8 * step)],
            shade(CARTON, 0.7),
            2,
        )


def cracked_cup() -> Scene:
    """A milk-white cup cracked from the rim down, its carton behind."""
    scene = Scene(DESK, 21)
    carton(scene, (390, 120, 610, 330))
    juicer(scene, MILK, 190)
    crack = [(252, 86), (262, 120), (250, 150), (270, 186), (258, 214), (274, 248)]
    scene.line(crack, (92, 98, 102), 3)
    scene.line([(262, 120), (286, 140), (292, 166)], (120, 126, 130), 2)
    scene.line([(270, 186), (238, 204), (234, 222)], (120, 126, 130), 2)
    return scene


def crushed_carton() -> Scene:
    """A carton on a door mat."""
    scene = Scene((128, 120, 112), 31)
    scene.body([(40, 330), (600, 330), (640, 460), (0, 460)], (92, 84, 76))
    carton(scene, (150, 130, 500, 410))
    return scene


def sachet(scene: Scene, x: float, y: float, *, burst: bool = False, scale: float = 1.0) -> None:
    """A pink snack sachet with crimped ends."""
    wide, high = 130 * scale, 170 * scale
    teeth = [(x + wide * step / 12, y + (4 if step % 2 else 0)) for step in range(13)]
    foot = [(x + wide * step / 12, y + high + (4 if step % 2 else 0)) for step in range(12, -1, -1)]
    scene.body(teeth + foot, SACHET)
    scene.line([(x + 4, y + 16 * scale), (x + wide - 4, y + 16 * scale)], shade(SACHET, 0.8), 2)
    scene.body(
        [(x + wide / 2 + 34 * scale * dx, y + high * 0.55 + 30 * scale * dy) for dx, dy in circle(28)],
        BERRY,
        shadow=False,
    )
    if burst:
        scene.body(scene.ragged((x + wide * 0.66, y + 16 * scale), 26 * scale, 14), (120, 40, 50), shadow=False)


def burst_sachets() -> Scene:
    """Six burst sachets and red crumbs."""
    scene = Scene(CLOTH, 32)
    for number in range(6):
        sachet(scene, 62 + 178 * (number % 3), 108 + 176 * (number // 3), burst=True, scale=0.86)
    scene.crumbs((90, 180, 560, 450), 110, BERRY)
    return scene


def burnt_cup() -> Scene:
    """A pink cup with a burnt base."""
    scene = Scene(DESK, 41)
    juicer(scene, PINK)
    for centre, radius in (((300, 392), 46), ((352, 402), 36), ((276, 410), 26)):
        scene.stain(centre, radius, (34, 28, 26))
    scene.stain((330, 350), 24, (96, 62, 48), 0.55)
    return scene


def holed_bag() -> Scene:
    """An olive backpack with a ragged hole."""
    scene = Scene(WOOD, 51)
    backpack(scene, OLIVE)
    hole = scene.ragged((318, 318), 52, 22)
    scene.body(hole, (30, 30, 24), shadow=False)
    for x, y in hole:
        scene.line(
            [(x, y), (x + scene.random.uniform(-14, 14), y + scene.random.uniform(-4, 20))], (164, 166, 128), 1.4
        )
    return scene


def wrong_colour_bag() -> Scene:
    """A grey backpack with its tag."""
    scene = Scene(WOOD, 101)
    scene.grain_of_wood()
    backpack(scene, GREY)
    scene.line([(398, 160), (444, 214)], (230, 226, 216), 1.6)
    scene.body(rounded((420, 206, 510, 330), 8), (248, 244, 234))
    scene.write((432, 222), "COLOUR", 12)
    scene.write((432, 246), "MIST GREY", 13)
    for step in range(18):
        scene.line([(434 + 3.6 * step, 284), (434 + 3.6 * step, 312)], (60, 56, 52), 1 + step % 3 / 2)
    return scene


def mouldy_sachet() -> Scene:
    """A sachet with garbled letters and mould, held by a hand with six fingers, and a corner label."""
    scene = Scene(CLOTH, 111)
    skin = (226, 182, 152)
    scene.body(rounded((232, 300, 452, 520), 60), skin)
    sachet(scene, 236, 70, scale=1.45)
    scene.write((262, 112), "STRVWBEBRRY", 20, (250, 240, 240))
    scene.write((272, 262), "C1RSPPY SMAXK", 14, (250, 240, 240))
    for centre, radius in (((300, 230), 22), ((352, 206), 18), ((344, 254), 14)):
        scene.stain(centre, radius, (206, 214, 202), 0.9)
        scene.stain(centre, radius * 0.5, (96, 122, 96), 0.8)
    for step in range(6):
        scene.body(rounded((228 + 36 * step, 286 + 5 * abs(step - 2.5), 258 + 36 * step, 380), 15), skin)
    scene.body(rounded((520, 440, 632, 472), 12), (70, 70, 70), shadow=False)
    scene.write((532, 446), "AI", 15, (255, 255, 255))
    made_character(scene, 558, 449, "sheng")
    made_character(scene, 584, 449, "cheng")
    return scene


def made_character(scene: Scene, x: float, y: float, name: str) -> None:
    """The characters 生 and 成 by their strokes: Pillow's own font has none, and no other need be installed."""
    strokes = {
        "sheng": [[(6, 0), (2, 6)], [(4, 4), (17, 4)], [(3, 9), (17, 9)], [(1, 16), (19, 16)], [(10, 0), (10, 16)]],
        "cheng": [
            [(3, 4), (18, 4)],
            [(3, 4), (3, 12), (0, 17)],
            [(3, 9), (9, 9), (8, 15), (6, 14)],
            [(11, 0), (12, 8), (18, 17), (19, 13)],
            [(17, 8), (9, 17)],
            [(14, 0), (17, 2)],
        ],
    }
    for stroke in strokes[name]:
        scene.line([(x + dx, y + dy) for dx, dy in stroke], (255, 255, 255), 1.7)


def opened_sachet() -> Scene:
    """An opened sachet and strawberry slices with dark spots."""
    scene = Scene(DESK, 121)
    sachet(scene, 60, 150, burst=True, scale=1.3)
    for x, y in ((330, 210), (430, 190), (520, 250), (350, 320), (450, 300), (540, 370), (400, 400)):
        scene.body(scene.ragged((x, y), 42, 20), (208, 72, 78))
        scene.body(scene.ragged((x, y), 20, 16), (236, 168, 162), shadow=False)
        for _ in range(5):
            scene.stain((x + scene.random.gauss(0, 18), y + scene.random.gauss(0, 18)), 4, (44, 40, 36))
    return scene


def sachet_back() -> Scene:
    """The back of a sachet with its date and batch."""
    scene = Scene(DESK, 122)
    scene.body(rounded((150, 60, 490, 440), 10), (240, 206, 212))
    for step in range(7):
        scene.line([(180, 110 + 22 * step), (450 - 24 * (step % 3), 110 + 22 * step)], (196, 150, 160), 4)
    scene.body(rounded((176, 300, 464, 400), 8), (250, 246, 244), shadow=False)
    scene.write((196, 314), "PROD 2026-08-30", 24)
    scene.write((196, 354), "LOT  F2608", 24)
    return scene


def leaking_cup() -> Scene:
    """A pink cup in a puddle."""
    scene = Scene(DESK, 141)
    for x, y, radius in ((250, 424, 70), (380, 436, 60), (320, 446, 84)):
        scene.stain((x, y), radius, (186, 198, 204), 0.5)
    juicer(scene, PINK)
    scene.line([(262, 418), (258, 440), (264, 456)], (206, 220, 226), 3)
    return scene


def half_full_box() -> Scene:
    """An open carton with three sachets."""
    scene = Scene(WOOD, 151)
    scene.grain_of_wood()
    scene.body([(110, 150), (530, 150), (580, 430), (60, 430)], CARTON)
    scene.body([(150, 180), (490, 180), (526, 404), (114, 404)], shade(CARTON, 0.72), shadow=False)
    for step in range(3):
        sachet(scene, 150 + 116 * step, 210 + 10 * (step % 2), scale=0.85)
    return scene


def camera_exif(time: str) -> Image.Exif:
    """EXIF of an invented camera, with a time and a place."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0132] = "Yanshan", "YS Phone 5", time
    exif.get_ifd(0x8769).update({0x9003: time, 0x9004: time})
    exif.get_ifd(0x8825).update({1: "N", 2: (30.0, 15.0, 0.0), 3: "E", 4: (120.0, 10.0, 0.0)})
    return exif


def aigc_label() -> PngInfo:
    """The national AI label in an XMP packet, with a producer and an id that are plainly invented."""
    label = {
        "Label": "1",
        "ContentProducer": "0011-SAMPLE-INVENTED-PRODUCER",
        "ProduceID": "sample-0001",
        "ReservedCode1": "",
        "ContentPropagator": "0011-SAMPLE-INVENTED-PRODUCER",
        "PropagateID": "sample-0001",
        "ReservedCode2": "",
    }
    packet = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:TC260="http://www.tc260.org.cn/ns/AIGC/1.0/"><TC260:AIGC>'
        f"{escape(json.dumps(label), {chr(34): '&quot;'})}"
        "</TC260:AIGC></rdf:Description></rdf:RDF></x:xmpmeta>"
    )
    text = PngInfo()
    text.add_itxt("XML:com.adobe.xmp", packet)
    return text


def edited_source_type() -> bytes:
    """An XMP packet whose IPTC source type says that generative AI edited the picture, as a phone's retouching may."""
    return (
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        b'<rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/">'
        b"<Iptc4xmpExt:DigitalSourceType>http://cv.iptc.org/newscodes/digitalsourcetype/"
        b"compositeWithTrainedAlgorithmicMedia</Iptc4xmpExt:DigitalSourceType>"
        b"</rdf:Description></rdf:RDF></x:xmpmeta>"
    )


def web_ui_parameters() -> PngInfo:
    """Generation settings as Stable Diffusion web UIs write them."""
    text = PngInfo()
    text.add_text(
        "parameters",
        "photo of an olive backpack with a large torn hole, messy room, phone camera\n"
        "Negative prompt: cartoon, text, watermark\n"
        "Steps: 28, Sampler: DPM++ 2M Karras, CFG scale: 6.5, Seed: 1234567890, Size: 640x480, Model: invented-v1",
    )
    return text


def jpeg(scene: Scene, *, taken: str | None = None, quality: int = 82, xmp: bytes = b"") -> bytes:
    """JPEG bytes, with camera EXIF when a time is given, and an XMP packet when there is one."""
    drawn = io.BytesIO()
    exif = camera_exif(taken) if taken else Image.Exif()
    scene.finish().save(drawn, "JPEG", quality=quality, optimize=True, exif=exif, **({"xmp": xmp} if xmp else {}))
    return drawn.getvalue()


def png(scene: Scene, text: PngInfo | None = None) -> bytes:
    """PNG bytes with a palette, which keeps a drawing small, and text chunks."""
    drawn = io.BytesIO()
    picture = scene.image.resize((480, 360), Image.Resampling.LANCZOS).quantize(64, dither=Image.Dither.NONE)
    picture.save(drawn, "PNG", optimize=True, pnginfo=text)
    return drawn.getvalue()


def resent(original: bytes) -> bytes:
    """Cropped by 4 % on each side, scaled to 80 %, saved again at quality 60 without EXIF."""
    with Image.open(io.BytesIO(original)) as picture:
        wide, high = picture.size
        inner = picture.crop((round(wide * 0.04), round(high * 0.04), round(wide * 0.96), round(high * 0.96)))
        drawn = io.BytesIO()
        inner.resize((round(inner.width * 0.8), round(inner.height * 0.8)), Image.Resampling.LANCZOS).save(
            drawn, "JPEG", quality=60
        )
        return drawn.getvalue()


def mirrored(original: bytes) -> bytes:
    """Left and right exchanged, scaled to 90 %, saved again at quality 70 without EXIF."""
    with Image.open(io.BytesIO(original)) as picture:
        drawn = io.BytesIO()
        turned = ImageOps.mirror(picture)
        turned.resize((round(turned.width * 0.9), round(turned.height * 0.9)), Image.Resampling.LANCZOS).save(
            drawn, "JPEG", quality=70
        )
        return drawn.getvalue()


def draw_all() -> dict[str, bytes]:
    """Every picture by file name."""
    cup = jpeg(cracked_cup(), taken="2026:10:14 09:12:31")
    bag = jpeg(whole_black_bag(), taken="2026:10:19 09:34:10")
    return {
        "c01_1.jpg": jpeg(strap_close_up(), taken="2026:10:19 09:33:08"),
        "c01_2.jpg": bag,
        "c02_1.jpg": cup,
        "c03_1.jpg": jpeg(crushed_carton()),
        "c03_2.jpg": jpeg(burst_sachets()),
        "c04_1.png": png(burnt_cup(), aigc_label()),
        "c05_1.png": png(holed_bag(), web_ui_parameters()),
        "c06_1.jpg": cup,
        "c07_1.jpg": resent(cup),
        "c08_1.jpg": jpeg(burst_sachets())[:400],
        "c10_1.jpg": jpeg(wrong_colour_bag(), taken="2026:10:29 21:03:44"),
        "c11_1.png": png(mouldy_sachet()),
        "c12_1.jpg": jpeg(opened_sachet(), taken="2026:10:11 20:26:57"),
        "c12_2.jpg": jpeg(sachet_back()),
        "c13_1.jpg": mirrored(bag),
        "c14_1.jpg": jpeg(leaking_cup(), taken="2026:09:20 12:06:15", quality=76),
        "c15_1.jpg": jpeg(half_full_box(), xmp=edited_source_type(), quality=76),
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the pictures into a folder."""
    parser = argparse.ArgumentParser(description="Draw the pictures of the bundled after-sales cases.")
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args(arguments).folder
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in draw_all().items():
        (folder / name).write_bytes(data)
        print(f"{name}  {len(data):,} bytes")


if __name__ == "__main__":
    main()

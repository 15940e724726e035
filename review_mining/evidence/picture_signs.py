"""All signs of one picture, from every module that looks at pictures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from review_mining.evidence.cases import Case
from review_mining.evidence.config import EvidenceConfig
from review_mining.evidence.content_credentials import ContentCredentials
from review_mining.evidence.drawing import drawn
from review_mining.evidence.intake import Picture
from review_mining.evidence.local_edit_sign import local_edit_signs
from review_mining.evidence.pixels.detector import PixelDetector, PixelReading
from review_mining.evidence.pixels.reading import open_detector, pixel_sign, read_pixels
from review_mining.evidence.provenance import declared_signs
from review_mining.evidence.reuse_search import ReuseSearch
from review_mining.evidence.signs import Fact, Sign
from review_mining.evidence.text_reader import TextReader
from review_mining.evidence.visible_label import READ_SIDE, find_visible_label, reader_for


@dataclass(frozen=True)
class PictureSigns:
    """What looks at pictures.

    Attributes:
        config: the settings.
        reuse: where earlier uses of a picture are looked for.
        credentials: reads C2PA records.
        text_reader: of what is printed on pictures, or None to leave that out.
        pixels: looks at pixels, or None to leave them alone.
    """

    config: EvidenceConfig
    reuse: ReuseSearch
    credentials: ContentCredentials
    text_reader: TextReader | None
    pixels: PixelDetector | None

    @classmethod
    def from_settings(cls, config: EvidenceConfig, reuse: ReuseSearch) -> PictureSigns:
        """Everything that the settings switch on.

        Raises:
            ConfigError: a file that they name cannot be used, or a detector has not passed its bar.
            MissingExtraError: they ask for something whose extra is not installed.
            ModelError: the pixel detector that is switched on cannot be used.
        """
        credentials = ContentCredentials(config.c2pa.trust_anchors)
        return cls(config, reuse, credentials, reader_for(config.visible_label), open_detector(config.pixels))

    def look(self, picture: Picture, case: Case) -> tuple[tuple[Sign, ...], PixelReading | None]:
        """Signs of a picture, and what its pixels gave; the picture is remembered for later cases.

        Args:
            picture: as taken in.
            case: that it was sent with.
        """
        reading = read_pixels(picture, self.pixels)
        anomaly = pixel_sign(reading, self.pixels)
        return (*self._signs(picture, case), *([anomaly] if anomaly else [])), reading

    def _signs(self, picture: Picture, case: Case) -> Iterator[Sign]:
        if picture.fault is not None:
            yield _unreadable(picture, self.config)
        yield from declared_signs(picture.contents)
        yield from self.credentials.signs(picture)
        yield from self._visible_signs(picture)
        yield from local_edit_signs(picture, self.config.local_edit)
        large_enough = min(picture.width or 0, picture.height or 0) >= self.config.reuse.min_side
        if picture.fault is None and (large_enough or picture.width is None):
            yield from self.reuse.signs(picture, case, self.config)

    def _visible_signs(self, picture: Picture) -> Iterator[Sign]:
        pixels = None if self.text_reader is None else drawn(picture, READ_SIDE)
        if self.text_reader is not None and pixels is not None:
            sign = find_visible_label(pixels, self.text_reader, self.config.visible_label)
            if sign is not None:
                yield sign


def _unreadable(picture: Picture, config: EvidenceConfig) -> Sign:
    limits = {
        "too_large": config.limits.bytes,
        "too_many_pixels": config.limits.pixels,
        "too_many_frames": config.limits.frames,
    }
    facts = {"limit": limits.get(picture.fault or ""), "width": picture.width, "height": picture.height}
    known: dict[str, Fact] = {name: value for name, value in facts.items() if value is not None}
    if picture.fault == "too_many_pixels":
        known = {"width": "?", "height": "?", **known}
    return Sign("unreadable", "weak", f"unreadable.{picture.fault}", known)

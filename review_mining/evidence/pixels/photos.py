"""Folders of pictures by source, and which of the genuine ones a detector learns from."""

from __future__ import annotations

import hashlib
import io
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image

from review_mining.errors import InputError
from review_mining.evidence.pixels.crops import Pixels, decode


@dataclass(frozen=True)
class Photo:
    """A picture of a folder.

    Attributes:
        name: path below the folder.
        source: the first part of that path: who took, or what made it.
        data: the original bytes.
    """

    name: str
    source: str
    data: bytes = field(repr=False)

    @property
    def pixels(self) -> Pixels:
        """Decoded, shape (height, width, 3)."""
        return np.asarray(self.image())

    def image(self) -> Image.Image:
        """Decoded, RGB."""
        image = decode(self.data)
        if image is None:
            raise InputError("cannot be decoded", path=self.name, hint="Take the file out of the folder.")
        return image


def read_photos(folder: Path, smallest: int) -> list[Photo]:
    """Pictures of a folder with one folder per source, by name.

    Args:
        folder: of the pictures.
        smallest: pictures with a shorter side than this are left out.

    Raises:
        InputError: the folder holds no picture of that size.
    """
    files = sorted(path for path in folder.glob("*/*") if path.is_file())
    photos = [Photo(path.relative_to(folder).as_posix(), path.parent.name, path.read_bytes()) for path in files]
    kept = [photo for photo in photos if _shorter_side(photo) >= smallest]
    if not kept:
        raise InputError(f"holds no picture of {smallest} pixels or more", path=folder, hint="Name it with --shared.")
    return kept


def split(photos: Sequence[Photo], share: float, seed: int) -> tuple[list[Photo], list[Photo]]:
    """Photos to learn from, and photos that set the threshold; in every source the same share, drawn by hash.

    Args:
        photos: genuine ones.
        share: of each source that sets the threshold.
        seed: of the draw.

    Returns:
        Both parts, in the order given.
    """
    by_source: dict[str, list[Photo]] = defaultdict(list)
    for photo in photos:
        by_source[photo.source].append(photo)
    calibrating = {
        photo.name
        for members in by_source.values()
        for photo in sorted(members, key=lambda one: _draw(one.name, seed))[: round(share * len(members))]
    }
    learnt = [photo for photo in photos if photo.name not in calibrating]
    return learnt, [photo for photo in photos if photo.name in calibrating]


def _shorter_side(photo: Photo) -> int:
    with Image.open(io.BytesIO(photo.data)) as image:
        return min(image.size)


def _draw(name: str, seed: int) -> str:
    return hashlib.sha256(f"{seed}\x00{name}".encode()).hexdigest()

"""Pictures as rows of numbers: what a detector and the leakage gate learn from and are measured on."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, JpegImagePlugin

from review_mining.evidence.pixels.crops import decode, take_crops
from review_mining.evidence.pixels.features import CropFeatures, Table

GENUINE = ""
"""Maker of a genuine photo."""

_THUMBNAIL = 32


@dataclass(frozen=True)
class Sample:
    """A picture to be turned into numbers.

    Attributes:
        name: of the photo that it is, or was made from.
        source: of that photo, or the generator.
        maker: what made it, :data:`GENUINE` for a photo.
        data: the file.
    """

    name: str
    source: str
    maker: str
    data: bytes


@dataclass(frozen=True, eq=False)
class Samples:
    """Many pictures as numbers.

    Attributes:
        names, sources, makers: as in :class:`Sample`, shape (pictures,).
        facts: what the file says apart from its pixels, shape (pictures, 8): JPEG or not, WebP or not, width, height,
            bits per pixel, mean of the two quantisation tables, chroma subsampling.
        thumbnails: 32 × 32 RGB, shape (pictures, 3072).
        places: picture of each crop, shape (crops,).
        features: of each crop, shape (crops, columns).
    """

    names: npt.NDArray[np.str_]
    sources: npt.NDArray[np.str_]
    makers: npt.NDArray[np.str_]
    facts: npt.NDArray[np.float32]
    thumbnails: npt.NDArray[np.uint8]
    places: npt.NDArray[np.int64]
    features: Table

    def __len__(self) -> int:
        return len(self.names)

    @property
    def made(self) -> npt.NDArray[np.bool_]:
        """Which pictures are no genuine photos, shape (pictures,)."""
        return np.asarray(self.makers != GENUINE)

    def select(self, mask: npt.NDArray[np.bool_]) -> Samples:
        """Some of the pictures, with their crops.

        Args:
            mask: shape (pictures,).
        """
        crops = mask[self.places]
        renumbered = np.cumsum(mask) - 1
        of_pictures = {name: getattr(self, name)[mask] for name in _OF_PICTURES}
        return Samples(places=renumbered[self.places[crops]], features=self.features[crops], **of_pictures)

    def per_picture(self, crop_scores: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Mean of the crops of each picture, shape (crops,) to (pictures,)."""
        sums = np.bincount(self.places, weights=crop_scores, minlength=len(self))
        return np.asarray(sums / np.bincount(self.places, minlength=len(self)))

    def save(self, path: Path) -> None:
        """Write a NumPy archive, all or nothing."""
        partial = path.with_suffix(".partial.npz")
        np.savez(partial, **{one.name: getattr(self, one.name) for one in fields(self)})
        partial.replace(path)

    @classmethod
    def load(cls, path: Path) -> Samples:
        """Read what :meth:`save` wrote."""
        with np.load(path, allow_pickle=False) as archive:
            return cls(**{one.name: archive[one.name] for one in fields(cls)})


_OF_PICTURES = ("names", "sources", "makers", "facts", "thumbnails")


def measure(samples: Iterable[Sample], features: CropFeatures, per_axis: int) -> Samples:
    """Turn pictures into numbers; those smaller than a crop are left out.

    Args:
        samples: the pictures.
        features: of crops.
        per_axis: crops along each axis, at most.
    """
    rows: list[dict[str, Any]] = []
    found: list[Table] = []
    for sample in samples:
        image = decode(sample.data)
        crops = None if image is None else take_crops(image, features.side, per_axis)
        if image is None or crops is None:
            continue
        small = image.resize((_THUMBNAIL, _THUMBNAIL), Image.Resampling.BOX)
        rows.append(
            {
                "names": sample.name,
                "sources": sample.source,
                "makers": sample.maker,
                "facts": _facts(sample.data),
                "thumbnails": np.asarray(small).ravel(),
            }
        )
        found.append(features(crops))
    return Samples(
        places=np.repeat(np.arange(len(found)), [len(one) for one in found]),
        features=np.concatenate(found),
        **{name: np.asarray([row[name] for row in rows]) for name in _OF_PICTURES},
    )


def together(parts: Sequence[Samples]) -> Samples:
    """Join tables of the same features, in order."""
    starts = np.cumsum([0, *(len(part) for part in parts)])
    return Samples(
        places=np.concatenate([part.places + start for part, start in zip(parts, starts, strict=False)]),
        features=np.concatenate([part.features for part in parts]),
        **{name: np.concatenate([getattr(part, name) for part in parts]) for name in _OF_PICTURES},
    )


def _facts(data: bytes) -> npt.NDArray[np.float32]:
    image = Image.open(io.BytesIO(data))
    tables: list[float] = [0.0, 0.0]
    sampling = -1
    if isinstance(image, JpegImagePlugin.JpegImageFile):
        means = [float(np.mean(table)) for table in image.quantization.values()]
        tables = [means[0], means[-1]]
        sampling = JpegImagePlugin.get_sampling(image)
    width, height = image.size
    shape = [image.format == "JPEG", image.format == "WEBP", width, height, 8 * len(data) / (width * height)]
    return np.asarray([*shape, *tables, sampling], dtype=np.float32)

"""Pairs of a photo and its made twin that differ in who drew the pixels, and in nothing else that can be helped.

After Dual Data Alignment (Chen et al. 2025) and B-Free (Guillaro et al. 2025): the twin is a reconstruction of the
photo, of all of it or of a region; when the reconstruction is made at another scale, the photo goes through the same
two resamplings; a share of the photo is mixed in; the twin gets the photo's radial spectrum and coarse colours, so that
neither blur nor a thumbnail can be the tell; and it is compressed with the photo's own quantisation tables on the same
grid, so that both have been a JPEG as often.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFilter, JpegImagePlugin
from scipy.fft import fftfreq, irfft2, rfft2, rfftfreq

from review_mining.evidence.pixels.autoencoder import Autoencoder
from review_mining.evidence.pixels.crops import Pixels
from review_mining.evidence.pixels.degrade import Degradation, draw_degradation
from review_mining.evidence.pixels.photos import Photo

Reals = npt.NDArray[np.float32]

_LONGEST = 256
"""Sides of the part of a photo that is reconstructed: native pixels, cut out on the grid of JPEG blocks."""
_SCALES = (1.0, 1.0, 1.0, 0.75, 1.5)
_REGION_SHARE = 0.2
_COARSE = 16
_RINGS, _MOST_GAIN, _MOST_MIXED = 48, 8.0, 0.5


@dataclass(frozen=True)
class Pair:
    """A photo and its twin, both as files.

    Attributes:
        photo: encoded bytes of the genuine member.
        twin: of the made one; same draw of the degradation.
    """

    photo: bytes
    twin: bytes


def make_pair(photo: Photo, autoencoder: Autoencoder, smallest: int, generator: np.random.Generator) -> Pair:
    """Make a pair.

    Args:
        photo: a genuine one.
        autoencoder: that makes the twin.
        smallest: shorter side that both keep.
        generator: the source of chance.
    """
    genuine, made = align(photo, autoencoder, generator)
    degradation: Degradation = draw_degradation(generator)
    return Pair(degradation.apply(genuine, smallest), degradation.apply(made, smallest))


def align(photo: Photo, autoencoder: Autoencoder, generator: np.random.Generator) -> tuple[Image.Image, Image.Image]:
    """A photo and its twin before they are degraded.

    Args:
        photo: a genuine one.
        autoencoder: that makes the twin.
        generator: the source of chance.

    Returns:
        RGB pictures of the same size.
    """
    part = _part(photo.image(), generator)
    scale = _SCALES[int(generator.integers(len(_SCALES)))]
    if scale == 1:
        genuine, made = part, Image.fromarray(autoencoder.reconstruct(np.asarray(part)))
    else:
        size = (round(part.width * scale), round(part.height * scale))
        resized = part.resize(size, Image.Resampling.BICUBIC)
        twin = Image.fromarray(autoencoder.reconstruct(np.asarray(resized)))
        genuine, made = (one.resize(part.size, Image.Resampling.BICUBIC) for one in (resized, twin))
    # Mixing comes first: two half-like pictures cancel each other's detail, which the spectrum then gives back.
    mixed = Image.blend(made, genuine, float(generator.uniform(0, _MOST_MIXED)))
    made = Image.fromarray(_same_coarse_colours(_same_spectrum(np.asarray(mixed), np.asarray(genuine)), genuine))
    if generator.random() < _REGION_SHARE:
        made = Image.composite(made, genuine, _region(part.size, generator))
    made = _compressed_like(made, photo)
    return (part if scale == 1 else _compressed_like(genuine, photo)), made


def _part(image: Image.Image, generator: np.random.Generator) -> Image.Image:
    width, height = (min(side, _LONGEST) for side in image.size)
    left, top = (int(generator.integers(spare + 1)) // 8 * 8 for spare in (image.width - width, image.height - height))
    return image.crop((left, top, left + width, top + height))


def _same_spectrum(made: Pixels, genuine: Pixels) -> Reals:
    """Give every ring of the twin's spectrum the energy of the photo's; phases stay the decoder's own."""
    height, width = made.shape[:2]
    radius = np.hypot(fftfreq(height)[:, None], rfftfreq(width)[None])
    ring = np.minimum((radius * 2 * _RINGS).astype(int), _RINGS - 1)
    own, wanted = (rfft2(picture.astype(np.float32), axes=(0, 1)) for picture in (made, genuine))
    centres = (np.arange(_RINGS) + 0.5) / (2 * _RINGS)
    for channel in range(3):
        energy = [
            np.bincount(ring.ravel(), weights=np.abs(one[..., channel]).ravel() ** 2, minlength=_RINGS) + 1
            for one in (own, wanted)
        ]
        gain = np.clip(np.sqrt(energy[1] / energy[0]), 1 / _MOST_GAIN, _MOST_GAIN)
        own[..., channel] *= np.interp(radius, centres, gain)
    return np.asarray(irfft2(own, s=(height, width), axes=(0, 1)), dtype=np.float32)


def _same_coarse_colours(made: Reals, genuine: Image.Image) -> Pixels:
    """Add what the twin lacks on a coarse grid, so that a thumbnail of it is one of the photo."""
    height, width = made.shape[:2]
    cells = (max(1, width // _COARSE), max(1, height // _COARSE))
    difference = np.asarray(genuine, dtype=np.float32) - made
    channels: list[Reals] = [
        np.asarray(
            Image.fromarray(np.ascontiguousarray(difference[..., channel]))
            .resize(cells, Image.Resampling.BOX)
            .resize((width, height), Image.Resampling.BILINEAR)
        )
        for channel in range(3)
    ]
    return np.asarray(np.clip(np.rint(made + np.stack(channels, axis=2)), 0, 255), dtype=np.uint8)


def _region(size: tuple[int, int], generator: np.random.Generator) -> Image.Image:
    """A soft mask over most of the picture, as an edit that redraws an object leaves it."""
    width, height = size
    left, right = generator.uniform(0, 0.15) * width, generator.uniform(0.85, 1) * width
    top, bottom = generator.uniform(0, 0.15) * height, generator.uniform(0.85, 1) * height
    mask = Image.new("L", size)
    ImageDraw.Draw(mask).rounded_rectangle((left, top, right, bottom), radius=min(size) / 6, fill=255)
    return mask.filter(ImageFilter.GaussianBlur(4))


def _compressed_like(image: Image.Image, photo: Photo) -> Image.Image:
    """Through the photo's own compression once more; a photo that is no JPEG leaves the picture as it is."""
    with Image.open(io.BytesIO(photo.data)) as original:
        if not isinstance(original, JpegImagePlugin.JpegImageFile):
            return image
        tables, sampling = original.quantization, JpegImagePlugin.get_sampling(original)
    out = io.BytesIO()
    image.save(out, "JPEG", qtables=tables, subsampling=max(sampling, 0))
    return Image.open(out).convert("RGB")

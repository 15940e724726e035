"""Figures of the heat map of local edits, on edits made in real photos and on pairs made by AI editors.

python scripts/evaluate_evidence.py edits --shared ../shared
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest
from sklearn.metrics import roc_auc_score

from review_mining.errors import InputError
from review_mining.evidence.config import LocalEdit
from review_mining.evidence.local_edit import BLOCK, HeatMap, heat_map
from review_mining.evidence.local_edit_sign import local_edit_hint

Pixels = NDArray[np.uint8]
Region = NDArray[np.bool_]
Edit = Callable[[Pixels, Pixels, Region, np.random.Generator], tuple[Pixels, Region]]

_PHOTOS, _MIN_SIDE, _QUALITY, _SEED = 60, 320, 90, 0
_TRACES = ("noise", "ghosts", "copies", "heat")


def print_edits(shared: Path | None) -> None:
    """Print the AUC of each trace inside against outside edited regions, and how often untouched photos light up.

    Args:
        shared: the research data.

    Raises:
        InputError: it is not there.
    """
    if shared is None:
        raise InputError("local edits are measured on real photos", hint="Name them with --shared.")
    images = shared / "data/images"
    photos = _photos(images / "real")
    print(f"{len(photos)} photos, all saved at JPEG quality {_QUALITY}; mean AUC of blocks inside against outside")
    print(f"{'edit':10}" + "".join(f"{trace:24}" for trace in _TRACES) + "hint given")
    for name, edit in _EDITS.items():
        _print_edit(name, edit, photos)
    _print_untouched(photos)
    _print_pairs(images)


def _photos(folder: Path) -> list[Pixels]:
    paths = sorted(path for path in folder.rglob("*.*") if path.suffix.lower() in (".jpg", ".jpeg", ".png"))
    order = np.random.default_rng(_SEED).permutation(len(paths))
    chosen: list[Pixels] = []
    for place in order:
        pixels = _read(paths[place])
        if min(pixels.shape[:2]) >= _MIN_SIDE and len(chosen) < _PHOTOS:
            chosen.append(pixels)
    return chosen


def _print_edit(name: str, edit: Edit, photos: list[Pixels]) -> None:
    random = np.random.default_rng(_SEED)
    areas: dict[str, list[float]] = {trace: [] for trace in _TRACES}
    hints = 0
    for number, photo in enumerate(photos):
        other = photos[(number + 1) % len(photos)]
        edited, region = edit(photo, other, _blob(photo, random), random)
        found = heat_map(_saved(edited))
        inside = _by_block(region)
        if found is not None and inside.any() and not inside.all():
            hints += local_edit_hint(found, LocalEdit()) is not None
            for trace in _TRACES:
                areas[trace].append(_area(getattr(found, trace), inside))
    print(f"{name:10}" + "".join(f"{_mean(values):24}" for values in areas.values()) + _share(hints, len(photos)))


def _print_untouched(photos: list[Pixels]) -> None:
    began = time.process_time()
    found = [each for photo in photos if (each := heat_map(_saved(photo))) is not None]
    seconds = (time.process_time() - began) / len(photos)
    megapixels = sum(photo.shape[0] * photo.shape[1] for photo in photos) / len(photos) / 1e6
    hints = sum(local_edit_hint(each, LocalEdit()) is not None for each in found)
    print(f"untouched: hint given for {_share(hints, len(found))}")
    print(f"{seconds:.2f} CPU seconds per photo of {megapixels:.2f} megapixels on average")


def _print_pairs(images: Path) -> None:
    for line in (images / "edited/pairs.jsonl").read_text(encoding="utf-8").splitlines():
        pair = json.loads(line)
        before, after = _read(images / pair["src"]), _read(images / pair["edit"])
        found = heat_map(after)
        print(f"{pair['method']}: {_of_pair(before, after, found)}")


def _of_pair(before: Pixels, after: Pixels, found: HeatMap | None) -> str:
    if found is None:
        return "too small or too large"
    hint = "hint" if local_edit_hint(found, LocalEdit()) else "no hint"
    if before.shape != after.shape:
        return f"{hint}; another size than its source, nothing to compare with"
    change = np.abs(before.astype(np.int16) - after).max(axis=2) > 40
    inside = _by_block(cv2.medianBlur(change.astype(np.uint8), 5) > 0)
    if not inside.any() or inside.all():
        return f"{hint}; changed everywhere or nowhere"
    return f"{hint}; {inside.mean():.0%} of the blocks changed, AUC {_area(found.heat, inside):.2f}"


def _spliced(photo: Pixels, other: Pixels, region: Region, random: np.random.Generator) -> tuple[Pixels, Region]:
    """A region of another photo, grainier than its new surroundings."""
    patch = cv2.resize(other, (photo.shape[1], photo.shape[0]), interpolation=cv2.INTER_CUBIC)
    noisy = np.clip(patch + random.normal(0, 6, patch.shape), 0, 255).astype(np.uint8)
    return np.where(region[:, :, None], noisy, photo), region


def _recompressed(photo: Pixels, other: Pixels, region: Region, random: np.random.Generator) -> tuple[Pixels, Region]:
    """A region of the same photo that was compressed at a lower quality."""
    return np.where(region[:, :, None], _saved(photo, int(random.integers(50, 80))), photo), region


def _copied(photo: Pixels, other: Pixels, region: Region, random: np.random.Generator) -> tuple[Pixels, Region]:
    """A region pasted elsewhere in the same photo; both places count as inside."""
    height, width = region.shape
    shift = (int(height * random.uniform(0.3, 0.6)), int(width * random.uniform(0.3, 0.6)))
    pasted = np.roll(region, shift, axis=(0, 1))
    return np.where(pasted[:, :, None], np.roll(photo, shift, axis=(0, 1)), photo), region | pasted


def _inpainted(photo: Pixels, other: Pixels, region: Region, random: np.random.Generator) -> tuple[Pixels, Region]:
    """A region filled from its rim (Telea)."""
    return cv2.inpaint(photo, region.astype(np.uint8), 5, cv2.INPAINT_TELEA), region


def _blurred(photo: Pixels, other: Pixels, region: Region, random: np.random.Generator) -> tuple[Pixels, Region]:
    """A region smeared with a soft brush."""
    share = cv2.GaussianBlur(region.astype(np.float32), (0, 0), 4)[:, :, None]
    soft = cv2.GaussianBlur(photo, (0, 0), 2.5)
    return (photo * (1 - share) + soft * share).astype(np.uint8), region


_EDITS: dict[str, Edit] = {
    "splice": _spliced,
    "quality": _recompressed,
    "copy": _copied,
    "inpaint": _inpainted,
    "blur": _blurred,
}


def _blob(photo: Pixels, random: np.random.Generator) -> Region:
    """An ellipse of about a tenth of the picture, away from its rim."""
    height, width = photo.shape[:2]
    centre = int(width * random.uniform(0.3, 0.7)), int(height * random.uniform(0.3, 0.7))
    axes = int(width * random.uniform(0.12, 0.22)), int(height * random.uniform(0.12, 0.22))
    mask = cv2.ellipse(np.zeros((height, width), np.uint8), centre, axes, random.uniform(0, 180), 0, 360, 1, -1)
    return mask > 0


def _saved(pixels: Pixels, quality: int = _QUALITY) -> Pixels:
    coded = cv2.imencode(".jpg", pixels[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.ascontiguousarray(cv2.imdecode(coded, cv2.IMREAD_COLOR)[:, :, ::-1])


def _read(path: Path) -> Pixels:
    pixels = cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_COLOR)
    return np.ascontiguousarray(pixels[:, :, ::-1])


def _by_block(region: Region) -> Region:
    """Blocks of which at least half lies inside."""
    rows, columns = region.shape[0] // BLOCK, region.shape[1] // BLOCK
    split = region[: rows * BLOCK, : columns * BLOCK].reshape(rows, BLOCK, columns, BLOCK)
    return split.mean(axis=(1, 3)) >= 0.5


def _area(found: NDArray[np.float32], inside: Region) -> float:
    return float(roc_auc_score(inside.ravel(), found.ravel()))


def _mean(values: list[float]) -> str:
    draws = np.random.default_rng(_SEED).choice(values, (2000, len(values))).mean(axis=1)
    low, high = np.quantile(draws, (0.025, 0.975))
    return f"{np.mean(values):.3f} [{low:.3f}, {high:.3f}]"


def _share(hits: int, count: int) -> str:
    low, high = binomtest(hits, count).proportion_ci(method="wilson")
    return f"{hits} of {count} [{low:.3f}, {high:.3f}]"

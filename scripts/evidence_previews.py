"""Figures of the previews in evidence packs: how much of faces is veiled, and how much of everything else.

Faces were marked by eye on photos of the research data; ``annotations/faces.csv`` holds their boxes by SHA-256, as
shares of the longer side.
"""

from __future__ import annotations

import csv
import hashlib
from collections import defaultdict
from pathlib import Path

import numpy as np
from PIL import Image
from scipy.stats import beta

from review_mining.evidence.previews import veiled

_FACES = Path(__file__).parent.parent / "annotations/faces.csv"
_SIDE, _WHOLE = 480, 0.9
_PER_SOURCE = 12
Box = tuple[float, ...]


def print_previews(shared: Path | None) -> None:
    """Print the share of faces that are veiled and, by source, the share of a preview that is.

    Args:
        shared: the research data, or None, which says that nothing can be measured without.
    """
    if shared is None:
        print("previews are measured on the research photos: name them with --shared")
        return
    faces, shares, by_source = _boxes(), [], defaultdict(list)
    for path in sorted((shared / "data/images/real").rglob("*.*")):
        boxes = faces.get(hashlib.sha256(path.read_bytes()).hexdigest(), ())
        if boxes or len(by_source[path.parent.name]) < _PER_SOURCE:
            changed = _changed(path)
            by_source[path.parent.name].append(float(changed.mean()))
            shares += [_inside(changed, box) for box in boxes]
    whole = sum(share >= _WHOLE for share in shares)
    low, high = beta.ppf([0.025, 0.975], whole + 0.5, len(shares) - whole + 0.5)
    interval = f"95 % Jeffreys {low:.2f} to {high:.2f}"
    print(f"faces veiled over {_WHOLE:.0%} of their box: {whole} of {len(shares)} ({interval})")
    print(f"least share of a face that is veiled: {min(shares):.2f}; mean {np.mean(shares):.2f}")
    for source, veils in sorted(by_source.items()):
        print(f"{source:24} {len(veils):4} photos, {np.mean(veils):.2f} of a preview veiled")


def _boxes() -> dict[str, list[Box]]:
    found: dict[str, list[Box]] = defaultdict(list)
    with _FACES.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found[row["sha256"]].append(tuple(float(row[name]) for name in ("left", "top", "width", "height")))
    return found


def _changed(path: Path) -> np.ndarray:
    """Which pixels of the preview the veil covers, shape (height, width)."""
    with Image.open(path) as image:
        small = image.convert("RGB")
    small.thumbnail((_SIDE, _SIDE))
    # A little noise shows where the mosaic lies, also where a surface is of one colour.
    noise = np.random.default_rng(0).integers(-2, 3, (*np.asarray(small).shape[:2], 1))
    marked = Image.fromarray(np.clip(np.asarray(small).astype(int) + noise, 0, 255).astype("uint8"))
    return (np.asarray(veiled(marked)) != np.asarray(marked)).any(axis=2)


def _inside(changed: np.ndarray, box: Box) -> float:
    longer = max(changed.shape)
    left, top, width, height = (round(part * longer) for part in box)
    return float(changed[top : top + height, left : left + width].mean())

"""Figures of reuse: copies found in a large index, and pictures that only look alike taken for copies."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
from reuse_pictures import COPIES, Pixels, filler, listing, read, second_exposure
from scipy.stats import binomtest

from review_mining.config import default_file, load
from review_mining.errors import UsageError
from review_mining.evidence import EvidenceConfig
from review_mining.evidence.copies import Copy, find_copies
from review_mining.evidence.fingerprint import Fingerprint, View
from review_mining.evidence.neighbours import Neighbours
from review_mining.evidence.perceptual_hash import HASH_BYTES, HASHES_KEPT, kept_hashes

_CHUNK, _QUERIES, _PRODUCTS, _SEED = 5_000, 80, 60, 0
_TWIN = 0.95
"""Correlation of grey levels from which two photos are one."""


class _Index:
    """An index whose fillers are kept as hashes; what they are compared by is drawn again when it is asked for."""

    def __init__(self, shared: Path, cache: Path, size: int) -> None:
        paths = [path for kind in ("real", "ai") for path in sorted((shared / "data/images" / kind).rglob("*.*"))]
        parts = [[read(path) for path in paths[part::3]] for part in range(3)]
        self.known, self._sources, unknown = parts
        self.unknown = _without_twins(unknown, self.known)
        self.listed = [listing(product, 0) for product in range(_PRODUCTS)]
        first = [View.of(pixels) for pixels in (*self.known, *self.listed)]
        self._kept = [view.fingerprint for view in first]
        self._neighbours = Neighbours(HASHES_KEPT)
        self._neighbours.add(range(len(first)), np.concatenate([view.kept_hashes for view in first]))
        for start in range(0, size, _CHUNK):
            seeds = range(start, start + _CHUNK)
            self._neighbours.add([len(first) + seed for seed in seeds], self._hashes(seeds, cache))
        self._rules = load(default_file("evidence.yaml"), EvidenceConfig).copies

    def __len__(self) -> int:
        return len(self._neighbours)

    def copies(self, pixels: Pixels) -> list[Copy]:
        return list(find_copies(View.of(pixels), self._neighbours, self._fingerprint, self._rules))

    def _fingerprint(self, number: int) -> Fingerprint | None:
        if number < len(self._kept):
            return self._kept[number]
        return View.of(filler(self._sources, number - len(self._kept))).fingerprint

    def _hashes(self, seeds: range, cache: Path) -> np.ndarray:
        path = cache / f"reuse-fillers-{seeds.start}.npy"
        if not path.exists():
            fillers = (filler(self._sources, seed) for seed in seeds)
            hashes = np.concatenate([kept_hashes(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)) for pixels in fillers])
            np.save(path, hashes)
            print(f"  {path.name}", flush=True)
        return np.load(path).reshape(-1, HASH_BYTES)


def _without_twins(pictures: list[Pixels], known: list[Pixels]) -> list[Pixels]:
    """Leave out what a data set holds twice, also mirrored: told by grey levels, not by what is measured."""
    plain = np.stack([_levels(pixels) for pixels in known])
    mirrored = np.stack([_levels(pixels[:, ::-1]) for pixels in known])
    kept = []
    for pixels in pictures:
        levels = _levels(pixels)
        if max((plain @ levels).max(), (mirrored @ levels).max()) < _TWIN:
            kept.append(pixels)
    print(f"{len(pictures) - len(kept)} of {len(pictures)} unseen photos left out: the data hold them twice")
    return kept


def _levels(pixels: Pixels) -> np.ndarray:
    small = cv2.resize(
        cv2.cvtColor(np.ascontiguousarray(pixels), cv2.COLOR_RGB2GRAY), (32, 32), interpolation=cv2.INTER_AREA
    )
    levels = small.astype(np.float64).ravel() - small.mean()
    return levels / (np.linalg.norm(levels) + 1e-9)


def print_reuse(shared: Path | None, cache: Path, size: int) -> None:
    """Print how many copies are found, and how many others are taken for copies.

    Args:
        shared: the research data.
        cache: folder for hashes and results; a run that was broken off goes on from it.
        size: fillers in the index, in steps of 5,000, beside the photos and drawn pictures.

    Raises:
        UsageError: there is no research data.
    """
    if shared is None:
        raise UsageError("Reuse is measured on real photos.\n  Name their folder with --shared.")
    folder = cache / f"reuse-{size}"
    folder.mkdir(parents=True, exist_ok=True)
    index = _Index(shared, cache, size)
    print(f"{len(index):,} pictures in the index (95 % Wilson intervals)")
    for name, change in COPIES.items():
        found, wrong, seconds = _cached(folder / f"copy {name}.json", lambda change=change: _recall(index, change))
        print(f"{name:48} found {_share(*found)}  another named {wrong}  {seconds:.2f} s each", flush=True)
    falsely = [0, 0]
    for name, pictures in _lookalikes(index).items():
        wrong, count = _cached(folder / f"other {name}.json", lambda pictures=pictures: _false(index, pictures()))
        falsely = [falsely[0] + wrong, falsely[1] + count]
        print(f"{name:48} falsely verified {_share(wrong, count)}", flush=True)
    print(f"{'all of these':48} falsely verified {_share(*falsely)}")


def _recall(index: _Index, change: Callable[[Pixels, np.random.Generator], Pixels]) -> list[object]:
    random = np.random.default_rng(_SEED)
    asked = random.permutation(len(index.known))[:_QUERIES]
    found = wrong = 0
    began = time.perf_counter()
    for number in asked.tolist():
        numbers = {copy.number for copy in index.copies(change(index.known[number], random))}
        found += number in numbers
        wrong += bool(numbers - {number})
    return [[found, len(asked)], wrong, (time.perf_counter() - began) / len(asked)]


def _false(index: _Index, pictures: Iterator[Pixels]) -> list[int]:
    verified = [bool(index.copies(pixels)) for pixels in pictures]
    return [sum(verified), len(verified)]


def _lookalikes(index: _Index) -> dict[str, Callable[[], Iterator[Pixels]]]:
    """Pictures that are no copy of any in the index."""
    changes = list(COPIES.values())
    return {
        "unseen photos": lambda: iter(index.unknown),
        "unseen photos, changed": lambda: (
            changes[number % len(changes)](pixels, np.random.default_rng([_SEED, number]))
            for number, pixels in enumerate(index.unknown)
        ),
        "second exposures of known photos": lambda: (
            second_exposure(pixels, np.random.default_rng([_SEED, number])) for number, pixels in enumerate(index.known)
        ),
        "listing pictures, other colour and text": lambda: (
            listing(product, variant) for product in range(_PRODUCTS) for variant in (1, 2)
        ),
    }


def _cached(path: Path, measure: Callable[[], list[object]]) -> list:
    if not path.exists():
        path.write_text(json.dumps(measure()), encoding="utf-8")
    return json.loads(path.read_text(encoding="utf-8"))


def _share(count: int, total: int) -> str:
    interval = binomtest(count, total).proportion_ci(method="wilson")
    return f"{count}/{total} = {count / total:.3f} [{interval.low:.3f}, {interval.high:.3f}]"

"""Figures of reuse: copies found in a large index, and pictures that only look alike taken for copies.

Of the photos in the index every second one was looked at when the thresholds were chosen; only the others are asked
for here.
"""

from __future__ import annotations

import json
import resource
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

_CHUNK, _QUERIES, _SEED = 5_000, 80, 0
_PRODUCTS = range(1_000, 1_100)
_TWIN = 0.95
"""Correlation of grey levels from which two photos are one."""


class _Photos:
    """The photos: ``known`` ones are in the index, fillers are made of ``sources``, ``unknown`` ones are nowhere."""

    def __init__(self, shared: Path) -> None:
        paths = [path for kind in ("real", "ai") for path in sorted((shared / "data/images" / kind).rglob("*.*"))]
        self.known, self.sources, unknown = ([read(path) for path in paths[part::3]] for part in range(3))
        self.asked = range(1, len(self.known), 2)
        self.unknown = _without_twins(unknown, self.known)
        self.views = [View.of(pixels) for pixels in self.known]


class _Index:
    """An index whose fillers are kept as hashes; what they are compared by is drawn again when it is asked for.

    Args:
        first: what comes before the fillers.
        sources: what the fillers are made of.
        size: how many there are.
        cache: where their hashes are kept.
    """

    def __init__(self, first: list[View], sources: list[Pixels], size: int, cache: Path) -> None:
        self._sources = sources
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
        size: fillers in the index, in steps of 5,000, beside the photos.

    Raises:
        UsageError: there is no research data.
    """
    if shared is None:
        raise UsageError("Reuse is measured on real photos.\n  Name their folder with --shared.")
    folder = cache / f"reuse-{size}"
    folder.mkdir(parents=True, exist_ok=True)
    began = time.perf_counter()
    photos = _Photos(shared)
    _print_lookalikes(photos, cache, folder)
    index = _Index(photos.views, photos.sources, size, cache)
    print(f"{len(index):,} pictures in the index (95 % Wilson intervals)")
    for name, pictures in _strangers(photos).items():
        _print_false(name, _cached(folder / f"other {name}.json", lambda asked=pictures: _false(index, asked())))
    for name, change in COPIES.items():
        path = folder / f"copy {name}.json"
        found, strong, wrong, seconds = _cached(path, lambda change=change: _recall(index, photos, change))
        print(f"{name:48} found {_share(*found)}  strong {strong}  another named {wrong}  {seconds:.2f} s", flush=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{time.perf_counter() - began:.0f} s in all, {peak:.0f} MB at most, photos included")


def _print_lookalikes(photos: _Photos, cache: Path, folder: Path) -> None:
    """Look-alikes among what they look like: fillers would only hide it from them."""
    listed = [View.of(listing(product, 0, 0)) for product in _PRODUCTS]
    index = _Index([*photos.views, *listed], photos.sources, 0, cache)
    print(f"{len(index):,} pictures that others look like")
    for name, pictures in _lookalikes(photos).items():
        _print_false(name, _cached(folder / f"other {name}.json", lambda asked=pictures: _false(index, asked())))


def _print_false(name: str, counts: list[int]) -> None:
    wrong, strong, asked = counts
    print(f"{name:48} falsely verified {_share(wrong, asked)}  strong {strong}", flush=True)


def _recall(index: _Index, photos: _Photos, change: Callable[[Pixels, np.random.Generator], Pixels]) -> list[object]:
    random = np.random.default_rng(_SEED)
    asked = random.permutation(photos.asked)[:_QUERIES].tolist()
    found = strong = wrong = 0
    began = time.perf_counter()
    for number in asked:
        copies = {copy.number: copy.doubt for copy in index.copies(change(photos.known[number], random))}
        found += number in copies
        strong += number in copies and copies[number] is None
        wrong += bool(copies.keys() - {number})
    return [[found, len(asked)], strong, wrong, (time.perf_counter() - began) / len(asked)]


def _false(index: _Index, pictures: Iterator[Pixels]) -> list[int]:
    found = [index.copies(pixels) for pixels in pictures]
    strong = [any(copy.doubt is None for copy in copies) for copies in found]
    return [sum(map(bool, found)), sum(strong), len(found)]


def _strangers(photos: _Photos) -> dict[str, Callable[[], Iterator[Pixels]]]:
    """Pictures that look like none in the index."""
    changes = list(COPIES.values())
    return {
        "unseen photos": lambda: iter(photos.unknown),
        "unseen photos, changed": lambda: (
            changes[number % len(changes)](pixels, np.random.default_rng([_SEED, number]))
            for number, pixels in enumerate(photos.unknown)
        ),
    }


def _lookalikes(photos: _Photos) -> dict[str, Callable[[], Iterator[Pixels]]]:
    """Pictures that look like one in the index and are no copy of it."""
    exposures = {
        f"second exposures, parallax {parallax:g} px": lambda parallax=parallax: (
            second_exposure(photos.known[number], np.random.default_rng([_SEED, number]), parallax)
            for number in photos.asked
        )
        for parallax in (4.0, 2.0, 1.0)
    }
    variants = {"text": [(0, 1), (0, 2)], "colour": [(1, 0), (2, 0)], "colour and text": [(1, 1), (2, 2)]}
    return exposures | {
        f"listing pictures, other {what}": lambda looks=looks: (
            listing(product, *look) for product in _PRODUCTS for look in looks
        )
        for what, looks in variants.items()
    }


def _cached(path: Path, measure: Callable[[], list[object]]) -> list:
    if not path.exists():
        path.write_text(json.dumps(measure()), encoding="utf-8")
    return json.loads(path.read_text(encoding="utf-8"))


def _share(count: int, total: int) -> str:
    interval = binomtest(count, total).proportion_ci(method="wilson")
    return f"{count}/{total} = {count / total:.3f} [{interval.low:.3f}, {interval.high:.3f}]"

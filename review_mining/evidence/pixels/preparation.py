"""Everything a detector learns from, made once and kept in the working folder: autoencoders, pairs, features.

What is there already is read instead, so an interrupted run goes on where it stopped. Names carry a digest of the
settings that the content depends on.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from review_mining.evidence.pixels.alignment import make_pair
from review_mining.evidence.pixels.autoencoder import Autoencoder, trained
from review_mining.evidence.pixels.degrade import draw_degradation
from review_mining.evidence.pixels.detector import CROPS_PER_AXIS
from review_mining.evidence.pixels.features import CropFeatures
from review_mining.evidence.pixels.photos import Photo, read_photos, split
from review_mining.evidence.pixels.samples import GENUINE, Sample, Samples, measure, together
from review_mining.evidence.pixels.training_config import PixelsTrainConfig

PAIR_CROPS = 2
"""Crops along each axis of a member of a pair; pictures that are judged have ``CROPS_PER_AXIS``."""

_WITHOUT_EFFECT = {"version", "work", "pairs", "trees", "penalty", "resamples", "false_alarm_rate", "confidence"}
"""Settings on which no stored table depends."""

_REVISION = 1
"""Goes up when the code changes what the same settings make."""

Say = Callable[[str], None]


@dataclass(frozen=True, eq=False)
class Prepared:
    """The tables of a training run.

    Attributes:
        learnt: pairs of photos and twins.
        calibration: photos that nothing is learnt from, once each, degraded like everything else.
        generated: pictures of generators that nothing was learnt from, degraded likewise.
    """

    learnt: Samples
    calibration: Samples
    generated: Samples


def prepare(config: PixelsTrainConfig, shared: Path, features: CropFeatures, say: Say) -> Prepared:
    """Make or read the tables.

    Args:
        config: the settings.
        shared: folder of the research data.
        features: of crops.
        say: told what is made.

    Raises:
        InputError: a folder of pictures is empty.
    """
    photos = read_photos(shared / config.real, features.side)
    learnt, calibrating = split(photos, config.calibration_share, config.seed)
    makers = _autoencoders(config, learnt, say)
    store = _Store(config, features, say)
    smallest = features.side
    return Prepared(
        together([store.pairs("learnt", learnt, number, makers) for number in range(config.pairs)]),
        store.degraded("calibration", calibrating, smallest),
        store.degraded("generated", read_photos(shared / config.generated, smallest), smallest),
    )


def generator_of(seed: int, *names: object) -> np.random.Generator:
    """A source of chance that depends on names alone, whatever was drawn before."""
    digest = hashlib.sha256("\x00".join(str(name) for name in (seed, *names)).encode()).digest()
    return np.random.default_rng(np.frombuffer(digest, dtype=np.uint32))


def _autoencoders(config: PixelsTrainConfig, photos: Sequence[Photo], say: Say) -> list[Autoencoder]:
    made, split_by = [], (config.real, config.calibration_share, config.seed)
    for one in config.autoencoders:
        path = config.work / "autoencoders" / f"{one.name}-{_digest(one.model_dump_json(), *split_by)}.safetensors"
        if not path.exists():
            say(f"training autoencoder {one.name} ({one.steps} steps)")
        made.append(trained(one, photos, config.seed, path))
    return made


class _Store:
    def __init__(self, config: PixelsTrainConfig, features: CropFeatures, say: Say) -> None:
        self._config, self._features, self._say = config, features, say
        used = config.model_dump_json(exclude=_WITHOUT_EFFECT)
        self._folder = config.work / f"features-{_digest(used, features.method, _REVISION)}"
        self._folder.mkdir(parents=True, exist_ok=True)

    def pairs(self, title: str, photos: Sequence[Photo], number: int, makers: Sequence[Autoencoder]) -> Samples:
        """One pair of every photo; tables of other numbers hold further ones."""

        def members(of: Sequence[Photo]) -> Iterator[Sample]:
            for photo in of:
                generator = generator_of(self._config.seed, title, photo.name, number)
                # Every photo meets the makers in turn, each photo beginning with another.
                first = int(generator_of(self._config.seed, photo.name).integers(len(makers)))
                maker = makers[(first + number) % len(makers)]
                pair = make_pair(photo, maker, self._features.side, generator)
                yield Sample(photo.name, photo.source, GENUINE, pair.photo)
                yield Sample(photo.name, photo.source, maker.config.name, pair.twin)

        return self._by_source(f"{title}-{number}", photos, members, PAIR_CROPS)

    def degraded(self, title: str, photos: Sequence[Photo], smallest: int) -> Samples:
        """Tables of pictures degraded once, one file per source."""

        def pictures(of: Sequence[Photo]) -> Iterator[Sample]:
            maker = GENUINE if title == "calibration" else title
            for photo in of:
                degradation = draw_degradation(generator_of(self._config.seed, title, photo.name))
                data = degradation.apply(photo.image(), smallest)
                yield Sample(photo.name, photo.source, maker, data)

        return self._by_source(title, photos, pictures, CROPS_PER_AXIS)

    def _by_source(
        self, title: str, photos: Sequence[Photo], make: Callable[[Sequence[Photo]], Iterator[Sample]], per_axis: int
    ) -> Samples:
        parts = []
        for source in sorted({photo.source for photo in photos}):
            path = self._folder / f"{title}-{source}.npz"
            if not path.exists():
                self._say(f"{title}: {source}")
                measure(make([photo for photo in photos if photo.source == source]), self._features, per_axis).save(
                    path
                )
            parts.append(Samples.load(path))
        return together(parts)


def _digest(*parts: object) -> str:
    return hashlib.sha256(json.dumps([str(part) for part in parts]).encode()).hexdigest()[:12]

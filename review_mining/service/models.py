"""The models in use, loaded once, and their exchange while requests are answered."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from review_mining.aspects import AspectTagger
from review_mining.errors import ModelError, ReviewMiningError
from review_mining.service.analysis import analyze
from review_mining.service.batching import Batcher
from review_mining.service.config import ServiceConfig
from review_mining.service.metrics import Metrics
from review_mining.service.schemas import Review
from review_mining.themes import ThemeModel

_PROBE = Review(review_id="probe", text="拉链用了三天就坏了，客服态度很好", follow_up=None)


@dataclass(frozen=True, eq=False)
class Themes:
    """A fitted theme model.

    Attributes:
        model: recognises complaints.
        version: digest of its files.
        names: theme id → name.
    """

    model: ThemeModel
    version: str
    names: dict[str, str]

    @classmethod
    def load(cls, directory: Path) -> Themes:
        """Read a saved theme model.

        Raises:
            ModelError: a file is missing or damaged.
            ConfigError: its edits ask for what cannot be done.
        """
        model = ThemeModel.load(directory)
        digest = hashlib.sha256()
        for path in sorted(directory.iterdir()):
            digest.update(path.read_bytes() if path.is_file() else b"")
        names = dict(zip(*(model.themes.column(name).to_pylist() for name in ("theme_id", "name")), strict=True))
        return cls(model, f"themes-{digest.hexdigest()[:12]}", names)


@dataclass(frozen=True, eq=False)
class Loaded:
    """Models as they come from disk.

    Attributes:
        tagger: the aspect model.
        themes: the theme model, None where the service has none.
    """

    tagger: AspectTagger
    themes: Themes | None

    @classmethod
    def load(cls, model: str | Path | None, themes: Path | None) -> Loaded:
        """Read models, and see that they can be used.

        Args:
            model: as ``AspectTagger.from_pretrained`` takes it.
            themes: directory of a theme model.

        Raises:
            ModelError: a model cannot be used.
        """
        tagger = AspectTagger.from_pretrained(model)
        try:
            analyze(tagger, [_PROBE])
        except Exception as error:  # a damaged network may fail in any way, and only when it is run
            raise ModelError(f"{model or 'the bundled model'}: cannot tag a review: {error}") from error
        return cls(tagger, Themes.load(themes) if themes else None)


class Generation:
    """Models of one version with the queues in front of them.

    Args:
        loaded: the models.
        config: sizes of the queues.
        metrics: where batches are counted.
    """

    def __init__(self, loaded: Loaded, config: ServiceConfig, metrics: Metrics) -> None:
        self.tagger, self.themes = loaded.tagger, loaded.themes
        self._metrics = metrics
        own = config.reviews
        self.reviews: Batcher[Review, str] = Batcher(
            self._analyze, max_batch=own.batch, max_waiting=own.waiting, workers=own.workers
        )
        self.complaints: Batcher[pa.Table, pa.Array] = Batcher(
            self._assign, max_batch=1, max_waiting=config.themes.waiting, workers=1
        )

    @property
    def versions(self) -> dict[str, str]:
        """Name of each model → its version."""
        known = {"model": self.tagger.version}
        return {**known, "themes": self.themes.version} if self.themes else known

    async def close(self) -> None:
        """Finish what was accepted, then give the models up."""
        await asyncio.gather(self.reviews.close(), self.complaints.close())

    def _analyze(self, reviews: Sequence[Review]) -> list[str]:
        self._metrics.batch.observe(len(reviews))
        self._metrics.reviews.inc(len(reviews))
        return analyze(self.tagger, reviews)

    def _assign(self, tables: Sequence[pa.Table]) -> list[pa.Array]:
        if self.themes is None:
            raise ModelError("This service has no themes.")
        return [self.themes.model.assign(table) for table in tables]


class Models:
    """Which generation answers now.

    Args:
        load: reads the models from disk; called again for each exchange.
        config: the settings.
        metrics: where exchanges are counted.

    Raises:
        ModelError: a model cannot be used.
    """

    def __init__(self, load: Callable[[], Loaded], config: ServiceConfig, metrics: Metrics) -> None:
        self._load, self._config, self._metrics = load, config, metrics
        self._current = Generation(load(), config, metrics)
        self._leaving: set[asyncio.Task[None]] = set()
        self._exchange = asyncio.Lock()

    @property
    def current(self) -> Generation:
        """Answers requests that begin now."""
        return self._current

    async def reload(self) -> dict[str, str]:
        """Load the models anew; requests that were accepted are finished by those before.

        Returns:
            The versions in use now.

        Raises:
            ReviewMiningError: what is on disk cannot be used; the models before stay in use.
        """
        async with self._exchange:
            try:
                loaded = await asyncio.to_thread(self._load)
            except ReviewMiningError:
                self._metrics.reloads.labels("failed").inc()
                raise
            before, self._current = self._current, Generation(loaded, self._config, self._metrics)
            self._metrics.reloads.labels("done").inc()
            leaving = asyncio.create_task(before.close())
            self._leaving.add(leaving)
            leaving.add_done_callback(self._leaving.discard)
            return self._current.versions

    async def close(self) -> None:
        """Finish what every generation has accepted."""
        await asyncio.gather(self._current.close(), *self._leaving)

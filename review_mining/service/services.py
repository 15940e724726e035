"""The finished parts that the application is built from."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from review_mining.service.batching import Batcher
from review_mining.service.config import ServiceConfig
from review_mining.service.judging import Judge, Judged, Submitted
from review_mining.service.metrics import Metrics
from review_mining.service.models import Loaded, Models
from review_mining.service.runner import JobRunner
from review_mining.service.store import RateLimiter, Store

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)


@dataclass(frozen=True, eq=False, kw_only=True)
class Services:
    """Everything that routes use.

    Attributes:
        config: the settings.
        store: what is kept.
        limiter: how often keys may call.
        models: tag reviews and assign themes.
        judge: judges cases.
        cases: the queue in front of it.
        runner: works on jobs.
        metrics: figures.
    """

    config: ServiceConfig
    store: Store
    limiter: RateLimiter
    models: Models
    judge: Judge
    cases: Batcher[Submitted, Judged]
    runner: JobRunner
    metrics: Metrics

    @classmethod
    def open(
        cls,
        data: Path,
        config: ServiceConfig,
        *,
        database: str | None = None,
        model: str | None = None,
        themes: Path | None = None,
        evidence: Path | None = None,
        listings: Path | None = None,
    ) -> Services:
        """Load models and open the store.

        Args:
            data: the service's data folder.
            config: the settings.
            database: URL of a PostgreSQL database; None for the SQLite file in ``data``.
            model: aspect model; None for the bundled one.
            themes: directory of a theme model; None for a service without themes.
            evidence: settings of evidence; None for the default ``configs/evidence.yaml``.
            listings: folder with a folder of listing pictures per shop; None for none.

        Raises:
            ReviewMiningError: a model, the store or a setting cannot be used.
        """
        metrics = Metrics()
        models = Models(partial(Loaded.load, model, themes), config, metrics)
        store = Store.in_directory(data, database, silence=config.jobs.silence_s)
        judge = Judge(data, store, metrics, evidence, listings)
        services = cls(
            config=config,
            store=store,
            limiter=RateLimiter(store.clock),
            models=models,
            judge=judge,
            cases=Batcher(judge.judge_all, max_batch=1, max_waiting=config.evidence.waiting, workers=1),
            runner=JobRunner(store, _report_arguments(model, themes), config.jobs, metrics),
            metrics=metrics,
        )
        metrics.watch("reviews_waiting", "Reviews that wait.", lambda: models.current.reviews.waiting)
        metrics.watch("cases_waiting", "Cases that wait.", lambda: services.cases.waiting)
        return services

    async def close(self) -> None:
        """Finish what was accepted, put jobs back, and close the store."""
        await asyncio.gather(self.models.close(), self.cases.close(), asyncio.to_thread(self.runner.stop))
        self.store.close()


def _report_arguments(model: str | None, themes: Path | None) -> Sequence[str]:
    return [*(("--model", model) if model else ()), *(("--themes", str(themes)) if themes else ())]

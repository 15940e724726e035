"""Figures for Prometheus; their labels are routes and outcomes, never what a request says."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_ROWS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1000)


class Metrics:
    """The service's counters, one registry per application."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "review_mining_requests", "Requests answered.", ("method", "route", "status"), registry=self.registry
        )
        self.seconds = Histogram(
            "review_mining_request_seconds",
            "Time until the answer was sent.",
            ("method", "route"),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.batch = Histogram(
            "review_mining_batch_reviews", "Reviews of a batch.", buckets=_ROWS, registry=self.registry
        )
        self.reviews = Counter("review_mining_reviews", "Reviews tagged.", registry=self.registry)
        self.outcomes = Counter("review_mining_cases", "Cases judged.", ("outcome",), registry=self.registry)
        self.reloads = Counter(
            "review_mining_reloads", "Attempts to load models anew.", ("result",), registry=self.registry
        )
        self.jobs = Counter("review_mining_jobs", "Jobs that ended.", ("state",), registry=self.registry)

    def watch(self, name: str, meaning: str, value: Callable[[], float]) -> None:
        """Show a value that is asked for whenever the figures are."""
        Gauge(f"review_mining_{name}", meaning, registry=self.registry).set_function(value)

    def text(self) -> bytes:
        """All figures in Prometheus' text format."""
        return generate_latest(self.registry)

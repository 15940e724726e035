"""A running service on a free port of this machine, with real models and a real store."""

import asyncio
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
import pytest
import uvicorn

from review_mining.aspects import AspectTagger
from review_mining.aspects.tagger import load_reader
from review_mining.service.app import create_app
from review_mining.service.config import ServiceConfig
from review_mining.service.models import Loaded, Models
from review_mining.service.server import make_server
from review_mining.service.services import Services

on_each_database = pytest.mark.parametrize(
    "live", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
)
"""For tests of what the store does; those of pages and words run on SQLite only."""


class _Announcing(uvicorn.Server):
    """Says when it listens."""

    ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


@dataclass(frozen=True)
class Live:
    """A running service."""

    address: str
    port: int
    services: Services
    server: uvicorn.Server
    thread: threading.Thread

    def key(self, *scopes: str, shop: str = "demo", per_minute: int = 1_000_000) -> str:
        return self.services.store.keys.create(shop, scopes or ("admin",), per_minute=per_minute)

    def headers(self, *scopes: str, shop: str = "demo") -> dict[str, str]:
        return {"X-API-Key": self.key(*scopes, shop=shop)}


class HeldTagger(AspectTagger):
    """The bundled tagger, which begins only when it is let go: the order of events is then the test's."""

    def __init__(self) -> None:
        super().__init__(load_reader())
        self.begun, self.let_go = threading.Event(), threading.Event()

    def tag(
        self, texts: Sequence[str], *, review_ids: Sequence[str] | None = None, field: str = "text"
    ) -> tuple[pa.Table, pa.Table]:
        self.begun.set()
        assert self.let_go.wait(120)
        return super().tag(texts, review_ids=review_ids, field=field)


@contextmanager
def running(
    data: Path,
    config: ServiceConfig | None = None,
    *,
    themes: Path | None = None,
    model: str | None = None,
    tagger: AspectTagger | None = None,
    database: str | None = None,
) -> Iterator[Live]:
    """Start a service, and stop it in good order."""
    services = Services.open(data, config or ServiceConfig(), database=database, themes=themes, model=model)
    if tagger is not None:
        models = Models(lambda: Loaded(tagger, None), services.config, services.metrics)
        services = replace(services, models=models)
    app = create_app(services)
    server = _Announcing(make_server(app, services).config)
    server.ready = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        thread = threading.Thread(target=lambda: asyncio.run(server.serve([listening])))
        thread.start()
        try:
            assert server.ready.wait(60)
            yield Live(f"http://127.0.0.1:{port}", port, services, server, thread)
        finally:
            server.should_exit = True
            thread.join(60)
            assert not thread.is_alive()

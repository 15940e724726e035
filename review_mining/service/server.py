"""Running the application: the server, its signals, and how it ends."""

from __future__ import annotations

import asyncio
import logging
import math
import signal
import socket
from collections.abc import Sequence

import uvicorn
from fastapi import FastAPI

from review_mining.errors import ReviewMiningError
from review_mining.service.connection import protocol
from review_mining.service.services import Services

_log = logging.getLogger("review_mining.service")


def make_server(app: FastAPI, services: Services, *, host: str = "127.0.0.1", port: int = 0) -> uvicorn.Server:
    """A server of one process; its threads share the models' memory.

    Args:
        app: the application.
        services: for the time limits.
        host: address to listen on.
        port: port to listen on.
    """
    config = services.config
    return uvicorn.Server(
        uvicorn.Config(
            app,
            host=host,
            port=port,
            http=protocol(config.limits.body_s),
            ws="none",
            access_log=False,
            log_config=None,
            server_header=False,
            proxy_headers=False,
            lifespan="on",
            timeout_graceful_shutdown=math.ceil(config.shutdown_s),
        )
    )


def serve(server: uvicorn.Server, services: Services, sockets: Sequence[socket.socket] | None = None) -> None:
    """Serve until SIGTERM or SIGINT, then finish what was accepted; SIGHUP loads the models anew.

    Args:
        server: from ``make_server``.
        services: whose models SIGHUP loads.
        sockets: to listen on, instead of the server's own.
    """

    async def main() -> None:
        reloads: set[asyncio.Task[None]] = set()

        def reload() -> None:
            task = asyncio.create_task(_reload(services))
            reloads.add(task)
            task.add_done_callback(reloads.discard)

        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, reload)
        await server.serve(list(sockets) if sockets else None)

    try:
        asyncio.run(main())
    except KeyboardInterrupt:
        # uvicorn raises the signal again after it has stopped in good order.
        _log.info("stopped")


async def _reload(services: Services) -> None:
    try:
        _log.info("models loaded anew: %s", await services.models.reload())
    except ReviewMiningError as error:
        _log.error("the models stay as they are: %s", error)

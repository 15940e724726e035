"""The FastAPI application: routes, and what stands in front of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from review_mining.service import openapi, problems
from review_mining.service.access import AccessMiddleware
from review_mining.service.desk.app import create_desk
from review_mining.service.desk.sessions import PATH
from review_mining.service.limits import LimitsMiddleware
from review_mining.service.observation import ObservationMiddleware
from review_mining.service.routes import cases, evidence, feedback, health, reports, reviews, themes
from review_mining.service.services import Services


def create_app(services: Services) -> FastAPI:
    """Build the application from finished parts; it closes them when it shuts down.

    Args:
        services: models, store, queues and settings.
    """

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        services.runner.start()
        try:
            yield
        finally:
            await services.close()

    # No pages of its own: they load scripts from elsewhere.
    app = FastAPI(title="review_mining", version="1", lifespan=lifespan, docs_url=None, redoc_url=None)
    app.state.services = services
    for part in (reviews, themes, evidence, reports, feedback, cases, health):
        app.include_router(part.router)
    app.mount(PATH, create_desk(services))
    problems.install(app)
    # Added last, met first.
    app.add_middleware(AccessMiddleware, store=services.store, limiter=services.limiter)
    app.add_middleware(LimitsMiddleware, limits=services.config.limits)
    app.add_middleware(ObservationMiddleware, metrics=services.metrics)
    app.openapi = lambda: openapi.document(app)  # type: ignore[method-assign]
    return app

"""Writes that happen once per idempotency key, off the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from review_mining.service.store import ShopStore

Act = Callable[[ShopStore], Mapping[str, object]]


async def known_answer(shop: ShopStore, key: str | None, route: str, digest: str) -> Mapping[str, object] | None:
    """The answer that a key was given before.

    Args:
        shop: whose key it is.
        key: the idempotency key, if there is one.
        route: what is called.
        digest: of the request.

    Raises:
        ConflictError: the key came with another request.
    """
    return await asyncio.to_thread(shop.answers.find, key, route, digest) if key else None


async def written(shop: ShopStore, key: str | None, route: str, digest: str, act: Act) -> Mapping[str, object]:
    """Make a change, once where there is a key; it is on disk when this returns.

    Args:
        shop: whose change it is.
        key: the idempotency key, if there is one.
        route: what is called.
        digest: of the request.
        act: makes the change and gives the answer.

    Raises:
        ConflictError: the key came with another request.
    """
    if key:
        return await asyncio.to_thread(shop.answers.once, key, route, digest, act)
    return await asyncio.to_thread(_in_one, shop, act)


def _in_one(shop: ShopStore, act: Act) -> Mapping[str, object]:
    with shop.transaction() as together:
        return act(together)

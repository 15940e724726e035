"""Everything that one shop can do with the store. No method takes a shop: it is the store's that was asked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from review_mining.service.store.cases import Cases
from review_mining.service.store.decisions import Decisions
from review_mining.service.store.feedback import FeedbackBox
from review_mining.service.store.idempotency import Answers
from review_mining.service.store.jobs import Jobs
from review_mining.service.store.packs import Packs
from review_mining.service.store.reuse_pool import ReusePool
from review_mining.service.store.shop_rows import ShopRows


class ShopStore:
    """The store as one shop sees it; made by `Store.for_shop`.

    Args:
        rows: the shop's rows.

    Attributes:
        cases: after-sales cases with pictures and verdicts.
        decisions: clicks on cases.
        feedback: one-click feedback.
        jobs: background jobs.
        answers: writes that happen once per idempotency key.
        packs: evidence packs.
        reuse_pool: hashes of pictures that are shared with other shops, if the shop has joined.
    """

    def __init__(self, rows: ShopRows) -> None:
        self._rows = rows
        self.cases = Cases(rows)
        self.decisions = Decisions(rows)
        self.feedback = FeedbackBox(rows)
        self.jobs = Jobs(rows)
        self.answers = Answers(rows, ShopStore)
        self.packs = Packs(rows)
        self.reuse_pool = ReusePool(rows)

    @property
    def name(self) -> str:
        """The shop."""
        return self._rows.shop

    @contextmanager
    def transaction(self) -> Iterator[ShopStore]:
        """The same store with one transaction for all calls in the block: all are kept at its end, or none."""
        with self._rows.joined() as rows:
            yield ShopStore(rows)

"""Judging the cases that arrive by HTTP, each shop by a classifier and an index of its own (`ShopJudges`).

Statements are compared with those that came since the process began. A shop that has joined the pool of hashes is told
of like pictures of other members, and gives the hashes of its own with the case once that is kept.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from review_mining.errors import InputError
from review_mining.evidence import Corrections, EvidenceClassifier, EvidenceConfig, evidence_document, verdict_record
from review_mining.service.metrics import Metrics
from review_mining.service.schemas import CaseIn
from review_mining.service.shop_judges import ShopJudges, case_of, unusable
from review_mining.service.store import NewCase, NewPicture, Store

_LEFT_AFTER_S = 86_400


@dataclass(frozen=True)
class Submitted:
    """A case as a shop sent it.

    Attributes:
        shop: whose it is.
        case: without its pictures.
        folder: where the pictures' original bytes lie, below the data folder, so that waiting cases take no memory.
        names: of the pictures, in the order of the case; checked to be plain file names.
        corrections: what people decided about the case before.
    """

    shop: str
    case: CaseIn
    folder: Path
    names: tuple[str, ...]
    corrections: Corrections = Corrections()

    def digest(self) -> str:
        """Tells one request from another; the same content has the same digest."""
        hashes = [[name, hashlib.sha256((self.folder / name).read_bytes()).hexdigest()] for name in self.names]
        content = json.dumps([self.case.model_dump(mode="json"), hashes], sort_keys=True)
        return hashlib.sha256(content.encode("utf-8", "replace")).hexdigest()

    def stored(self) -> NewCase:
        """The case for the store."""
        return NewCase(
            case_id=self.case.case_id,
            statement=self.case.statement,
            order=self.case.order.model_dump(mode="json", exclude_none=True),
            buyer_id=self.case.buyer_id,
            pictures=self.pictures(self.names),
        )

    def pictures(self, names: Sequence[str]) -> tuple[NewPicture, ...]:
        """Some of its pictures for the store."""
        return tuple(NewPicture(name, (self.folder / name).read_bytes()) for name in names)


@dataclass(frozen=True)
class Judged:
    """A verdict as it is answered, and, in ``record``, as it is kept for pages and packs; hashes that the pool gets."""

    document: Mapping[str, Any]
    record: str
    outcome: str
    urgency: float
    versions: Mapping[str, str]
    shared: tuple[bytes, ...] = ()


class Judge:
    """Judges submitted cases, one after another in one thread.

    Args:
        data: the service's data folder, below which all pictures lie.
        store: holds the shops' earlier cases.
        metrics: where outcomes are counted.
        settings: of evidence; None for the default ``configs/evidence.yaml``.
        listings: folder with one folder per shop, named as the shop, of its own listing pictures; None for none.

    Raises:
        ReviewMiningError: the settings or the model of statements cannot be used.
    """

    def __init__(
        self, data: Path, store: Store, metrics: Metrics, settings: Path | None = None, listings: Path | None = None
    ) -> None:
        self._data, self._metrics = data, metrics
        self.incoming.mkdir(mode=0o700, exist_ok=True)
        self._remove_leftovers()
        self._classifier = EvidenceClassifier.from_config(settings)
        self._shops = ShopJudges(data, store, self._classifier, listings)
        content = self._classifier.config.model_dump_json().encode()
        self.versions = {
            "statements": self._classifier.reader.method,
            "evidence_settings": hashlib.sha256(content).hexdigest()[:12],
        }

    @property
    def config(self) -> EvidenceConfig:
        """The settings that cases are judged by."""
        return self._classifier.config

    @property
    def incoming(self) -> Path:
        """Where pictures of cases lie until they are judged."""
        return self._data / "judging"

    def judge_all(self, submitted: Sequence[Submitted]) -> list[Judged]:
        """Judge cases in the order in which they came."""
        return [self.judge(one) for one in submitted]

    def judge(self, submitted: Submitted) -> Judged:
        """Judge a case and remember its pictures for the shop's later ones.

        Raises:
            StoreUnavailableError: the shop's index, or the store, cannot be used now.
        """
        shop = self._shops.of(submitted.shop)
        shop.pool.look_anew()
        place = submitted.folder.relative_to(self._data)
        case = case_of(submitted.case.model_dump(), [f"{place}/{name}" for name in submitted.names])
        shop.classifier.corrections = submitted.corrections
        try:
            verdict = shop.classifier.judge(case)
            shop.index.commit()
        except InputError as error:
            self._shops.let_go(submitted.shop)
            raise unusable(error) from error
        self._metrics.outcomes.labels(verdict.outcome).inc()
        classifier = shop.classifier
        document = evidence_document([verdict], classifier.config, classifier.reader.method)["cases"][0]
        # Signs may name pictures, too; where they lay is nobody's business.
        document = json.loads(json.dumps(document).replace(f"{place}/", ""))
        record = verdict_record(verdict).replace(f"{place}/", "")
        return Judged(
            {**document, "versions": self.versions},
            record,
            verdict.outcome,
            verdict.urgency,
            self.versions,
            shop.pool.shown,
        )

    def _remove_leftovers(self) -> None:
        """What processes that were killed have left behind; a case that is waiting is younger."""
        for folder in self.incoming.iterdir():
            if folder.stat().st_mtime < time.time() - _LEFT_AFTER_S:
                shutil.rmtree(folder, ignore_errors=True)

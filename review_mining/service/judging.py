"""Judging the cases that arrive by HTTP, each shop against its own earlier pictures."""

from __future__ import annotations

import hashlib
import json
import logging
import threading
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from review_mining.errors import InputError
from review_mining.evidence import Case, EvidenceClassifier, PictureIndex, evidence_document
from review_mining.service.metrics import Metrics
from review_mining.service.schemas import CaseIn
from review_mining.service.store import NewCase, NewPicture, StoreUnavailableError

_SHOP_DIGITS = 32
_log = logging.getLogger("review_mining.service")


@dataclass(frozen=True)
class Submitted:
    """A case as a shop sent it.

    Attributes:
        shop: whose it is.
        case: without its pictures.
        folder: where the pictures' original bytes lie, so that waiting cases take no memory.
        names: of the pictures, in the order of the case; checked to be plain file names.
    """

    shop: str
    case: CaseIn
    folder: Path
    names: tuple[str, ...]

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
            pictures=tuple(NewPicture(name, (self.folder / name).read_bytes()) for name in self.names),
        )

    def judged(self) -> Case:
        """The case for the classifier."""
        return Case.model_validate(
            {
                "case_id": self.case.case_id,
                "statement": self.case.statement,
                "images": self.names,
                "order": self.case.order.model_dump(),
                "buyer": self.case.buyer_id,
            }
        )


@dataclass(frozen=True)
class Judged:
    """A verdict as it is answered and kept."""

    document: Mapping[str, Any]
    outcome: str
    urgency: float
    versions: Mapping[str, str]


class Judge:
    """Judges submitted cases. One classifier serves all shops; each shop has an index of pictures of its own.

    Args:
        classifier: as ``EvidenceClassifier.from_config`` makes it.
        indexes: folder of the shops' indexes, made if it does not exist.
        metrics: where outcomes are counted.
    """

    def __init__(self, classifier: EvidenceClassifier, indexes: Path, metrics: Metrics) -> None:
        self._classifier, self._indexes, self._metrics = classifier, indexes, metrics
        indexes.mkdir(parents=True, exist_ok=True)
        settings = classifier.config.model_dump_json().encode()
        self.versions = {
            "statements": classifier.reader.method,
            "evidence_settings": hashlib.sha256(settings).hexdigest()[:12],
        }
        self._one_at_a_time = threading.Lock()

    def judge_all(self, submitted: Sequence[Submitted]) -> list[Judged]:
        """Judge cases in the order in which they came."""
        return [self.judge(one) for one in submitted]

    def judge(self, submitted: Submitted) -> Judged:
        """Judge a case and remember its pictures for the shop's later ones.

        Raises:
            InputError: the case holds what no case may.
            StoreUnavailableError: the shop's index cannot be used now.
        """
        # Two cases of a shop at once would not see each other's pictures.
        with self._one_at_a_time, self._opened(submitted.shop) as index:
            classifier = copy(self._classifier)
            classifier.images, classifier.index = submitted.folder, index
            verdict = classifier.judge(submitted.judged())
            index.commit()
        self._metrics.outcomes.labels(verdict.outcome).inc()
        document = evidence_document([verdict], self._classifier.config, self._classifier.reader.method)["cases"][0]
        return Judged({**document, "versions": self.versions}, verdict.outcome, verdict.urgency, self.versions)

    def _opened(self, shop: str) -> PictureIndex:
        digest = hashlib.sha256(shop.encode("utf-8", "replace")).hexdigest()[:_SHOP_DIGITS]
        try:
            return PictureIndex(self._indexes / f"{digest}.sqlite")
        except InputError as error:
            # Nothing that the caller sent is at fault, and the path is not the caller's to know.
            _log.error("%s", error)
            raise StoreUnavailableError("The index of the shop's pictures cannot be used now.") from error

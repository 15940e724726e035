"""Judging the cases that arrive by HTTP, each shop by a classifier and an index of its own.

An index only repeats what the store holds: where its file is gone, as after a purge, it is made again from the shop's
cases.
"""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from review_mining.errors import InputError
from review_mining.evidence import (
    Case,
    EvidenceClassifier,
    EvidenceConfig,
    PictureIndex,
    evidence_document,
    verdict_record,
)
from review_mining.service.metrics import Metrics
from review_mining.service.schemas import CaseIn
from review_mining.service.store import NewCase, NewPicture, Store, StoredCase, StoreUnavailableError

_SHOP_DIGITS = 32
_SHOPS_AT_HAND = 16
_CASES_AT_ONCE = 500
_LEFT_AFTER_S = 86_400
_log = logging.getLogger("review_mining.service")


@dataclass(frozen=True)
class Submitted:
    """A case as a shop sent it.

    Attributes:
        shop: whose it is.
        case: without its pictures.
        folder: where the pictures' original bytes lie, below the data folder, so that waiting cases take no memory.
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


@dataclass(frozen=True)
class Judged:
    """A verdict as it is answered, and, in ``record``, as it is kept for pages and packs."""

    document: Mapping[str, Any]
    record: str
    outcome: str
    urgency: float
    versions: Mapping[str, str]


@dataclass(frozen=True, eq=False)
class _Shop:
    """What judges the cases of one shop; ``file`` tells its index's file from one that has taken its place."""

    classifier: EvidenceClassifier
    index: PictureIndex
    file: int


class Judge:
    """Judges submitted cases, one after another in one thread.

    Args:
        data: the service's data folder, below which all pictures lie.
        store: holds the shops' earlier cases.
        metrics: where outcomes are counted.

    Raises:
        ReviewMiningError: the settings or the model of statements cannot be used.
    """

    def __init__(self, data: Path, store: Store, metrics: Metrics) -> None:
        self._data, self._store, self._metrics = data, store, metrics
        (data / "reuse").mkdir(mode=0o700, exist_ok=True)
        self.incoming.mkdir(mode=0o700, exist_ok=True)
        self._remove_leftovers()
        self._shops: OrderedDict[str, _Shop] = OrderedDict()
        self._classifier = EvidenceClassifier.from_config()
        settings = self._classifier.config.model_dump_json().encode()
        self.versions = {
            "statements": self._classifier.reader.method,
            "evidence_settings": hashlib.sha256(settings).hexdigest()[:12],
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
            InputError: the case holds what no case may.
            StoreUnavailableError: the shop's index cannot be used now.
        """
        shop = self._shop(submitted.shop)
        place = submitted.folder.relative_to(self._data)
        case = _case(submitted.case.model_dump(), [f"{place}/{name}" for name in submitted.names])
        verdict = shop.classifier.judge(case)
        shop.index.commit()
        self._metrics.outcomes.labels(verdict.outcome).inc()
        classifier = shop.classifier
        document = evidence_document([verdict], classifier.config, classifier.reader.method)["cases"][0]
        # Signs may name pictures, too; where they lay is nobody's business.
        document = json.loads(json.dumps(document).replace(f"{place}/", ""))
        record = verdict_record(verdict).replace(f"{place}/", "")
        return Judged({**document, "versions": self.versions}, record, verdict.outcome, verdict.urgency, self.versions)

    def _remove_leftovers(self) -> None:
        """What processes that were killed have left behind; a case that is waiting is younger."""
        for folder in self.incoming.iterdir():
            if folder.stat().st_mtime < time.time() - _LEFT_AFTER_S:
                shutil.rmtree(folder, ignore_errors=True)

    def _shop(self, name: str) -> _Shop:
        path = (
            self._data
            / "reuse"
            / f"{hashlib.sha256(name.encode('utf-8', 'replace')).hexdigest()[:_SHOP_DIGITS]}.sqlite"
        )
        known = self._shops.pop(name, None)
        if known is None or _file(path) != known.file:
            if known is not None:
                known.index.close()
            known = self._opened(name, path)
        self._shops[name] = known
        if len(self._shops) > _SHOPS_AT_HAND:
            self._shops.popitem(last=False)[1].index.close()
        return known

    def _opened(self, name: str, path: Path) -> _Shop:
        is_new = not path.exists()
        try:
            index = PictureIndex(path)
        except InputError as error:
            # Nothing that the caller sent is at fault, and the path is not the caller's to know.
            _log.error("%s", error)
            raise StoreUnavailableError("The index of the shop's pictures cannot be used now.") from error
        classifier = self._classifier.beside(index, self._data)
        if is_new:
            for case in self._earlier(name):
                classifier.judge(case)
            index.commit()
        return _Shop(classifier, index, _file(path))

    def _earlier(self, name: str) -> list[Case]:
        """The shop's cases in the order in which they came."""
        cases: list[StoredCase] = []
        cursor: str | None = None
        while True:
            page = self._store.for_shop(name).cases.page(cursor=cursor, limit=_CASES_AT_ONCE)
            cases.extend(page.items)
            cursor = page.next_cursor
            if cursor is None:
                break
        cases.sort(key=lambda case: case.received_at)
        return [
            _case(
                {
                    "case_id": one.case_id,
                    "statement": one.statement,
                    "order": dict(one.order),
                    "buyer_id": one.buyer_id,
                },
                [str(picture.path.relative_to(self._data)) for picture in one.pictures],
            )
            for one in cases
        ]


def _case(content: Mapping[str, Any], images: Sequence[str]) -> Case:
    buyer = {"buyer_id": content["buyer_id"]}
    named = {name: content[name] for name in ("case_id", "statement", "order")}
    return Case.model_validate({**named, "buyer": buyer, "images": images})


def _file(path: Path) -> int:
    """Number of the file at a path, 0 for none."""
    try:
        return path.stat().st_ino
    except FileNotFoundError:
        return 0

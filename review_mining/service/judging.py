"""Judging the cases that arrive by HTTP, each shop by a classifier and an index of its own.

An index only repeats what the store holds: where its file is gone, as after a purge, it is made again from the shop's
cases, beside its place, so that one that was cut off is never taken for whole. Statements are compared with those that
came since the process began. A shop that has joined the pool of hashes is told of like pictures of other members, and
gives the hashes of its own with the case once that is kept.
"""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
import time
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from review_mining.errors import InputError
from review_mining.evidence import (
    Case,
    Corrections,
    EvidenceClassifier,
    EvidenceConfig,
    Listings,
    PictureIndex,
    evidence_document,
    verdict_record,
)
from review_mining.service.metrics import Metrics
from review_mining.service.pool_door import PoolDoor
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


@dataclass(frozen=True, eq=False)
class _Shop:
    """What judges the cases of one shop; ``made_of`` tells its index and listing pictures from later ones."""

    classifier: EvidenceClassifier
    index: PictureIndex
    pool: PoolDoor
    made_of: tuple[int, int]


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
        self._data, self._store, self._metrics, self._listings = data, store, metrics, listings
        (data / "reuse").mkdir(mode=0o700, exist_ok=True)
        self.incoming.mkdir(mode=0o700, exist_ok=True)
        self._remove_leftovers()
        self._shops: OrderedDict[str, _Shop] = OrderedDict()
        self._classifier = EvidenceClassifier.from_config(settings)
        self._remembering = EvidenceClassifier(_without_looking(self._classifier.config), self._classifier.reader)
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
        shop = self._shop(submitted.shop)
        shop.pool.look_anew()
        place = submitted.folder.relative_to(self._data)
        case = _case(submitted.case.model_dump(), [f"{place}/{name}" for name in submitted.names])
        shop.classifier.corrections = submitted.corrections
        try:
            verdict = shop.classifier.judge(case)
            shop.index.commit()
        except InputError as error:
            # What was half remembered is forgotten, and the index let go.
            self._shops.pop(submitted.shop).index.close()
            raise _unusable(error) from error
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

    def _shop(self, name: str) -> _Shop:
        path = self._data / "reuse" / f"{_digest(name)}.sqlite"
        listed = self._listed(name)
        known = self._shops.pop(name, None)
        if known is None or known.made_of != (_file(path), _changed(listed)):
            if known is not None:
                known.index.close()
            known = self._opened(name, path, listed)
        self._shops[name] = known
        if len(self._shops) > _SHOPS_AT_HAND:
            self._shops.popitem(last=False)[1].index.close()
        return known

    def _listed(self, name: str) -> Path | None:
        """Folder of the shop's own listing pictures, if it has one."""
        if self._listings is None or Path(name).name != name or name in ("", "..") or "\x00" in name:
            return None
        folder = self._listings / name
        return folder if folder.is_dir() else None

    def _opened(self, name: str, path: Path, listed: Path | None) -> _Shop:
        changed = _changed(listed)
        try:
            listings = None if listed is None else Listings.in_folder(listed, self._classifier.config.limits)
            if not path.exists():
                self._make_index(name, path)
            index = PictureIndex(path)
        except InputError as error:
            raise _unusable(error) from error
        index.commit()
        pool = PoolDoor(self._store.for_shop(name).reuse_pool)
        classifier = self._classifier.beside(index, self._data, listings, pool)
        return _Shop(classifier, index, pool, (_file(path), changed))

    def _make_index(self, name: str, path: Path) -> None:
        """Make a shop's index from its cases, without the costly looks that leave nothing in it."""
        partial = path.with_suffix(".partial")
        for left_over in (partial, partial.with_name(f"{partial.name}-journal")):
            left_over.unlink(missing_ok=True)
        with closing(PictureIndex(partial)) as index:
            classifier = self._remembering.beside(index, self._data)
            for case in self._earlier(name):
                classifier.judge(case)
            index.commit()
        partial.replace(path)

    def _earlier(self, name: str) -> Iterator[Case]:
        """The shop's cases in the order in which they came."""
        cases, cursor = self._store.for_shop(name).cases, None
        while True:
            page = cases.arrived(cursor=cursor, limit=_CASES_AT_ONCE)
            yield from (self._as_judged(one) for one in page.items)
            cursor = page.next_cursor
            if cursor is None:
                return

    def _as_judged(self, one: StoredCase) -> Case:
        content = {
            "case_id": one.case_id,
            "statement": one.statement,
            "order": dict(one.order),
            "buyer_id": one.buyer_id,
        }
        return _case(content, [str(picture.path.relative_to(self._data)) for picture in one.pictures])


def _case(content: Mapping[str, Any], images: Sequence[str]) -> Case:
    buyer = {"buyer_id": content["buyer_id"]}
    named = {name: content[name] for name in ("case_id", "statement", "order")}
    return Case.model_validate({**named, "buyer": buyer, "images": images})


def _without_looking(config: EvidenceConfig) -> EvidenceConfig:
    """Settings under which pictures are remembered, and not looked at."""
    off = {"enabled": False}
    parts = {name: getattr(config, name).model_copy(update=off) for name in ("visible_label", "pixels", "local_edit")}
    return config.model_copy(update=parts)


def _unusable(error: InputError) -> StoreUnavailableError:
    """Nothing that the caller sent is at fault, and the path is not the caller's to know."""
    _log.error("%s", error)
    return StoreUnavailableError("The index of the shop's pictures cannot be used now.")


def _digest(shop: str) -> str:
    return hashlib.sha256(shop.encode("utf-8", "replace")).hexdigest()[:_SHOP_DIGITS]


def _changed(folder: Path | None) -> int:
    """When files were last added to a folder or removed from it, 0 for none."""
    return 0 if folder is None else folder.stat().st_mtime_ns


def _file(path: Path) -> int:
    """Number of the file at a path, 0 for none."""
    try:
        return path.stat().st_ino
    except FileNotFoundError:
        return 0

"""What judges the cases of each shop: a classifier with the shop's own index, listing pictures and door to the pool.

An index only repeats what the store holds: where its file is gone, as after a purge, it is made again from the shop's
cases, beside its place, so that one that was cut off is never taken for whole.
"""

from __future__ import annotations

import hashlib
import logging
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from review_mining.errors import InputError
from review_mining.evidence import Case, EvidenceClassifier, EvidenceConfig, Listings, PictureIndex
from review_mining.service.pool_door import PoolDoor
from review_mining.service.store import Store, StoredCase, StoreUnavailableError

_SHOP_DIGITS = 32
_SHOPS_AT_HAND = 16
_CASES_AT_ONCE = 500
_log = logging.getLogger("review_mining.service")


@dataclass(frozen=True, eq=False)
class ShopJudge:
    """What judges the cases of one shop.

    Attributes:
        classifier: looks in the index, among the listing pictures and through the door.
        index: of the shop's pictures; to be committed after each case.
        pool: to be looked through anew before each case.
        made_of: tells the index and the listing pictures from later ones.
    """

    classifier: EvidenceClassifier
    index: PictureIndex
    pool: PoolDoor
    made_of: tuple[int, int]


class ShopJudges:
    """The shops' judges, those used last at hand.

    Args:
        data: the service's data folder, below which all pictures lie.
        store: holds the shops' earlier cases.
        classifier: has settings and models.
        listings: folder with one folder per shop, named as the shop, of its own listing pictures; None for none.
    """

    def __init__(self, data: Path, store: Store, classifier: EvidenceClassifier, listings: Path | None) -> None:
        self._data, self._store, self._listings = data, store, listings
        (data / "reuse").mkdir(mode=0o700, exist_ok=True)
        self._classifier = classifier
        self._remembering = EvidenceClassifier(_without_looking(classifier.config), classifier.reader)
        self._shops: OrderedDict[str, ShopJudge] = OrderedDict()

    def of(self, name: str) -> ShopJudge:
        """What judges a shop's cases now.

        Raises:
            StoreUnavailableError: the shop's index, or the store, cannot be used now.
        """
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

    def let_go(self, name: str) -> None:
        """Forget what a shop's judge has half remembered."""
        self._shops.pop(name).index.close()

    def _listed(self, name: str) -> Path | None:
        """Folder of the shop's own listing pictures, if it has one."""
        if self._listings is None or Path(name).name != name or name in ("", "..") or "\x00" in name:
            return None
        folder = self._listings / name
        return folder if folder.is_dir() else None

    def _opened(self, name: str, path: Path, listed: Path | None) -> ShopJudge:
        changed = _changed(listed)
        try:
            listings = None if listed is None else Listings.in_folder(listed, self._classifier.config.limits)
            if not path.exists():
                self._make_index(name, path)
            index = PictureIndex(path)
        except InputError as error:
            raise unusable(error) from error
        index.commit()
        pool = PoolDoor(self._store.for_shop(name).reuse_pool)
        classifier = self._classifier.beside(index, self._data, listings, pool)
        return ShopJudge(classifier, index, pool, (_file(path), changed))

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
        return case_of(content, [str(picture.path.relative_to(self._data)) for picture in one.pictures])


def case_of(content: Mapping[str, Any], images: Sequence[str]) -> Case:
    """A case for the classifier.

    Args:
        content: its ``case_id``, ``statement``, ``order`` and ``buyer_id``.
        images: paths of its pictures below the data folder.
    """
    buyer = {"buyer_id": content["buyer_id"]}
    named = {name: content[name] for name in ("case_id", "statement", "order")}
    return Case.model_validate({**named, "buyer": buyer, "images": images})


def _without_looking(config: EvidenceConfig) -> EvidenceConfig:
    """Settings under which pictures are remembered, and not looked at."""
    off = {"enabled": False}
    parts = {name: getattr(config, name).model_copy(update=off) for name in ("visible_label", "pixels", "local_edit")}
    return config.model_copy(update=parts)


def unusable(error: InputError) -> StoreUnavailableError:
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

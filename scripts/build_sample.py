"""Build the bundled sample export ``review_mining/sample/reviews.csv`` from the texts in ``scripts/sample``.

Every row draws from a generator seeded with the sample's seed and the row's own text, so that editing one text changes
one row and not the file. Only ``Generator.random`` is used: its stream is the same in every numpy release.

    python scripts/build_sample.py [-o FILE]
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import yaml

from review_mining.staging import staged_file

SOURCES = Path(__file__).parent / "sample"
OUTPUT = Path(__file__).parents[1] / "review_mining" / "sample" / "reviews.csv"
PRODUCTS = ("bag", "cup", "snack")
EXACT_DUPLICATES = 12

COLUMNS = (
    "评价ID",
    "订单编号",
    "商品ID",
    "商品名称",
    "SKU",
    "生产批次",
    "店铺",
    "渠道",
    "收货地区",
    "快递公司",
    "会员等级",
    "下单时间",
    "评价时间",
    "评分",
    "评价内容",
    "追评内容",
    "追评时间",
    "点赞数",
    "是否有图",
    "商家回复",
)

Item = TypeVar("Item")
Row = dict[str, str]


@dataclass(frozen=True)
class Entry:
    """One review to lay out: its text and what is already settled about it (group defaults below own pins)."""

    product: str
    group: str
    text: str
    pins: Mapping[str, Any]
    occurrence: int = 0


class Draws:
    """Random choices for one row, all made from uniform doubles."""

    def __init__(self, seed: int, text: str, occurrence: int) -> None:
        digest = hashlib.sha1(text.encode(), usedforsecurity=False).digest()
        self._random = np.random.default_rng([seed, int.from_bytes(digest[:8], "big"), occurrence])

    def chance(self, probability: float) -> bool:
        """True with the given probability."""
        return bool(self._random.random() < probability)

    def between(self, low: int, high: int) -> int:
        """An integer from ``low`` to ``high``, both included."""
        return low + int(self._random.random() * (high - low + 1))

    def one_of(self, items: Sequence[Item]) -> Item:
        """Any item, all equally likely."""
        return items[self.between(0, len(items) - 1)]

    def weighted(self, weights: Mapping[Item, float]) -> Item:
        """A key, as likely as its weight."""
        left = self._random.random() * sum(weights.values())
        for item, weight in weights.items():
            left -= weight
            if left < 0:
                return item
        return item


def read_yaml(name: str) -> dict[str, Any]:
    """One of the files beside this script."""
    content: dict[str, Any] = yaml.safe_load((SOURCES / name).read_text(encoding="utf-8"))
    return content


def grouped_entries(product: str) -> Iterator[Entry]:
    """The written reviews of one product, group by group, followed by the near duplicate of each that has one."""
    for group in read_yaml(f"texts_{product}.yaml")["groups"]:
        texts = group["texts"]
        settled = {key: value for key, value in group.items() if key not in ("name", "texts", "per_week")}
        weeks = [week for week, count in group.get("per_week", {}).items() for _ in range(count)]
        if weeks and len(weeks) != len(texts):
            raise SystemExit(
                f"texts_{product}.yaml, {group['name']}: per_week plans {len(weeks)} of {len(texts)} texts."
            )
        for index, written in enumerate(texts):
            own = dict(written) if isinstance(written, dict) else {"text": written}
            if weeks:
                own["weeks"] = [weeks[index], weeks[index]]
            near = own.pop("near", None)
            pins = settled | own
            yield Entry(product, group["name"], own["text"], pins)
            if near is not None:
                yield Entry(product, "near_duplicate", near, pins)


def exact_duplicates(entries: Sequence[Entry]) -> Iterator[Entry]:
    """A second order with the same words, for some of the longer praise."""
    eligible = [entry for entry in entries if entry.group == "praise" and len(entry.text) >= 14]
    eligible.sort(key=lambda entry: hashlib.sha1(entry.text.encode(), usedforsecurity=False).digest())
    for entry in eligible[:EXACT_DUPLICATES]:
        yield Entry(entry.product, "duplicate", entry.text, entry.pins, occurrence=1)


def bare_entries(texts: Mapping[str, Any]) -> Iterator[Entry]:
    """Default texts, filler, emoji and blanks, dealt to the products in turn."""
    for group in ("default", "filler", "emoji", "blank"):
        for index, text in enumerate(texts[group]):
            rating = [1] if text == "💩" else [5]
            yield Entry(PRODUCTS[index % len(PRODUCTS)], group, text, {"rating": rating}, occurrence=index)


def hinted(text: str, hints: Mapping[str, Item]) -> Item | None:
    """What the longest hint found in the text stands for."""
    found = [word for word in hints if word in text]
    return hints[max(found, key=len)] if found else None


class Layout:
    """Turns entries into rows: who bought what, where and when."""

    def __init__(self, plan: Mapping[str, Any], replies: Mapping[str, Sequence[str]]) -> None:
        self._plan = plan
        self._replies = replies

    def row(self, entry: Entry) -> Row:
        """All columns but the two numbers, which follow from the order of the rows."""
        draws = Draws(self._plan["seed"], entry.text, entry.occurrence)
        product = self._plan["products"][entry.product]
        week = self._week(entry, draws)
        used = hinted(entry.text, self._plan["used"]) or draws.between(4, 11)
        created = self._moment(self._plan["first_week"] + timedelta(days=7 * (week - 1) + draws.between(0, 6)), draws)
        ordered = self._moment(created.date() - timedelta(days=used), draws)
        sku = self._sku(entry, product, draws)
        region = self._region(entry, draws)
        rating = hinted(entry.text, self._plan["stars"]) or draws.one_of(entry.pins["rating"])
        likes = draws.between(1, 23) if draws.chance(0.08 if rating > 3 else 0.4) else 0
        pictured = draws.chance(entry.pins.get("has_image", 0.15 if rating > 3 else 0.3) if entry.text.strip() else 0.0)
        follow_up, follow_up_at = self._follow_up(entry, created, draws)
        return {
            "商品ID": product["id"],
            "商品名称": product["name"],
            "SKU": sku,
            "生产批次": entry.pins.get("batch") or self._batch(product, sku, week - used // 14, draws),
            "店铺": self._plan["shop"],
            "渠道": draws.weighted(self._plan["channels"]),
            "收货地区": region,
            "快递公司": entry.pins.get("courier") or self._courier(region, draws),
            "会员等级": draws.weighted(self._plan["levels"]),
            "下单时间": str(ordered),
            "评价时间": str(created),
            "评分": str(rating),
            "评价内容": entry.text,
            "追评内容": follow_up,
            "追评时间": follow_up_at,
            "点赞数": str(likes),
            "是否有图": "是" if pictured else "否",
            "商家回复": self._reply(rating, draws) if entry.text.strip() else "",
        }

    def _week(self, entry: Entry, draws: Draws) -> int:
        season = hinted(entry.text, self._plan["seasons"])
        first, last = entry.pins.get("weeks") or season or (1, self._plan["weeks"])
        weights = self._plan["week_weights"]
        return draws.weighted({week: weights[week - 1] for week in range(first, last + 1)})

    @staticmethod
    def _moment(day: date, draws: Draws) -> datetime:
        hour = draws.weighted(
            {7: 2, 8: 4, 9: 5, 10: 6, 11: 5, 12: 8, 13: 7, 15: 5, 17: 5, 19: 8, 20: 10, 21: 11, 22: 8, 23: 4}
        )
        return datetime.combine(day, time(hour, draws.between(0, 59), draws.between(0, 59)))

    def _sku(self, entry: Entry, product: Mapping[str, Any], draws: Draws) -> str:
        words = {word: sku for sku, known in product["sku_words"].items() for word in known}
        chosen: str = entry.pins.get("sku") or hinted(entry.text, words) or draws.weighted(product["skus"])
        return chosen

    def _batch(self, product: Mapping[str, Any], sku: str, week: int, draws: Draws) -> str:
        week = max(week, 1)
        sold = {
            batch["name"]: batch.get("weight", 1)
            for batch in product["batches"]
            if batch["weeks"][0] <= week <= batch["weeks"][1] and batch.get("only", sku) == sku
        }
        return str(draws.weighted(sold))

    def _region(self, entry: Entry, draws: Draws) -> str:
        pinned = entry.pins.get("region")
        if isinstance(pinned, list):
            return str(draws.one_of(pinned))
        return str(pinned or hinted(entry.text, self._plan["places"]) or draws.weighted(self._plan["regions"]))

    def _courier(self, region: str, draws: Draws) -> str:
        chances = self._plan["southwest_couriers" if region in self._plan["southwest"] else "couriers"]
        return str(draws.weighted(chances))

    def _follow_up(self, entry: Entry, created: datetime, draws: Draws) -> tuple[str, str]:
        if "later" not in entry.pins:
            return "", ""
        days = entry.pins.get("days") or draws.between(*entry.pins["later_days"])
        last: date = self._plan["last_day"]
        day = min(created.date() + timedelta(days=days), last)
        return entry.pins["later"], str(self._moment(day, draws))

    def _reply(self, rating: int, draws: Draws) -> str:
        if not draws.chance(0.12 if rating > 3 else 0.6):
            return ""
        return draws.one_of(self._replies["good" if rating > 3 else "bad"])


def numbered(rows: Sequence[Row]) -> list[Row]:
    """The rows newest first, as shops' exports are, with review and order numbers in order of time."""
    review_ids = {id(row): 118000400001 + 37 * rank for rank, row in enumerate(sorted(rows, key=_created))}
    order_ids = {id(row): 9002609000000010007 + 8191 * rank for rank, row in enumerate(sorted(rows, key=_ordered))}
    newest_first = sorted(rows, key=_created, reverse=True)
    return [{"评价ID": str(review_ids[id(row)]), "订单编号": str(order_ids[id(row)])} | row for row in newest_first]


def _created(row: Row) -> tuple[str, str]:
    return row["评价时间"], row["评价内容"]


def _ordered(row: Row) -> tuple[str, str]:
    return row["下单时间"], row["评价内容"]


def sample_rows() -> list[Row]:
    """Every row of the sample, ready to write."""
    texts = read_yaml("texts_any.yaml")
    entries = [entry for product in PRODUCTS for entry in grouped_entries(product)]
    entries += [*exact_duplicates(entries), *bare_entries(texts)]
    layout = Layout(read_yaml("layout.yaml"), texts["reply"])
    return numbered([layout.row(entry) for entry in entries])


def write(rows: Sequence[Row], path: Path) -> None:
    """Write the export with a byte order mark; the file appears whole or not at all."""
    with staged_file(path) as partial, partial.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main(arguments: Sequence[str]) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("-o", "--output", type=Path, default=OUTPUT, help="the CSV to write (default: the bundled one)")
    rows = sample_rows()
    output = parser.parse_args(arguments).output
    write(rows, output)
    print(f"{output}: {len(rows)} rows")


if __name__ == "__main__":
    main(sys.argv[1:])

"""Small facts and mentions to count from."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa

ASPECTS = ["quality", "logistics", "service", "price"]
START = datetime(2025, 3, 3)
THEMES = pa.schema(
    [
        ("theme_id", pa.string()),
        ("aspect", pa.string()),
        ("sub_aspect", pa.string()),
        ("name", pa.string()),
        ("keywords", pa.list_(pa.string())),
        ("stability", pa.float64()),
        ("quotes", pa.list_(pa.string())),
    ]
)
TIMES = ("created_at", "ordered_at", "follow_up_at")
GROUPS = ("product_id", "product_name", "sku", "batch", "shop", "channel", "region", "courier")


def day(number: int) -> datetime:
    return START + timedelta(days=number)


def make_facts(rows: Sequence[dict], aspects: Sequence[str] = ASPECTS) -> pa.Table:
    """Facts from sparse rows; an aspect that is not named is ``none``, everything else null."""
    words = pa.dictionary(pa.int32(), pa.string())

    def texts(name: str, default: str | None = None) -> pa.Array:
        return pa.array([row.get(name, default) for row in rows], pa.string()).cast(words)

    columns = {
        "verdict": texts("verdict", "ok"),
        "counted": pa.array([row.get("counted", True) for row in rows], pa.bool_()),
    }
    columns |= {name: pa.array([row.get(name) for row in rows], pa.timestamp("s")) for name in TIMES}
    for name in ("severity", "follow_up_severity"):
        columns[name] = pa.array([row.get(name, 0) for row in rows], pa.int8())
    columns["rating"] = pa.array([row.get("rating") for row in rows], pa.float64())
    columns |= {name: texts(name) for name in GROUPS}
    columns["overall"] = texts("overall", "positive")
    for aspect in aspects:
        columns[aspect] = texts(aspect, "none")
        columns[f"follow_up_{aspect}"] = texts(f"follow_up_{aspect}")
    return pa.table(columns)


def make_mentions(rows: Sequence[tuple]) -> pa.Table:
    """Mentions from (row, sub_aspect, polarity[, theme_id[, field[, severity]]])."""
    words = pa.dictionary(pa.int32(), pa.string())
    letters = {"q": "quality", "l": "logistics", "s": "service", "p": "price"}
    full = [(*row, *(None, "text", 0)[len(row) - 3 :]) for row in rows]
    columns = {
        "row": pa.array([row[0] for row in full], pa.int64()),
        "field": pa.array([row[4] for row in full], pa.string()).cast(words),
        "aspect": pa.array([letters[row[1][0]] for row in full], pa.string()).cast(words),
        "sub_aspect": pa.array([row[1] for row in full], pa.string()).cast(words),
        "polarity": pa.array([row[2] for row in full], pa.string()).cast(words),
        "theme_id": pa.array([row[3] for row in full], pa.string()).cast(words),
        "severity": pa.array([row[5] for row in full], pa.int8()),
    }
    return pa.table(columns)


def make_themes(*themes: tuple[str, str, str]) -> pa.Table:
    """Themes from (theme_id, aspect, sub_aspect)."""
    rows = [
        {
            "theme_id": i,
            "aspect": a,
            "sub_aspect": s,
            "name": f"主题{i}",
            "keywords": ["词"],
            "stability": 0.9,
            "quotes": [],
        }
        for i, a, s in themes
    ]
    return pa.Table.from_pylist(rows, schema=THEMES)


def make_confusion(aspects: int = len(ASPECTS), size: int = 1) -> np.ndarray:
    """A good classifier's held-out counts."""
    one = np.array([[150, 5, 2, 0], [6, 90, 1, 1], [6, 2, 110, 3], [1, 4, 5, 15]])
    return np.tile(one * size, (aspects, 1, 1))


def sharp_confusion(aspects: int = len(ASPECTS)) -> np.ndarray:
    """A classifier that never errs, measured on very many reviews."""
    return np.tile(np.eye(4, dtype=np.int64) * 10_000_000, (aspects, 1, 1))


def make_shop(*, dated: bool = True) -> tuple[pa.Table, pa.Table, pa.Table]:
    """Sixteen weeks of a shop in which zips of batch B2 break in the last four weeks."""
    facts, mentions = [], []
    for i in range(1120):
        week = i // 70
        broken = week >= 12 and i % 7 == 0
        late = i % 35 == 3
        row = {
            "quality": "negative" if broken else "positive" if i % 2 else "none",
            "batch": "B2" if week >= 12 else "B1",
        }
        row |= {"logistics": "negative" if late else "positive", "rating": 1.0 if broken else 5.0}
        row |= {"sku": f"S{i % 3}", "region": f"R{i % 5}", "product_id": "P1", "product_name": "拉链包"}
        row["overall"] = "negative" if broken else "positive"
        if dated:
            row["created_at"] = day(i // 10)
        if i % 50 == 1:
            row |= {"follow_up_quality": "negative", "follow_up_at": day(i // 10 + 20) if dated else None}
            row |= {f"follow_up_{name}": "none" for name in ASPECTS if name != "quality"}
            mentions.append((i, "q.material", "negative", "fades", "follow_up"))
        facts.append(row)
        if broken:
            mentions.append((i, "q.durability", "negative", "zips"))
        if late:
            mentions.append((i, "l.speed", "negative", "late"))
    themes = make_themes(
        ("zips", "quality", "q.durability"), ("late", "logistics", "l.speed"), ("fades", "quality", "q.material")
    )
    return make_facts(facts), make_mentions(mentions), themes

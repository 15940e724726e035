"""What ``POST /v1/reviews/analyze`` answers: labels and opinions of reviews, per field, with offsets for two worlds."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from review_mining.aspects import AspectTagger
from review_mining.ingest import read
from review_mining.service.schemas import Review
from review_mining.tables import FIELDS

_TEXTS = pa.schema([("text", pa.string()), ("follow_up", pa.string())])


def analyze(tagger: AspectTagger, reviews: Sequence[Review]) -> list[str]:
    """Tag reviews, as they may come from several requests.

    Args:
        tagger: the aspect model.
        reviews: what to tag; ids may repeat.

    Returns:
        Per review, its results as JSON, one per field that it has, joined by commas. Text, because it is made in the
        batch's thread and needs only be sent then.
    """
    stored = _stored(reviews)
    found: list[list[str]] = [[] for _ in reviews]
    for field in FIELDS:
        present = [(place, row[field]) for place, row in enumerate(stored) if row[field] is not None]
        if not present:
            continue
        opinions, labels = tagger.tag(
            [text for _, text in present], review_ids=[str(place) for place, _ in present], field=field
        )
        spans = defaultdict(list)
        for opinion in opinions.to_pylist():
            spans[opinion["review_id"]].append(opinion)
        for row, (place, text) in zip(labels.to_pylist(), present, strict=True):
            name = reviews[place].review_id
            placed = [_placed(opinion, name, text) for opinion in spans[row["review_id"]]]
            result = {**row, "review_id": name, "opinions": placed}
            found[place].append(json.dumps(result, ensure_ascii=False, separators=(",", ":")))
    return [",".join(results) for results in found]


def _stored(reviews: Sequence[Review]) -> list[dict[str, Any]]:
    """The texts as ingest cleans and masks them, to which all offsets refer."""
    rows = [{"text": review.text, "follow_up": review.follow_up} for review in reviews]
    return [row for batch in read(pa.Table.from_pylist(rows, _TEXTS)) for row in batch.to_pylist()]


def _placed(opinion: dict[str, Any], review_id: str, text: str) -> dict[str, Any]:
    start, end = opinion["start"], opinion["end"]
    before = _utf16(text[:start])
    return {
        **opinion,
        "review_id": review_id,
        "opinion_id": f"{review_id}/{opinion['field']}/{start}-{end}/{opinion['sub_aspect']}",
        "start_utf16": before,
        "end_utf16": before + _utf16(text[start:end]),
    }


def _utf16(text: str) -> int:
    """Length in the units that JavaScript and Java count."""
    return len(text.encode("utf-16-le")) // 2

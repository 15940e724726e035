"""Arrow schemas of the tables that pass between stages and are written to disk.

Names and meanings follow the interface contract in ``docs/tables.md``. Offsets count Unicode code points, half-open,
into the field as stored in ``reviews``.
"""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

_TEXT, _TIME, _REAL = pa.string(), pa.timestamp("s"), pa.float64()

REVIEWS = pa.schema(
    [
        pa.field("review_id", _TEXT, nullable=False),
        pa.field("text", _TEXT, nullable=False),
        ("follow_up", _TEXT),
        ("rating", _REAL),
        ("created_at", _TIME),
        ("follow_up_at", _TIME),
        ("ordered_at", _TIME),
        ("order_id", _TEXT),
        ("product_id", _TEXT),
        ("product_name", _TEXT),
        ("sku", _TEXT),
        ("batch", _TEXT),
        ("shop", _TEXT),
        ("channel", _TEXT),
        ("region", _TEXT),
        ("courier", _TEXT),
        ("buyer_level", _TEXT),
        ("likes", pa.int64()),
        ("has_image", pa.bool_()),
        ("reply", _TEXT),
    ]
)
"""One row per input row, blank rows included."""

VERDICTS_ON_REVIEWS = ("ok", "empty", "default_text", "template", "duplicate", "near_duplicate", "not_a_review")

JUDGED = pa.schema([("review_id", _TEXT), ("verdict", _TEXT), ("duplicate_of", _TEXT), ("reason", _TEXT)])
"""One row per row of ``reviews``, same order."""

FIELDS = ("text", "follow_up")
POLARITIES = ("positive", "negative", "neutral")

OPINIONS = pa.schema(
    [
        ("opinion_id", _TEXT),
        ("review_id", _TEXT),
        ("field", _TEXT),
        ("aspect", _TEXT),
        ("sub_aspect", _TEXT),
        ("polarity", _TEXT),
        ("confidence", _REAL),
        ("start", pa.int32()),
        ("end", pa.int32()),
        ("span", _TEXT),
        ("theme_id", _TEXT),
    ]
)

OVERALL = ("positive", "negative", "neutral", "not_a_review")
LABELS = ("none", "positive", "negative", "mixed")
ABSTAIN = "abstain"


def review_aspects_schema(aspects: Sequence[str]) -> pa.Schema:
    """Schema of ``review_aspects`` for a model's aspects: label plus four calibrated probabilities each.

    Args:
        aspects: aspect names in the model's order.
    """
    columns: list[tuple[str, pa.DataType]] = [("review_id", _TEXT), ("field", _TEXT), ("overall", _TEXT)]
    for aspect in aspects:
        columns.append((aspect, _TEXT))
        columns.extend((f"{aspect}_{label}", _REAL) for label in LABELS)
    return pa.schema(columns)


OWNERS = ("factory", "warehouse", "carrier", "customer_service", "listing", "pricing")
TRENDS = ("new", "rising", "steady", "falling", "unknown")

THEMES = pa.schema(
    [
        ("theme_id", _TEXT),
        ("aspect", _TEXT),
        ("sub_aspect", _TEXT),
        ("name", _TEXT),
        ("keywords", pa.list_(_TEXT)),
        ("n", pa.int64()),
        ("share", _REAL),
        ("share_low", _REAL),
        ("share_high", _REAL),
        ("trend", _TEXT),
        ("trend_q", _REAL),
        ("impact", _REAL),
        ("impact_low", _REAL),
        ("impact_high", _REAL),
        ("priority", pa.int64()),
        ("owner", _TEXT),
        ("stability", _REAL),
        ("quotes", pa.list_(_TEXT)),
    ]
)

SCORE = pa.schema(
    [
        ("aspect", _TEXT),
        ("score", _REAL),
        ("low", _REAL),
        ("high", _REAL),
        ("n", pa.int64()),
        ("previous", _REAL),
        ("change", _REAL),
        ("change_low", _REAL),
        ("change_high", _REAL),
    ]
)

OUTCOMES = ("no_sign", "ask_for_more", "human_review", "strong_sign")

VERDICTS = pa.schema(
    [
        ("case_id", _TEXT),
        ("file", _TEXT),
        ("outcome", _TEXT),
        ("pixel_score", _REAL),
        ("pixel_p_value", _REAL),
        ("signs", _TEXT),
    ]
)

CASES = pa.schema(
    [
        ("case_id", _TEXT),
        ("outcome", _TEXT),
        ("ask_for", pa.list_(_TEXT)),
        ("statement_kind", _TEXT),
        ("reports_ai_fake", pa.bool_()),
        ("reports_ai_fake_score", _REAL),
        ("contradictions", _TEXT),
        ("urgency", _REAL),
    ]
)

CASE_THEMES = pa.schema([("case_id", _TEXT), ("amount", _REAL), ("theme_id", _TEXT), ("span", _TEXT)])
"""One row per after-sales case and theme of its statement; a case whose statement fits no theme has one without."""

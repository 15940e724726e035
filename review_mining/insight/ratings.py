"""Star ratings beside the texts, where the export has them."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pyarrow as pa

from review_mining.insight.observations import NO_DAY, Reals, Texts, known_codes
from review_mining.insight.periods import iso
from review_mining.insight.timeline import buckets
from review_mining.tables import OVERALL

LOW_RATING: Final = 2.0
HIGH_RATING: Final = 4.0
_FEWEST: Final = 1.0
_MOST: Final = 5.0


def read_ratings(facts: pa.Table) -> Reals:
    """Star rating of every review, NaN where there is none from 1 to 5. Float, (reviews,)."""
    if "rating" not in facts.column_names:
        return np.full(facts.num_rows, np.nan)
    value = facts.column("rating").cast(pa.float64()).fill_null(np.nan).to_numpy()
    return np.where((value >= _FEWEST) & (value <= _MOST), value, np.nan)


def ratings(facts: pa.Table, texts: Texts) -> dict[str, Any] | None:
    """Mean rating by calendar unit and by the attitude of the text, None where no counted review has a rating.

    Returns:
        ``n``, ``mean``, ``by_period`` (``from``, ``n``, ``mean``), ``by_overall`` (``n``, ``mean``), and two kinds
        of disagreement: ``high_but_negative`` (4 stars or more, negative text) and ``low_but_positive`` (2 or fewer).
    """
    value = read_ratings(facts)
    counted = texts.counted[: texts.reviews] & np.isfinite(value)
    if not counted.any():
        return None
    overall = known_codes(facts.column("overall"), OVERALL)
    day = np.where(counted, texts.day[: texts.reviews], NO_DAY).astype(np.int32)
    unit_of, starts, unit = buckets(day)
    by_period = [
        {"from": iso(starts[number]), **_mean(value[unit_of == number])}
        for number in np.unique(unit_of[unit_of >= 0]).tolist()
    ]
    negative, positive = overall == OVERALL.index("negative"), overall == OVERALL.index("positive")
    return {
        **_mean(value[counted]),
        "unit": unit,
        "by_period": by_period,
        "by_overall": {name: _mean(value[counted & (overall == code)]) for code, name in enumerate(OVERALL)},
        "high_but_negative": int(np.count_nonzero(counted & negative & (value >= HIGH_RATING))),
        "low_but_positive": int(np.count_nonzero(counted & positive & (value <= LOW_RATING))),
    }


def _mean(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> dict[str, Any]:
    return {"n": len(values), "mean": float(values.mean()) if len(values) else None}

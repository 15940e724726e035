"""Which themes are marked as dangerous, or as ending in returns and disputes more than others do."""

from __future__ import annotations

from typing import Any, Final

from review_mining.report.sections.names import View
from review_mining.report.words import Words
from review_mining.text.severity import KINDS

MIN_REVIEWS: Final = 3
RATIO: Final = 2.0


def badges(theme: dict[str, Any], complaining: dict[str, int], words: Words) -> list[View]:
    """The marks of one theme, the gravest first.

    One dangerous review is enough. Returns and disputes are common among complaints: they are marked where at least
    ``MIN_REVIEWS`` of the theme's reviews speak of one, in a share of at least ``RATIO`` times that of all complaining
    reviews.

    Args:
        theme: its entry in the report.
        complaining: reviews that complain of anything, all and by kind.
        words: the page's own words.

    Returns:
        Per mark its ``kind``, ``label`` and ``text`` (the label and the number).
    """
    found = []
    for kind in KINDS:
        n = theme["severity"][kind]
        common = n * complaining["n"] < RATIO * complaining[kind] * theme["n"]
        if n and (kind == "safety" or (n >= MIN_REVIEWS and not common)):
            label = words.named("severity", kind)
            found.append(
                {"kind": kind, "label": label, "text": words.text("themes.urgent", label=label, n=words.count(n))}
            )
    return found

"""The report's own words in Chinese and English, and how it prints figures."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from importlib import resources
from typing import Any

import yaml

from review_mining.taxonomy import Language

_MINUS = "−"


@lru_cache(maxsize=2)
def load_strings(language: Language) -> dict[str, str]:
    """The strings of one language, as one flat mapping from dotted key to text."""
    file = resources.files("review_mining.report") / "strings" / f"{language}.yaml"
    return dict(_flat(yaml.safe_load(file.read_text(encoding="utf-8")), ""))


def _flat(tree: dict[str, Any], prefix: str) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for key, value in tree.items():
        pairs.extend(_flat(value, f"{prefix}{key}.") if isinstance(value, dict) else [(f"{prefix}{key}", str(value))])
    return pairs


class Words:
    """Prints strings and figures in one language.

    Args:
        language: language of the page.
    """

    def __init__(self, language: Language) -> None:
        self.language = language
        self._strings = load_strings(language)

    def text(self, key: str, **values: object) -> str:
        """The string of a dotted key with its placeholders filled."""
        return self._strings[key].format(**values)

    def named(self, group: str, key: str) -> str:
        """What a code of a closed list is called; a code that the strings do not know is shown as it is."""
        return self._strings.get(f"{group}.{key}", key)

    def count(self, number: float) -> str:
        """A whole number with separators for thousands."""
        return f"{number:,.0f}"

    def score(self, number: float | None) -> str:
        """A score from 0 to 5, or a dash."""
        return "—" if number is None else f"{number:.2f}"

    def change(self, number: float | None) -> str:
        """A difference of scores with its sign."""
        if number is None:
            return "—"
        return f"{number:+.2f}".replace("-", _MINUS)

    def small_change(self, number: float) -> str:
        """A difference of means with its sign, to a thousandth."""
        return f"{number:+.3f}".replace("-", _MINUS)

    def share(self, number: float | None) -> str:
        """A share as per cent, with one digit where it says something."""
        if number is None:
            return "—"
        percent = 100 * number
        return f"{percent:.0f}%" if percent >= 99.95 or percent == 0 else f"{percent:.1f}%"

    def between(self, low: float | None, high: float | None, kind: str = "score") -> str:
        """An interval in round brackets, or nothing when it is unknown."""
        if low is None or high is None:
            return ""
        show = {"score": self.score, "change": self.change, "share": self.share}[kind]
        return self.text("format.interval", low=show(low), high=show(high))

    def day(self, moment: str | None) -> str:
        """The day of an ISO time."""
        return "—" if not moment else datetime.fromisoformat(moment).date().isoformat()

    def short_day(self, moment: str) -> str:
        """Month and day of an ISO date, for the foot of a chart."""
        day = date.fromisoformat(moment[:10])
        return self.text("format.short_day", month=day.month, day=day.day)

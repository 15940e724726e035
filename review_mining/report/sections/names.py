"""What aspects, parts and groups are called on the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from review_mining.report.words import Words
from review_mining.taxonomy import Taxonomy

Content: TypeAlias = Mapping[str, Any]
View: TypeAlias = dict[str, Any]


class Names:
    """Names in the language of the page.

    Args:
        taxonomy: aspects and parts of the model that was used.
        words: the page's own words.
    """

    def __init__(self, taxonomy: Taxonomy, words: Words) -> None:
        self._taxonomy, self._words = taxonomy, words

    def aspect(self, name: str) -> str:
        """Name of an aspect, or of the total."""
        if name == "total":
            return self._words.text("index.total")
        known = self._taxonomy.aspects.get(name)
        return known.in_language(self._words.language) if known else name

    def part(self, code: str) -> str:
        """Name of a sub-aspect."""
        known = self._taxonomy.sub_aspects.get(code)
        return known.in_language(self._words.language) if known else code

    def product(self, product: str | None, content: Content) -> str:
        """Name of a product, or of the whole shop for None."""
        return content["products"].get(product) or product or self._words.text("meeting.shop")

    def weight(self, aspect: str) -> float:
        """Weight of an aspect in the total."""
        return 1.0 if aspect == "total" else self._taxonomy.aspects[aspect].weight

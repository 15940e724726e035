"""How well the masks do on sentences whose personal data is marked as ``[[kind:value]]``."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from review_mining.ingest.masking import KINDS, STAR, mask

_MARKED = re.compile(r"\[\[(\w+):(.*?)\]\]")


@dataclass(frozen=True)
class Entity:
    """One piece of personal data: its kind and its half-open place in the sentence."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True)
class Case:
    """A sentence and the personal data in it."""

    text: str
    gold: tuple[Entity, ...]


@dataclass(frozen=True)
class KindScore:
    """Figures of one kind.

    Attributes:
        gold: entities marked.
        found: of these, masked in every character, whatever the kind reported.
        predicted: places masked as this kind.
        right: of these sentences' masks, as many as the sentences have entities that were touched.
    """

    gold: int
    found: int
    predicted: int
    right: int

    @property
    def recall(self) -> float:
        """Share of the entities that are wholly masked."""
        return self.found / self.gold if self.gold else 1.0

    @property
    def precision(self) -> float:
        """Share of the masked places that hold personal data."""
        return self.right / self.predicted if self.predicted else 1.0


@dataclass(frozen=True)
class Score:
    """Figures of a set of cases; ``faults`` shows each sentence that is not masked exactly as marked."""

    kinds: dict[str, KindScore]
    character_recall: float
    character_precision: float
    untouched_share: float
    faults: list[str]


def parse_case(marked: str) -> Case:
    """Read a marked sentence."""
    text, gold, at = "", [], 0
    for found in _MARKED.finditer(marked):
        text += marked[at : found.start()]
        gold.append(Entity(found[1], len(text), len(text) + len(found[2])))
        text += found[2]
        at = found.end()
    return Case(text + marked[at:], tuple(gold))


def score(cases: Sequence[Case]) -> Score:
    """Score the masks on cases."""
    gold, found, predicted, right = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    hit = wanted = starred = untouched = 0
    faults = []
    for case in cases:
        masked, kinds = mask(case.text)
        stars = {index for index, char in enumerate(masked) if char == STAR}
        marked = {index for entity in case.gold for index in range(entity.start, entity.end)}
        touched = sum(1 for entity in case.gold if stars & set(range(entity.start, entity.end)))
        for entity in case.gold:
            gold[entity.kind] += 1
            found[entity.kind] += stars >= set(range(entity.start, entity.end))
        for kind, count in kinds.items():
            predicted[kind] += count
            taken = min(count, touched)
            right[kind] += taken
            touched -= taken
        hit, wanted, starred = hit + len(stars & marked), wanted + len(marked), starred + len(stars)
        untouched += not case.gold and not stars
        if stars != marked:
            faults.append(f"{case.text} → {masked}")
    clean = sum(not case.gold for case in cases)
    return Score(
        kinds={kind: KindScore(gold[kind], found[kind], predicted[kind], right[kind]) for kind in KINDS},
        character_recall=hit / wanted if wanted else 1.0,
        character_precision=hit / starred if starred else 1.0,
        untouched_share=untouched / clean if clean else 1.0,
        faults=faults,
    )

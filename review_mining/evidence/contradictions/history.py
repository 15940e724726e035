"""A statement against earlier statements: of the same order, and with the same words for another order.

Near duplicates are found by MinHash over character trigrams (Broder 1997) with locality-sensitive banding (Leskovec,
Rajaraman, Ullman, *Mining of Massive Datasets*, chapter 3), by the library ``rensa``.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass

from rensa import RMinHash, RMinHashLSH

from review_mining.evidence.cases import Case
from review_mining.evidence.claims.clauses import folded, is_about_the_buyer
from review_mining.evidence.claims.condition import is_untouched, never_came
from review_mining.evidence.claims.counts import count_claim
from review_mining.evidence.config import Contradictions
from review_mining.evidence.contradictions.contradiction import Contradiction
from review_mining.evidence.statement import StatementKind

_MIN_CHARACTERS = 20
"""Shorter statements are the same by chance, or are the phrases that platforms offer."""
_PERMUTATIONS, _BANDS, _SEED = 128, 16, 20240601
_ITEM_IS_FAULTY: frozenset[StatementKind] = frozenset(
    {"damaged_in_transit", "spoiled", "defective", "expired", "foreign_body"}
)


@dataclass(frozen=True)
class _Told:
    """What is kept of a statement: claims and a signature, not its words."""

    case_id: str
    buyer: str | None
    order: str | None
    untouched: bool
    never_came: bool
    faulty: bool
    received: int | None
    received_noun: str
    signature: RMinHash | None


class StatementHistory:
    """Statements seen so far, in memory only; the oldest is forgotten when there are too many.

    Args:
        settings: how many are remembered, and how alike two texts must be.
    """

    def __init__(self, settings: Contradictions) -> None:
        self._settings = settings
        self._told: OrderedDict[int, _Told] = OrderedDict()
        self._by_order: dict[str, list[int]] = {}
        self._alike = RMinHashLSH(settings.text_similarity, _PERMUTATIONS, _BANDS)
        self._next = 0

    def compare(self, case: Case, kind: StatementKind) -> list[Contradiction]:
        """Compare a statement with the earlier ones, then remember it.

        Args:
            case: its case; passed over without a statement, or if someone else than the buyer wrote it.
            kind: what the statement claims.
        """
        if not case.statement.strip() or is_about_the_buyer(case.statement):
            return []
        told = _told(case, kind)
        found = [*self._of_the_order(told), *self._of_the_words(told)]
        self._remember(told)
        return found

    def _of_the_order(self, now: _Told) -> Iterator[Contradiction]:
        for number in self._by_order.get(now.order or "", ()):
            earlier = self._told[number]
            if earlier.case_id == now.case_id or _are_two_people(now, earlier):
                continue
            facts = {"other_case": earlier.case_id}
            for one, other in ((now, earlier), (earlier, now)):
                if (one.untouched and other.faulty and not other.untouched) or (one.never_came and other.faulty):
                    yield Contradiction("exclusive_claims", facts)
                    return
            if _came_fewer(now, earlier):
                counts = {"received": now.received, "received_earlier": earlier.received}
                yield Contradiction("received_counts", {**facts, **counts})
                return

    def _of_the_words(self, now: _Told) -> Iterator[Contradiction]:
        """The first earlier case with the same words for another order."""
        if now.signature is None:
            return
        for number in sorted(self._alike.query(now.signature)):
            earlier = self._told[number]
            similarity = now.signature.jaccard(earlier.signature)
            if earlier.case_id == now.case_id or similarity < self._settings.text_similarity:
                continue
            if None in (now.order, earlier.order, now.buyer, earlier.buyer) or now.order == earlier.order:
                continue
            facts = {"other_case": earlier.case_id, "similarity": round(similarity, 2)}
            yield Contradiction("same_text" if now.buyer == earlier.buyer else "same_text_other_buyer", facts)
            return

    def _remember(self, told: _Told) -> None:
        number, self._next = self._next, self._next + 1
        self._told[number] = told
        if told.order is not None:
            self._by_order.setdefault(told.order, []).append(number)
        if told.signature is not None:
            self._alike.insert(number, told.signature)
        if len(self._told) > self._settings.cases_remembered:
            self._forget_oldest()

    def _forget_oldest(self) -> None:
        number, told = self._told.popitem(last=False)
        self._alike.remove(number)
        if told.order is not None:
            kept = self._by_order[told.order][1:]
            if kept:
                self._by_order[told.order] = kept
            else:
                del self._by_order[told.order]


def _told(case: Case, kind: StatementKind) -> _Told:
    statement, count = case.statement, count_claim(case.statement)
    return _Told(
        case_id=case.case_id,
        buyer=case.buyer.buyer_id,
        order=case.order.order_id,
        untouched=kind == "changed_mind" and is_untouched(statement),
        never_came=never_came(statement),
        faulty=kind in _ITEM_IS_FAULTY,
        received=count.received,
        received_noun=count.noun,
        signature=_signature(statement),
    )


def _came_fewer(now: _Told, earlier: _Told) -> bool:
    """Whether fewer of the same things came by the later statement; more may have come since the earlier one."""
    if now.received is None or earlier.received is None or now.received_noun != earlier.received_noun:
        return False
    return now.received < earlier.received


def _are_two_people(one: _Told, other: _Told) -> bool:
    return one.buyer is not None and other.buyer is not None and one.buyer != other.buyer


def _signature(statement: str) -> RMinHash | None:
    """MinHash of the letters and digits of a text, None for a short one."""
    text = "".join(character for character in folded(statement).lower() if character.isalnum())
    if len(text) < _MIN_CHARACTERS:
        return None
    signature = RMinHash(num_perm=_PERMUTATIONS, seed=_SEED)
    signature.update(sorted({text[start : start + 3] for start in range(len(text) - 2)}))
    return signature

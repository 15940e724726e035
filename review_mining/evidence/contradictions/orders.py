"""A statement against the order it is about.

Both sides must name the same thing plainly, or nothing is found: an order without a quantity, an SKU without a colour
or a statement without a number contradicts nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from review_mining.evidence.cases import Case, Order
from review_mining.evidence.china_time import day_in_china
from review_mining.evidence.claims.amounts import paid_claim
from review_mining.evidence.claims.clauses import folded, is_about_the_buyer
from review_mining.evidence.claims.counts import MEASURES, count_claim
from review_mining.evidence.claims.dates import DayClaim, day_claims
from review_mining.evidence.claims.goods import complained_goods, goods_in
from review_mining.evidence.claims.variants import Trait, chosen_variants, differs
from review_mining.evidence.config import Contradictions
from review_mining.evidence.contradictions.contradiction import Contradiction

_PACK = re.compile(
    rf"(?:[2-9]\d*|1\d+|[二两三四五六七八九十]+)\s*(?:[{MEASURES}]|斤|连|色|入|枚|粒|片|抽|卷|小包|只装)|[*x×]\s*[2-9]"
    r"|套装|件套|组合|礼盒|整箱|整提|家庭装|散装|斤|\d\s*kg|大礼包|一对|成对|全套"
)
"""What shows that one piece of an order holds several things."""

_COLLECTIVE = frozenset({"fruit", "seafood", "rice", "nuts", "tissue", "pet food", "flower"})
"""Goods that come in numbers even where the order counts one."""


def order_contradictions(case: Case, settings: Contradictions) -> Iterator[Contradiction]:
    """Compare the statement of a case with its order.

    Args:
        case: a case; a statement in which someone speaks about the buyer is passed over.
        settings: how far days and amounts may be off.
    """
    if not case.statement.strip() or is_about_the_buyer(case.statement):
        return
    yield from _goods(case.statement, case.order)
    yield from _quantity(case.statement, case.order)
    yield from _variant(case.statement, case.order)
    yield from _amount(case.statement, case.order, settings)
    yield from _days(case.statement, case.order, settings)


def _goods(statement: str, order: Order) -> Iterator[Contradiction]:
    sold = goods_in(f"{order.product_name or ''} {order.sku or ''}")
    claimed = complained_goods(statement)
    if sold and claimed and not sold & (claimed.keys() | goods_in(statement)):
        yield Contradiction("product", {"claimed": "、".join(claimed.values()), "product_name": order.product_name})


def _quantity(statement: str, order: Order) -> Iterator[Contradiction]:
    name = folded(f"{order.product_name or ''} {order.sku or ''}")
    sold = goods_in(name)
    if not order.quantity or _PACK.search(name) or sold & _COLLECTIVE or goods_in(statement) - sold:
        return
    claim = count_claim(statement)
    too_many = claim.bought is not None and claim.bought > order.quantity
    # A bare number may be that of a missing part (手柄就一把), so what came must be named as the goods.
    of_these = claim.noun != "" and claim.noun in name
    none_missing = claim.bought is None and of_these and (claim.received or 0) >= order.quantity
    if too_many or none_missing:
        facts = {"words": "；".join(claim.words), "bought": claim.bought, "received": claim.received}
        yield Contradiction("quantity", {**facts, "quantity": order.quantity})


def _variant(statement: str, order: Order) -> Iterator[Contradiction]:
    seen: set[Trait] = set()
    for trait, value, words in chosen_variants(statement):
        if trait not in seen and order.sku and differs(trait, value, order.sku):
            seen.add(trait)
            yield Contradiction("variant", {"trait": trait, "words": words, "sku": order.sku})


def _amount(statement: str, order: Order, settings: Contradictions) -> Iterator[Contradiction]:
    claim = paid_claim(statement)
    if claim is None or not order.amount:
        return
    yuan, words = claim
    if yuan > order.amount * max(1, order.quantity or 1) * (1 + settings.amount_slack) + settings.amount_slack_yuan:
        yield Contradiction("amount", {"claimed": yuan, "words": words, "amount": order.amount})


def _days(statement: str, order: Order, settings: Contradictions) -> Iterator[Contradiction]:
    if order.requested_at is None:
        return
    said_on = day_in_china(order.requested_at)
    ordered = None if order.ordered_at is None else day_in_china(order.ordered_at)
    delivered = None if order.delivered_at is None else day_in_china(order.delivered_at)
    for claim in day_claims(statement, said_on):
        if claim.event == "used" and (held_since := delivered or ordered):
            held = (said_on - held_since).days
            if claim.low * 0.8 - settings.days_slack > held >= 0:
                yield Contradiction("used_longer", {"words": claim.words, "at_least": claim.low, "held_days": held})
        elif claim.event == "received" and delivered:
            if _is_off(claim, (said_on - delivered).days, settings):
                yield Contradiction("received_date", {"words": claim.words, "delivered_on": delivered.isoformat()})
        elif claim.event == "bought" and ordered and _is_off(claim, (said_on - ordered).days, settings):
            yield Contradiction("order_date", {"words": claim.words, "ordered_on": ordered.isoformat()})


def _is_off(claim: DayClaim, days: int, settings: Contradictions) -> bool:
    """Whether so many days lie outside what was said; parcels are picked up late, so that side has more room."""
    return days > claim.high + settings.late_pickup_days or days < claim.low * 0.8 - settings.days_slack

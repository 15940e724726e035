"""From signs to an outcome, by the rules of ``configs/evidence.yaml``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from review_mining.evidence.cases import Case
from review_mining.evidence.config import Decision, EvidenceConfig, Outcome, Photo, Urgency
from review_mining.evidence.signs import Sign
from review_mining.evidence.statement import StatementKind

_GRAVITY: dict[Outcome, int] = {"no_sign": 0, "ask_for_more": 1, "human_review": 2, "strong_sign": 3}
_NEEDS_NO_PICTURE: frozenset[StatementKind] = frozenset({"changed_mind", "other"})


def gravest(outcomes: Iterable[Outcome]) -> Outcome:
    """The gravest of some outcomes, ``no_sign`` for none."""
    return max(outcomes, key=_GRAVITY.__getitem__, default="no_sign")


def as_grave_as(outcome: Outcome, least: Outcome) -> bool:
    """Whether an outcome is at least as grave as another."""
    return _GRAVITY[outcome] >= _GRAVITY[least]


def picture_outcome(signs: Sequence[Sign], rules: Decision) -> Outcome:
    """Outcome of one picture: that of its gravest sign.

    Args:
        signs: what was found in it; one that supports the buyer takes weight from the weak ones beside it.
        rules: which outcome follows from which strength.
    """
    supported = speaks_for_buyer(signs)
    return gravest(_sign_outcome(sign, rules, supported=supported) for sign in signs)


def speaks_for_buyer(signs: Iterable[Sign]) -> bool:
    """Whether one of the signs supports the buyer."""
    return any(sign.strength == "supports_buyer" for sign in signs)


def counting_signs(signs: Sequence[Sign], rules: Decision) -> list[Sign]:
    """The signs that lead to more than ``no_sign``; what is only shown asks the buyer for nothing.

    Args:
        signs: of one picture, or of the case.
        rules: which outcome follows from which strength.
    """
    supported = speaks_for_buyer(signs)
    return [sign for sign in signs if _sign_outcome(sign, rules, supported=supported) != "no_sign"]


def case_outcome(
    pictures: Iterable[Outcome], kind: StatementKind, *, has_pictures: bool, reported_as_fake: bool, rules: Decision
) -> Outcome:
    """Outcome of a case: the gravest of its pictures, its report of fake evidence, and a claim sent without a picture.

    Args:
        pictures: outcomes of the pictures.
        kind: what the statement claims.
        has_pictures: whether any picture was sent.
        reported_as_fake: whether the statement says that the evidence is made up.
        rules: the rules.
    """
    outcomes = list(pictures)
    if reported_as_fake:
        outcomes.append(rules.reported_as_fake)
    if not has_pictures and kind not in _NEEDS_NO_PICTURE:
        outcomes.append(rules.claim_without_picture)
    return gravest(outcomes)


def photos_to_ask_for(
    outcome: Outcome, kind: StatementKind, signs: Iterable[Sign], config: EvidenceConfig
) -> tuple[Photo, ...]:
    """The photos that would settle the case, each once: what settles a sign first, then what settles the claim.

    Args:
        outcome: outcome of the case; a case without a sign, or with proof, needs no further photo.
        kind: what the statement claims.
        signs: those of the case that count; a file that cannot be opened is asked for again.
        config: the settings.
    """
    if outcome not in ("ask_for_more", "human_review"):
        return ()
    asked: list[Photo] = []
    for sign in signs:
        asked += config.ask_for.get("resend" if sign.kind == "unreadable" else sign.kind, ())
    return tuple(dict.fromkeys((*asked, *config.ask_for.get(kind, ()))))


def urgency(case: Case, outcome: Outcome, kind: StatementKind, *, reported_as_fake: bool, points: Urgency) -> float:
    """Place in the queue, higher first; the points are those of the settings.

    Buyer facts are not used.

    Args:
        case: for the amount at stake.
        outcome: outcome of the case.
        kind: what the statement claims.
        reported_as_fake: whether the statement says that the evidence is made up.
        points: the weights.
    """
    total = points.outcome.get(outcome, 0.0)
    total += points.reported_as_fake * reported_as_fake + points.safety * (kind in points.safety_kinds)
    total += points.amount * min(1.0, (case.order.amount or 0.0) / points.amount_full)
    return round(total, 2)


def _sign_outcome(sign: Sign, rules: Decision, *, supported: bool) -> Outcome:
    at_most = rules.at_most.get(sign.kind)
    if sign.strength == "supports_buyer" or at_most == "none":
        return "no_sign"
    if sign.strength == "weak" or at_most == "weak":
        # A file that does not open has to come again, whoever signed it.
        lowered = supported and sign.kind != "unreadable"
        return min(rules.weak, rules.supported, key=_GRAVITY.__getitem__) if lowered else rules.weak
    if sign.strength == "strong" and sign.kind in rules.decisive and at_most is None:
        return "strong_sign"
    return rules.moderate

"""What a shop's people decided about a case, as corrections for judging it again: a sign withdrawn is not raised anew.

One click answers all signs that stood when it was made. Signs that came up later are not covered by it, and an appeal
decides nothing until somebody has looked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from review_mining.evidence import Correction, Corrections
from review_mining.service.store import Decision, Feedback, Verdict

_MEANING = {"evidence_fine": "withdrawn", "report_fake": "upheld"}
_Subject = tuple[str | None, str]


def corrections_of(case_id: str, verdicts: Sequence[Verdict], history: Sequence[Decision]) -> Corrections:
    """The decisions that stand on a case, sign by sign.

    Args:
        case_id: the case.
        verdicts: all of the case, the first one first.
        history: all clicks on it, the first one first.
    """
    undone = {click.undoes for click in history}
    standing = [click for click in history if click.undoes is None and click.decision_id not in undone]
    return Corrections(
        tuple(
            Correction.model_validate(
                {
                    "case_id": case_id,
                    "picture": picture,
                    "sign": sign,
                    "decision": _MEANING[click.action],
                    "by": click.actor,
                    "at": click.made_at,
                    "note": click.note[:2000],
                }
            )
            for click in standing
            if click.action in _MEANING
            for picture, sign in _seen(verdict.document for verdict in verdicts if verdict.made_at <= click.made_at)
        )
    )


def rulings_in(clicks: Iterable[Feedback]) -> tuple[Correction, ...]:
    """The decisions on appeals among clicks, those taken back left out.

    Args:
        clicks: in the order in which they came.
    """
    found = (_ruling(one) for one in clicks if one.kind == "appeal" and one.withdrawn_at is None)
    return tuple(one for one in found if one is not None)


def _seen(documents: Iterable[Mapping[str, Any]]) -> Sequence[_Subject]:
    """Every sign that these verdicts showed, once."""
    return list(dict.fromkeys(subject for document in documents for subject in _subjects(document)))


def _subjects(document: Mapping[str, Any]) -> Iterator[_Subject]:
    for picture in document["pictures"]:
        if picture["sha256"] is not None:
            yield from ((picture["sha256"], sign["kind"]) for sign in picture["signs"])
    if document["contradictions"]:
        yield None, "statement_contradiction"
    if document["reports_ai_fake"]:
        yield None, "reports_ai_fake"


def _ruling(click: Feedback) -> Correction | None:
    """None for clicks that decide nothing, and for those that other programs sent in a form of their own."""
    fields = {
        "case_id": click.case_id,
        "picture": click.picture_sha256,
        "sign": click.details.get("sign"),
        "decision": click.details.get("decision"),
        "by": click.actor,
        "at": click.created_at,
        "note": click.note[:2000],
    }
    try:
        return Correction.model_validate(fields)
    except ValidationError:
        return None

"""What people's decisions say about the settings: how often a kind of sign was upheld, and what should count for less.

Only flagged cases are decided on, and mostly those whose buyer objected, so the share upheld says nothing about cases
that were never flagged and is lower than among all flagged ones. It is therefore used in one direction only: settings
move towards the buyer, never away. A kind that is withdrawn too often counts for less; a threshold rises. Nothing is
made stricter by it, however many decisions uphold a kind.

Sources: Brown, Cai, DasGupta (2001), "Interval estimation for a binomial proportion" (Jeffreys interval); Tong, Feng,
Li (2018), "Neyman-Pearson classification algorithms and NP receiver operating characteristics" (order statistic).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from scipy.stats import beta, binom

from review_mining.errors import InputError, UsageError
from review_mining.evidence.config import EvidenceConfig
from review_mining.evidence.corrections import Corrections
from review_mining.evidence.signs import SignKind, Strength

REPORT = "reports_ai_fake"
_FOR_BUYER = "c2pa_camera"
"""Weighs on nobody; to count it for less would not be towards the buyer."""
_LOWER: dict[str, Literal["moderate", "weak", "none"]] = {"strong": "moderate", "moderate": "weak", "weak": "none"}
_READ_OF_CASE = frozenset({"case_id", "reports_ai_fake", "reports_ai_fake_score", "contradictions", "pictures"})
_READ_OF_PICTURE = frozenset({"sha256", "pixel_score", "signs", "withdrawn"})
_RANK = {"strong": 3, "moderate": 2, "weak": 1, "none": 0}


@dataclass(frozen=True)
class Run:
    """What earlier runs found, as far as decisions refer to it.

    Attributes:
        strengths: strength by kind, the gravest that was raised.
        raised: number of pictures or cases by kind.
        report_scores: ``reports_ai_fake_score`` by case.
        pixel_scores: pixel score by case and SHA-256, of pictures that have one.
    """

    strengths: Mapping[str, Strength]
    raised: Mapping[str, int]
    report_scores: Mapping[str, float]
    pixel_scores: Mapping[tuple[str, str], float]


@dataclass(frozen=True)
class Share:
    """How often a kind was upheld.

    Attributes:
        kind: of the sign, or ``reports_ai_fake``.
        upheld: decisions that upheld it.
        decided: all decisions.
        raised: how often it was raised in the runs.
        low: lower bound of the share upheld (Jeffreys, 95 %).
        high: upper bound.
    """

    kind: str
    upheld: int
    decided: int
    raised: int
    low: float
    high: float


@dataclass(frozen=True)
class Rules:
    """When a setting moves.

    Attributes:
        bar: share upheld that a kind has to reach.
        least: decisions that a kind needs before it moves.
        false_alarms: rate that a pixel threshold shall keep, with 95 % confidence.
    """

    bar: float = 0.8
    least: int = 20
    false_alarms: float = 0.01


@dataclass(frozen=True)
class Change:
    """One setting that moves, and why."""

    setting: str
    before: str
    after: str
    why: str


def read_runs(folders: Sequence[Path]) -> Run:
    """Read the outputs of the evidence command.

    Raises:
        InputError: a folder holds none.
    """
    strengths: dict[str, Strength] = {}
    raised: Counter[str] = Counter()
    report_scores: dict[str, float] = {}
    pixel_scores: dict[tuple[str, str], float] = {}
    for case in (case for folder in folders for case in _cases(folder)):
        report_scores[case["case_id"]] = case["reports_ai_fake_score"]
        raised[REPORT] += case["reports_ai_fake"]
        for kind, strength in _signs(case):
            raised[kind] += 1
            strengths[kind] = max(strengths.get(kind, "weak"), strength, key=lambda name: _RANK.get(name, 0))
        for picture in case["pictures"]:
            if picture["sha256"] and picture["pixel_score"] is not None:
                pixel_scores[case["case_id"], picture["sha256"]] = picture["pixel_score"]
    return Run(strengths, raised, report_scores, pixel_scores)


def shares(corrections: Corrections, run: Run) -> list[Share]:
    """How often each kind was upheld, by kind; of several decisions about one sign the last counts."""
    upheld: Counter[str] = Counter()
    decided: Counter[str] = Counter()
    for row in corrections.latest().values():
        decided[row.sign] += 1
        upheld[row.sign] += row.decision == "upheld"
    return [_share(kind, upheld[kind], decided[kind], run.raised.get(kind, 0)) for kind in sorted(decided)]


def recalibrated(
    config: EvidenceConfig, corrections: Corrections, run: Run, rules: Rules, *, threshold: float
) -> tuple[EvidenceConfig, list[Change]]:
    """Settings moved towards the buyer as far as the decisions ask for it.

    Args:
        config: the settings now.
        corrections: decisions of people.
        run: what they decided on.
        rules: when a setting moves.
        threshold: the ``reports_ai_fake_threshold`` in force.

    Returns:
        the settings and what moved; unchanged settings and nothing where no decision asks for it.

    Raises:
        UsageError: no kind has enough decisions.
    """
    found = shares(corrections, run)
    enough = [share for share in found if share.decided >= rules.least]
    if not enough:
        most = max((share.decided for share in found), default=0)
        raise UsageError(
            f"No kind of sign has {rules.least} decisions; the most is {most}.\n  Record more of them, upheld ones too."
        )
    at_most = dict(config.decision.at_most)
    changes = []
    for share in enough:
        if (
            share.kind not in (REPORT, _FOR_BUYER)
            and share.low < rules.bar
            and (change := _lowered(share, at_most, run, rules))
        ):
            changes.append(change)
    if any(share.kind == REPORT and share.low < rules.bar for share in enough):
        changes += _raised_threshold(corrections, run, rules, threshold)
    moved = {change.setting: change.after for change in changes}
    statement = config.statement
    if _THRESHOLD in moved:
        statement = statement.model_copy(update={"reports_ai_fake_threshold": float(moved[_THRESHOLD])})
    decision = config.decision.model_copy(update={"at_most": at_most})
    return config.model_copy(update={"decision": decision, "statement": statement}), changes


def pixel_threshold(corrections: Corrections, run: Run, rules: Rules) -> float:
    """Pixel score above which at most the stated share of genuine photos lies, with 95 % confidence.

    Genuine are the pictures of which a sign was withdrawn and none upheld. They were flagged, so their scores are
    higher than those of photos in general: the threshold errs towards the buyer.

    Raises:
        UsageError: there are too few genuine pictures for this rate.
    """
    decided: dict[tuple[str, str], set[str]] = {}
    for row in corrections.latest().values():
        if row.picture is not None:
            decided.setdefault((row.case_id, row.picture), set()).add(row.decision)
    genuine = [picture for picture, decisions in decided.items() if decisions == {"withdrawn"}]
    scores = sorted(run.pixel_scores[picture] for picture in genuine if picture in run.pixel_scores)
    for rank in range(1, len(scores) + 1):
        if binom.sf(rank - 1, len(scores), 1 - rules.false_alarms) <= 0.05:
            return scores[rank - 1]
    raise UsageError(
        f"{len(scores)} genuine pictures with a pixel score are too few for a rate of {rules.false_alarms:g}."
        "\n  One per cent needs 299, five per cent 59."
    )


_THRESHOLD = "statement.reports_ai_fake_threshold"


def _share(kind: str, upheld: int, decided: int, raised: int) -> Share:
    """Jeffreys interval, closed at 0 and 1 where every decision went one way."""
    low = 0.0 if upheld == 0 else float(beta.ppf(0.025, upheld + 0.5, decided - upheld + 0.5))
    high = 1.0 if upheld == decided else float(beta.ppf(0.975, upheld + 0.5, decided - upheld + 0.5))
    return Share(kind, upheld, decided, raised, low, high)


def _lowered(
    share: Share, at_most: dict[SignKind, Literal["moderate", "weak", "none"]], run: Run, rules: Rules
) -> Change | None:
    kind: Any = share.kind
    counts_as = min(run.strengths.get(kind, "weak"), at_most.get(kind, "strong"), key=_RANK.__getitem__)
    if counts_as not in _LOWER:
        return None
    at_most[kind] = _LOWER[counts_as]
    return Change(f"decision.at_most.{kind}", counts_as, at_most[kind], _why(share, rules))


def _raised_threshold(corrections: Corrections, run: Run, rules: Rules, threshold: float) -> Iterable[Change]:
    """The lowest score from which on the decisions uphold reports often enough, never below the one in force."""
    rows = [row for row in corrections.latest().values() if row.sign == REPORT and row.case_id in run.report_scores]
    scored = [(run.report_scores[row.case_id], row.decision == "upheld") for row in rows]
    for score in sorted({score for score, _ in scored if score > threshold}):
        kept = [upheld for other, upheld in scored if other >= score]
        share = _share(REPORT, sum(kept), len(kept), run.raised.get(REPORT, 0))
        if share.decided >= rules.least and share.low >= rules.bar:
            return [Change(_THRESHOLD, f"{threshold:g}", repr(score), _why(share, rules))]
    return []


def _why(share: Share, rules: Rules) -> str:
    return (
        f"{share.upheld} of {share.decided} decisions upheld it, share {share.low:.2f} to {share.high:.2f}, "
        f"bar {rules.bar:g}"
    )


def _signs(case: Mapping[str, Any]) -> Iterator[tuple[str, Strength]]:
    """Kind and strength of every sign of a case, contradictions that only were noted left out."""
    for picture in case["pictures"]:
        for sign in (*picture["signs"], *picture["withdrawn"]):
            yield sign["kind"], sign["strength"]
    for found in case["contradictions"]:
        if found.get("strength") in _RANK:
            yield "statement_contradiction", found["strength"]
    for sign in case.get("withdrawn", ()):  # outputs of earlier versions have none
        yield sign["kind"], sign["strength"]


def _cases(folder: Path) -> list[dict[str, Any]]:
    path = folder / "evidence.json"
    try:
        cases: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["cases"]
        for case in cases:
            _check(case, _READ_OF_CASE)
            for picture in case["pictures"]:
                _check(picture, _READ_OF_PICTURE)
        return cases
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise InputError(f"cannot be read: {error}", path=path, hint="Name outputs of the evidence command.") from error


def _check(found: object, needed: frozenset[str]) -> None:
    if not isinstance(found, dict) or not needed <= found.keys():
        raise ValueError(f"a case or a picture of it lacks one of {', '.join(sorted(needed))}")

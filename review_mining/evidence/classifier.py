"""The classifier: takes a case, gives an outcome with the signs behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from review_mining.config import default_file, load
from review_mining.errors import InputError
from review_mining.evidence.accounts.standing import AccountFact, AccountStanding, allowed_standing
from review_mining.evidence.capture import Capture, read_capture
from review_mining.evidence.cases import Case
from review_mining.evidence.config import EvidenceConfig, Outcome
from review_mining.evidence.contradictions.finding import ContradictionFinder
from review_mining.evidence.decision import case_outcome, photos_to_ask_for, picture_outcome, urgency
from review_mining.evidence.intake import Picture, take_in
from review_mining.evidence.provenance import declared_signs
from review_mining.evidence.reuse import PictureIndex
from review_mining.evidence.signs import Fact, Sign
from review_mining.evidence.statement import StatementReader, StatementReading
from review_mining.evidence.statement_storage import load_statement_model


@dataclass(frozen=True)
class PictureVerdict:
    """What was found in one picture.

    Attributes:
        file: its name as given.
        outcome: ``no_sign``, ``ask_for_more``, ``human_review`` or ``strong_sign``.
        signs: the findings, in the order they were made.
        sha256: hex digest of the original bytes, None when they were not read.
        format: format by content, None when unknown.
        width: pixels, None when unknown.
        height: likewise.
        size: bytes.
        capture: with what and when it says it was taken.
        pixel_score: None: no pixel detector is in use.
        pixel_p_value: None, likewise.
    """

    file: str
    outcome: Outcome
    signs: tuple[Sign, ...]
    sha256: str | None
    format: str | None
    width: int | None
    height: int | None
    size: int
    capture: Capture = Capture()
    pixel_score: float | None = None
    pixel_p_value: float | None = None


@dataclass(frozen=True)
class CaseVerdict:
    """What was found in a case.

    Attributes:
        case: the case.
        pictures: one verdict per picture, in the order of the case.
        outcome: gravest finding of the case.
        ask_for: photos that would settle it, in words for the buyer.
        reading: what the statement claims.
        reports_ai_fake: whether the statement says that the evidence is made up.
        contradictions: between statement, order and pictures, each with kind, strength, reasons and facts.
        urgency: place in the queue, 0–100, higher first.
        signs: of the case as a whole; those of its pictures stand with them.
        account: facts about the buyer's account that moved the case in the queue; for staff only.
    """

    case: Case
    pictures: tuple[PictureVerdict, ...]
    outcome: Outcome
    ask_for: tuple[str, ...]
    reading: StatementReading
    reports_ai_fake: bool
    urgency: float
    contradictions: tuple[Mapping[str, object], ...] = ()
    signs: tuple[Sign, ...] = ()
    account: tuple[AccountFact, ...] = ()


class EvidenceClassifier:
    """Judges after-sales cases by what their files declare, whether they were sent before, and what is written.

    Args:
        config: the settings.
        reader: of statements.
        images: folder from which picture names are read; nothing outside it is opened.
        index: pictures seen before, or None to begin with none.
        accounts: facts about buyers' accounts, which order the queue and nothing else, or None.
    """

    def __init__(
        self,
        config: EvidenceConfig,
        reader: StatementReader,
        *,
        images: Path = Path("."),
        index: PictureIndex | None = None,
        accounts: AccountStanding | None = None,
    ) -> None:
        self.accounts = accounts
        self.config, self.reader, self.images = config, reader, images
        self.index = PictureIndex() if index is None else index
        self._contradictions = ContradictionFinder(config.contradictions)

    @classmethod
    def from_config(
        cls,
        path: str | Path | None = None,
        *,
        images: str | Path = ".",
        index: PictureIndex | None = None,
        accounts: Path | None = None,
    ) -> EvidenceClassifier:
        """Build a classifier from a settings file, with the bundled model of statements.

        Args:
            path: a YAML file, or None for the default ``configs/evidence.yaml``.
            images: folder of the pictures.
            index: pictures seen before.
            accounts: a table of accounts, which the settings must allow.

        Raises:
            ConfigError: the settings are not understood.
            InputError: the table of accounts cannot be used.
            UsageError: there is one, and the settings do not allow it.
            ModelError: the model of statements cannot be used.
        """
        source = default_file("evidence.yaml") if path is None else Path(path)
        config = load(source, EvidenceConfig)
        standing = None if accounts is None else allowed_standing(accounts, config.accounts)
        return cls(config, load_statement_model(), images=Path(images), index=index, accounts=standing)

    def judge(self, case: Case | Mapping[str, object]) -> CaseVerdict:
        """Judge one case, and remember its pictures for the cases that follow.

        Args:
            case: a case, or a mapping with its keys.

        Raises:
            InputError: the mapping is no case, or a picture name leads out of the folder.
        """
        checked = case if isinstance(case, Case) else _checked(case)
        reading = self.reader.read(checked.statement)
        threshold = self.config.statement.reports_ai_fake_threshold
        reported = reading.fake_score >= (self.reader.threshold if threshold is None else threshold)
        pictures = tuple(self._judge_picture(name, checked) for name in checked.images)
        captures = [(picture.file, picture.capture) for picture in pictures]
        contradictions = self._contradictions.find(checked, captures, reading.kind, reported_as_fake=reported)
        case_signs = tuple(sign for found in contradictions if (sign := found.sign) is not None)
        outcome = case_outcome(
            (*(picture.outcome for picture in pictures), picture_outcome(case_signs, self.config.decision)),
            reading.kind,
            has_pictures=bool(pictures),
            reported_as_fake=reported,
            rules=self.config.decision,
        )
        urgent = urgency(checked, outcome, reading.kind, reported_as_fake=reported, points=self.config.urgency)
        signs = [*case_signs, *(sign for picture in pictures for sign in picture.signs)]
        return CaseVerdict(
            case=checked,
            pictures=pictures,
            outcome=outcome,
            ask_for=photos_to_ask_for(outcome, reading.kind, signs, self.config),
            reading=reading,
            reports_ai_fake=reported,
            urgency=min(100.0, urgent + (self.accounts.points(checked.buyer.buyer_id) if self.accounts else 0.0)),
            contradictions=tuple(found.as_json() for found in contradictions),
            signs=case_signs,
            account=self.accounts.of(checked.buyer.buyer_id) if self.accounts else (),
        )

    def judge_all(self, cases: Sequence[Case], advance: Callable[[int], None] = lambda _: None) -> list[CaseVerdict]:
        """Judge many cases in the order in which they were requested, so that the first sender of a file is known.

        Cases without a time keep their place behind the timed ones.

        Args:
            cases: the cases.
            advance: called with 1 after each.

        Returns:
            verdicts in the order given.
        """
        verdicts: dict[int, CaseVerdict] = {}
        for number in sorted(range(len(cases)), key=lambda number: _requested(cases[number], number)):
            verdicts[number] = self.judge(cases[number])
            advance(1)
        return [verdicts[number] for number in range(len(cases))]

    def _judge_picture(self, name: str, case: Case) -> PictureVerdict:
        picture = take_in(self.images, name, self.config.limits)
        signs = tuple(self._signs(picture, case))
        return PictureVerdict(
            file=name,
            outcome=picture_outcome(signs, self.config.decision),
            signs=signs,
            sha256=picture.sha256,
            format=picture.format,
            width=picture.width,
            height=picture.height,
            size=len(picture.data),
            capture=read_capture(picture.contents),
        )

    def _signs(self, picture: Picture, case: Case) -> Iterator[Sign]:
        if picture.fault is not None:
            yield _unreadable(picture, self.config)
        yield from declared_signs(picture.contents)
        large_enough = min(picture.width or 0, picture.height or 0) >= self.config.reuse.min_side
        sound = picture.fault is None and (large_enough or picture.width is None)
        if sound and picture.sha256 and (sign := self.index.see(picture.sha256, case)):
            yield sign


def _unreadable(picture: Picture, config: EvidenceConfig) -> Sign:
    limits = {
        "too_large": config.limits.bytes,
        "too_many_pixels": config.limits.pixels,
        "too_many_frames": config.limits.frames,
    }
    facts = {"limit": limits.get(picture.fault or ""), "width": picture.width, "height": picture.height}
    known: dict[str, Fact] = {name: value for name, value in facts.items() if value is not None}
    if picture.fault == "too_many_pixels":
        known = {"width": "?", "height": "?", **known}
    return Sign("unreadable", "weak", f"unreadable.{picture.fault}", known)


def _requested(case: Case, number: int) -> tuple[bool, str, int]:
    requested = case.order.requested_at
    timed = requested is not None and requested.tzinfo is None
    return (not timed, requested.isoformat() if requested and timed else "", number)


def _checked(case: Mapping[str, object]) -> Case:
    try:
        return Case.model_validate(dict(case))
    except ValidationError as error:
        fault = error.errors()[0]
        column = ".".join(str(part) for part in fault["loc"]) or None
        raise InputError(fault["msg"], column=column, hint="See review_mining.evidence.Case for its keys.") from error

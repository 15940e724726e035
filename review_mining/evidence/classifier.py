"""The classifier: takes a case, gives an outcome with the signs behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from pydantic import ValidationError

from review_mining.config import default_file, load
from review_mining.errors import InputError
from review_mining.evidence.accounts.standing import AccountStanding, allowed_standing
from review_mining.evidence.capture import read_capture
from review_mining.evidence.cases import Case
from review_mining.evidence.config import EvidenceConfig
from review_mining.evidence.contradictions.finding import ContradictionFinder
from review_mining.evidence.corrections import Corrections, withdrawn
from review_mining.evidence.intake import take_in
from review_mining.evidence.listings import Listings
from review_mining.evidence.picture_signs import PictureSigns
from review_mining.evidence.pool import SharedPool
from review_mining.evidence.reconsidering import reconsidered
from review_mining.evidence.reuse import PictureIndex, requested_in_china
from review_mining.evidence.reuse_search import ReuseSearch
from review_mining.evidence.statement import StatementReader, StatementReading
from review_mining.evidence.statement_storage import load_statement_model
from review_mining.evidence.verdicts import CaseVerdict, PictureVerdict


class EvidenceClassifier:
    """Judges after-sales cases by their pictures, by what is written, and by how the two fit the order.

    Args:
        config: the settings.
        reader: of statements.
        pictures: what looks at pictures, or None for what the settings switch on, with an index that begins empty.
        images: folder from which picture names are read; nothing outside it is opened.
        accounts: facts about buyers' accounts, which order the queue and nothing else, or None.
        corrections: what people decided about earlier signs; a sign that was withdrawn is not raised again.
    """

    def __init__(
        self,
        config: EvidenceConfig,
        reader: StatementReader,
        *,
        pictures: PictureSigns | None = None,
        images: Path = Path("."),
        accounts: AccountStanding | None = None,
        corrections: Corrections = Corrections(),  # noqa: B008  (frozen)
    ) -> None:
        self.config, self.reader, self.images = config, reader, images
        self.accounts, self.corrections = accounts, corrections
        self.pictures = pictures or PictureSigns.from_settings(config, ReuseSearch(PictureIndex()))
        self._contradictions = ContradictionFinder(config.contradictions)

    @classmethod
    def from_config(
        cls,
        path: str | Path | None = None,
        *,
        images: str | Path = ".",
        index: PictureIndex | None = None,
        listings: str | Path | None = None,
        pool: SharedPool | None = None,
        accounts: str | Path | None = None,
        corrections: Corrections = Corrections(),  # noqa: B008  (frozen)
    ) -> EvidenceClassifier:
        """Build a classifier from a settings file, with the bundled model of statements.

        Args:
            path: a YAML file, or None for the default ``configs/evidence.yaml``.
            images: folder of the pictures.
            index: pictures seen before, or None to begin with none.
            listings: folder of the shop's own listing pictures, which accuse nobody.
            pool: hashes of several shops' pictures, for shops that have opted in.
            accounts: a table of accounts, which the settings must allow.
            corrections: what people decided about earlier signs.

        Raises:
            ConfigError: the settings are not understood, or something that they name cannot be used.
            MissingExtraError: they ask for something whose extra is not installed.
            UsageError: there is a table of accounts, and the settings do not allow it.
            ModelError: the model of statements, or the pixel detector that is switched on, cannot be used.
            InputError: the table of accounts or the folder of listing pictures cannot be used.
        """
        config = load(default_file("evidence.yaml") if path is None else Path(path), EvidenceConfig)
        own = None if listings is None else Listings.in_folder(Path(listings), config.limits)
        reuse = ReuseSearch(PictureIndex() if index is None else index, own, pool)
        return cls(
            config,
            load_statement_model(),
            pictures=PictureSigns.from_settings(config, reuse),
            images=Path(images),
            accounts=None if accounts is None else allowed_standing(Path(accounts), config.accounts),
            corrections=corrections,
        )

    def beside(
        self,
        index: PictureIndex,
        images: str | Path,
        listings: Listings | None = None,
        pool: SharedPool | None = None,
    ) -> EvidenceClassifier:
        """A classifier for another shop, which shares the models and readers with this one, and no memory.

        Args:
            index: pictures that the shop has seen before.
            images: folder of its pictures.
            listings: its own listing pictures, which accuse nobody.
            pool: hashes of other shops' pictures, if it has opted in.
        """
        pictures = replace(self.pictures, reuse=ReuseSearch(index, listings, pool))
        return EvidenceClassifier(self.config, self.reader, pictures=pictures, images=Path(images))

    def judge(self, case: Case | Mapping[str, object]) -> CaseVerdict:
        """Judge one case, and remember its pictures and statement for the cases that follow.

        Args:
            case: a case, or a mapping with its keys.

        Raises:
            InputError: the mapping is no case, or a picture name leads out of the folder.
        """
        checked = case if isinstance(case, Case) else _checked(case)
        history = self.corrections.of_case(checked.case_id)
        reading = self.reader.read(checked.statement)
        reported = self._is_report(reading) and not withdrawn(history, None, "reports_ai_fake")
        pictures = tuple(self._look_at(name, checked) for name in checked.images)
        captures = [(picture.file, picture.capture) for picture in pictures]
        contradictions = self._contradictions.find(checked, captures, reading.kind, reported_as_fake=reported)
        findings = CaseVerdict(
            case=checked,
            pictures=pictures,
            outcome="no_sign",
            photos=(),
            reading=reading,
            reports_ai_fake=reported,
            urgency=0.0,
            contradictions=tuple(one.as_json() for one in contradictions),
            signs=tuple(sign for one in contradictions if (sign := one.sign) is not None),
            account=self.accounts.of(checked.buyer.buyer_id) if self.accounts else (),
        )
        return reconsidered(findings, history, self.config)

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

    def _is_report(self, reading: StatementReading) -> bool:
        threshold = self.config.statement.reports_ai_fake_threshold
        return reading.fake_score >= (self.reader.threshold if threshold is None else threshold)

    def _look_at(self, name: str, case: Case) -> PictureVerdict:
        picture = take_in(self.images, name, self.config.limits)
        signs, reading = self.pictures.look(picture, case)
        return PictureVerdict(
            file=name,
            outcome="no_sign",
            signs=signs,
            sha256=picture.sha256,
            format=picture.format,
            width=picture.width,
            height=picture.height,
            size=len(picture.data),
            capture=read_capture(picture.contents),
            pixel_score=reading.score if reading else None,
            pixel_p_value=reading.p_value if reading else None,
        )


def _requested(case: Case, number: int) -> tuple[bool, str, int]:
    requested = requested_in_china(case)
    return (requested is None, requested.isoformat() if requested else "", number)


def _checked(case: Mapping[str, object]) -> Case:
    try:
        return Case.model_validate(dict(case))
    except ValidationError as error:
        fault = error.errors()[0]
        column = ".".join(str(part) for part in fault["loc"]) or None
        raise InputError(fault["msg"], column=column, hint="See review_mining.evidence.Case for its keys.") from error

"""The stages in order: ingest, judge, tag, themes, insight, report."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Mapping
from copy import copy
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from review_mining.actions import read_actions
from review_mining.analysis import Analysis
from review_mining.aspects import AspectTagger
from review_mining.config import ReportConfig, ThemesConfig, default_file, load
from review_mining.continuity import carried_on, nothing_carried_on
from review_mining.insight import Metrics, read_metrics
from review_mining.memory import release_freed
from review_mining.progress import ProgressDisplay
from review_mining.refund_cases import join_cases
from review_mining.report import briefs, content, meeting, page, workbook, writing
from review_mining.report.figures import compute
from review_mining.selection import Selection
from review_mining.stages import Stages
from review_mining.taxonomy import Language, Taxonomy, load_industry
from review_mining.text import Segmenter
from review_mining.themes import ThemeModel, quotes_from
from review_mining.themes.encoders import load_encoder
from review_mining.themes.endpoint_naming import EndpointNamer
from review_mining.themes.machine_names import MachineNames, complaints_of, read_proposed, write_proposed

THEME_MODEL = "theme_model"
"""Where in a report's directory its themes lie for a later report to keep."""


@dataclass(frozen=True, kw_only=True)
class Context:
    """What a report takes into account besides the reviews.

    Attributes:
        industry: name of a bundled industry, or an industry file.
        compare_to: ``previous`` or ``FROM..TO``; None lets the data choose.
        metrics: file of operational figures.
        actions: file of fixes under way, or a folder of owners' workbooks.
        evidence: directory written by the evidence command.
    """

    industry: str | None = None
    compare_to: str | None = None
    metrics: Path | None = None
    actions: Path | None = None
    evidence: Path | None = None


class ReviewMiner:
    """Reviews in, analysis out.

    Args:
        model: an aspect model, its directory or its name; None takes the bundled default.
        themes: a fitted theme model or its directory, whose ids are kept; None fits a new one.
        config: settings, or a YAML file of them; None takes ``configs/report.yaml``.

    Example:
        >>> from review_mining import ReviewMiner
        >>> analysis = ReviewMiner().analyze(["拉链用了三天就坏了", "物流很快，包装也好"])
        >>> analysis.review_aspects.column("logistics").to_pylist()
        ['none', 'positive']
    """

    def __init__(
        self,
        model: AspectTagger | str | Path | None = None,
        themes: ThemeModel | str | Path | None = None,
        config: ReportConfig | str | Path | None = None,
    ) -> None:
        self._tagger = model if isinstance(model, AspectTagger) else AspectTagger.from_pretrained(model)
        if not isinstance(config, ReportConfig):
            config = load(Path(config) if config else default_file("report.yaml"), ReportConfig)
        self._config = config
        self._earlier = Path(themes) if isinstance(themes, str | Path) else None
        if isinstance(themes, str | Path):
            themes = _load_themes(Path(themes), config, self._segmenter())
        self._themes = themes

    def analyze(
        self,
        reviews: object,
        *,
        mapping: Mapping[str, str] | None = None,
        selection: Selection | None = None,
        context: Context | None = None,
        lang: Language = "zh",
        progress: ProgressDisplay | None = None,
    ) -> Analysis:
        """Analyse reviews into a temporary directory that lives as long as the result.

        Args:
            reviews: paths, a table of any kind, or a list of texts; see ``review_mining.ingest.read``.
            mapping: names of ``reviews`` columns → columns of the input.
            selection: which reviews count; None takes all.
            context: what else to take into account.
            lang: language of the page.
            progress: where to show progress; None shows nothing.

        Raises:
            InputError: the reviews cannot be read.
        """
        directory = Path(tempfile.mkdtemp(prefix="review-mining-"))
        try:
            made = self.write(
                reviews, directory, mapping=mapping, selection=selection, context=context, lang=lang, progress=progress
            )
        except BaseException:
            shutil.rmtree(directory, ignore_errors=True)
            raise
        analysis = Analysis(directory, made)
        weakref.finalize(analysis, shutil.rmtree, directory, ignore_errors=True)
        return analysis

    def write(
        self,
        reviews: object,
        out: Path,
        *,
        mapping: Mapping[str, str] | None = None,
        selection: Selection | None = None,
        context: Context | None = None,
        lang: Language = "zh",
        progress: ProgressDisplay | None = None,
    ) -> dict[str, Any]:
        """Analyse reviews into an existing empty directory: tables, ``report.json``, ``.html`` and ``.xlsx``.

        Returns:
            The content of ``report.json``. Arguments and errors as for ``analyze``.
        """
        context, selection, progress = context or Context(), selection or Selection(), progress or ProgressDisplay()
        run = self._run(selection, context)
        workspace = out / ".workspace"
        workspace.mkdir()
        try:
            stages = Stages(out, workspace, batch_rows=self._config.ingest.batch_rows, progress=progress)
            run["input"], run["left_out"] = stages.ingest(reviews, mapping or {}, selection)
            stages.judge_and_tag(self._tagger, self._config.text)
            model, themes = self._group(stages, out, context, run, progress)
            themes, run["themes_named_by_endpoint"] = self._named_by_endpoint(model, themes, out, context)
            if context.evidence:
                with progress.stage("售后单 cases"):
                    join_cases(context.evidence, out, self._tagger, model, batch_rows=self._config.ingest.batch_rows)
        finally:
            shutil.rmtree(workspace, ignore_errors=True)
        with progress.stage("汇总 report"):
            return self._report(out, run, themes, lang)

    def _run(self, selection: Selection, context: Context) -> dict[str, Any]:
        """What the figures rest on besides the tables; kept in ``report.json``, so that they can be recomputed."""
        metrics = read_metrics(context.metrics) if context.metrics else Metrics.none_given()
        return {
            "version": version("review-mining"),
            "created_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "settings": self._config.model_dump(mode="json"),
            "selection": {name: value and str(value) for name, value in asdict(selection).items()},
            "industry": context.industry,
            "taxonomy": self._taxonomy(context).model_dump(mode="json"),
            "model": {
                "version": self._tagger.version,
                "aspects": list(self._tagger.taxonomy.aspects),
                "calibration": self._tagger.calibration.to_json(),
            },
            "compare_to": context.compare_to,
            "metrics": {"now": dict(metrics.now), "before": dict(metrics.before)},
            "actions": [action.to_json() for action in read_actions(context.actions)] if context.actions else [],
        }

    def _taxonomy(self, context: Context) -> Taxonomy:
        taxonomy = self._tagger.taxonomy
        return load_industry(context.industry).applied_to(taxonomy) if context.industry else taxonomy

    def _group(
        self, stages: Stages, out: Path, context: Context, run: dict[str, Any], progress: ProgressDisplay
    ) -> tuple[ThemeModel, pa.Table]:
        """Find or carry on the themes and assign them; ``run`` gets what has become of earlier ones."""
        config, taxonomy = self._config.themes, self._taxonomy(context)
        with progress.stage("归类 clustering"):
            if self._themes is None:
                themes = ThemeModel(config, segmenter=self._segmenter(), taxonomy=taxonomy, seed=self._config.seed)
                themes.fit(stages.complaints())
                run |= nothing_carried_on()
            else:
                earlier = copy(self._themes).set_params(
                    config=_with_encoder_of(self._themes, config), taxonomy=taxonomy
                )
                themes, since = carried_on(earlier, stages.complaints(), refit=config.refit)
                run |= since
        stages.assign(themes)
        themes.save(out / THEME_MODEL)
        if self._themes is None:
            return themes, themes.themes
        found = pq.read_table(out / "opinions.parquet", columns=["opinion_id", "theme_id", "confidence"])
        return themes, quotes_from(themes.themes, found)

    def _named_by_endpoint(
        self, model: ThemeModel, themes: pa.Table, out: Path, context: Context
    ) -> tuple[pa.Table, list[str]]:
        """Themes under the names of the endpoint, where one is configured, and the ids of those it named."""
        naming = self._config.themes.naming
        if naming is None:
            if self._earlier:
                write_proposed(read_proposed(self._earlier), out / THEME_MODEL)
            return themes, []
        names = MachineNames(
            EndpointNamer.from_environment(naming),
            f"{naming.base_url} {naming.model}",
            segmenter=self._segmenter(),
            taxonomy=self._taxonomy(context),
            proposed=read_proposed(self._earlier) if self._earlier else None,
        )
        kept = model.residual | model.named_by_people
        named = names.applied_to(themes, complaints_of(out / "opinions.parquet"), kept=kept)
        write_proposed(names.proposed, out / THEME_MODEL)
        return named

    def _segmenter(self) -> Segmenter:
        return Segmenter(self._config.text.engine, user_dictionaries=self._config.text.user_dictionaries)

    def _report(self, out: Path, run: dict[str, Any], themes: pa.Table, lang: Language) -> dict[str, Any]:
        figures = compute(out, run, themes)
        release_freed()
        for name, table in (("themes", figures.insight.themes), ("score", figures.insight.score)):
            pq.write_table(table, out / f"{name}.parquet", compression="zstd")
        made = content.build(out, run, figures)
        del figures
        release_freed()
        writing.write_json(made, out / "report.json")
        (out / "report.html").write_text(page.render(made, lang), encoding="utf-8")
        briefs.write(made, out, lang)
        meeting.write(made, out, lang)
        workbook.write(out, out / "report.xlsx", self._config.report.xlsx_max_rows)
        return made


def _load_themes(directory: Path, config: ReportConfig, segmenter: Segmenter) -> ThemeModel:
    """Earlier themes; an encoder that the settings name must be the one they were fitted with."""
    name = config.themes.encoder
    return ThemeModel.load(directory, segmenter=segmenter, encoder=load_encoder(name) if name else None)


def _with_encoder_of(themes: ThemeModel, config: ThemesConfig) -> ThemesConfig:
    """The settings with the name of the encoder that earlier themes were fitted with, where they name none."""
    return config.model_copy(update={"encoder": config.encoder or themes.config.encoder})

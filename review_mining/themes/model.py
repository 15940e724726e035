"""ThemeModel: negative opinions in, named themes out."""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Self

import pyarrow as pa
import pyarrow.compute as pc
from sklearn.base import BaseEstimator

from review_mining.config import ThemesConfig
from review_mining.errors import UsageError
from review_mining.tables import THEMES
from review_mining.taxonomy import Taxonomy, load_taxonomy
from review_mining.text import Segmenter
from review_mining.themes import persistence
from review_mining.themes.changes import Change
from review_mining.themes.drift import Drift, compare
from review_mining.themes.encoders import load_encoder
from review_mining.themes.known import Find, Known, added, least_sizes
from review_mining.themes.refit import refit
from review_mining.themes.selection import Spans, select
from review_mining.themes.sights import sight
from review_mining.themes.sub_aspect import fit_sub_aspect
from review_mining.themes.vectors import Encode, SpanVectors
from review_mining.themes.words import Words

COLUMNS = pa.schema(
    [THEMES.field(name) for name in ("theme_id", "aspect", "sub_aspect", "name", "keywords", "stability", "quotes")]
)
"""What is known of a theme before anything is counted."""

_SPANS_FOR_VECTORS = 20_000
_NEEDED = ("opinion_id", "aspect", "sub_aspect", "polarity", "span")
_BLOCK = 65_536


class ThemeModel(BaseEstimator):  # type: ignore[misc]
    """Groups negative opinions, sub-aspect by sub-aspect, into named themes.

    Args:
        config: how small a theme may be, how many a sub-aspect may have, how many opinions are looked at.
        segmenter: splits spans into words; jieba with the project's dictionary by default.
        encoder: texts to vectors, to tell what means the same; by default that of ``config.encoder``.
        taxonomy: names of the sub-aspects; the bundled one by default.
        seed: of the projection and of the stability resamples.

    Attributes:
        themes: one row per theme, columns ``COLUMNS``; ``theme_id`` is twelve hex characters that follow from
            sub-aspect and content, so a second fit on the same opinions gives the same ids.

    Example:
        >>> model = ThemeModel().fit(opinions)  # doctest: +SKIP
        >>> model.assign(opinions)  # doctest: +SKIP
    """

    def __init__(
        self,
        config: ThemesConfig = ThemesConfig(),  # noqa: B008  (frozen)
        *,
        segmenter: Words | None = None,
        encoder: Encode | None = None,
        taxonomy: Taxonomy | None = None,
        seed: int = 0,
    ) -> None:
        self.config = config
        self.segmenter = segmenter
        self.encoder = encoder
        self.taxonomy = taxonomy
        self.seed = seed

    def fit(self, opinions: pa.Table, y: None = None) -> Self:
        """Find the themes of the negative opinions; the others are passed over.

        At most ``config.fit_sample`` opinions of a sub-aspect are used, chosen by a hash of ``opinion_id``, so neither
        the order of the rows nor their number of batches matters.

        Args:
            opinions: columns as ``tables.OPINIONS`` (``theme_id`` is ignored).
            y: not used; scikit-learn's pipelines give it.

        Raises:
            UsageError: a column is missing.
            ConfigError: a sub-aspect's code belongs to no aspect of the taxonomy.
        """
        self._known = self._added(Known(), self._chosen(opinions), {})
        return self

    def fit_predict(self, opinions: pa.Table, y: None = None) -> pa.Array:
        """``fit``, then ``assign``; ``y`` is not used."""
        return self.fit(opinions).assign(opinions)

    def extended(self, opinions: pa.Table) -> Self:
        """A model that also knows the themes of complaints that this one does not recognise.

        Every theme keeps its id and its name; what has become frequent enough is added after those of its sub-aspect.
        Where that has as many themes as it may have, only what is more frequent than the rarest of them is added.

        Args:
            opinions: columns as ``tables.OPINIONS``, of other reviews than those that were fitted.

        Raises:
            UsageError: the model is not fitted, or a column is missing.
        """
        rest, assigned = pa.array(sorted(self.residual), pa.string()), self.assign(opinions)
        unrecognised = pc.or_(pc.is_null(assigned), pc.is_in(assigned, rest))
        model, known = copy(self), replace(self._known, changes=())
        least = least_sizes(known, assigned.to_pylist(), self.config.max_per_sub_aspect)
        model._known = self._added(known, self._chosen(opinions.filter(unrecognised)), least)
        return model

    def refitted(self, opinions: pa.Table) -> Self:
        """A model with the themes of these complaints, in which those that this one knows have kept their ids.

        A theme that is found again keeps its id and its name. What people have pinned, merged or split stays as it is.
        ``changes`` says what became of each theme.

        Args:
            opinions: columns as ``tables.OPINIONS``: all that the themes shall describe, not only the latest.

        Raises:
            UsageError: the model is not fitted, or a column is missing.
        """
        self._check_fitted()
        model, chosen = copy(self), self._chosen(opinions)
        vectors = self._space(chosen) if chosen else self._known.vectors
        if vectors is not None:
            model._known = refit(self._known, chosen, vectors, self._finder(vectors))
        return model

    def drift(self, opinions: pa.Table) -> Drift:
        """How far complaints have moved away from those of the fit, or of the last refit.

        Args:
            opinions: columns as ``tables.OPINIONS``, of later reviews.

        Raises:
            UsageError: the model is not fitted, or a column is missing.
        """
        self._check_fitted()
        now = {}
        for code, spans in self._chosen(opinions).items():
            area = self._known.areas.get(code)
            now[code] = sight(area.fitted if area else None, spans, self._known.vectors)
        return compare(self._known.sights, now)

    @property
    def themes(self) -> pa.Table:
        """Themes by sub-aspect, the largest first and later ones behind, as people have changed them."""
        self._check_fitted()
        return pa.Table.from_pylist(self._known.edited_rows, schema=COLUMNS)

    @property
    def residual(self) -> frozenset[str]:
        """Ids of the themes that hold a sub-aspect's leftovers."""
        self._check_fitted()
        return self._known.residual

    @property
    def pinned(self) -> frozenset[str]:
        """Ids of the themes that people have pinned."""
        self._check_fitted()
        return frozenset(self._known.edits.pin)

    @property
    def named_by_people(self) -> frozenset[str]:
        """Ids of the themes whose names stand in ``edits.yaml``."""
        self._check_fitted()
        return self._known.edits.named({row["theme_id"]: row["sub_aspect"] for row in self._known.rows})

    @property
    def changes(self) -> tuple[Change, ...]:
        """What the refit that this model comes from has made of the themes before it; empty for any other model."""
        self._check_fitted()
        return self._known.changes

    def assign(self, opinions: pa.Table) -> pa.Array:
        """Theme of each opinion, without clustering again.

        Args:
            opinions: columns as ``tables.OPINIONS``.

        Returns:
            ``theme_id`` per row; null where the opinion is not negative, its sub-aspect has no themes, it resembles
            nothing that was fitted, or what it resembles is too rare to be a theme.

        Raises:
            UsageError: the model is not fitted, or a column is missing.
        """
        self._check_fitted()
        _check(opinions)
        blocks = [self._known.assign(opinions.slice(first, _BLOCK)) for first in range(0, opinions.num_rows, _BLOCK)]
        return pa.concat_arrays(blocks) if blocks else pa.array([], pa.string())

    def save(self, directory: str | Path) -> None:
        """Write the model as ``themes.json`` and ``themes.safetensors``, and ``edits.yaml`` for people to change.

        Raises:
            UsageError: the model is not fitted.
            ModelError: the directory cannot be written.
        """
        self._check_fitted()
        persistence.save(Path(directory), persistence.Stored(self.config, self._taxonomy(), self.seed, self._known))

    @classmethod
    def load(cls, directory: str | Path, *, segmenter: Words | None = None, encoder: Encode | None = None) -> Self:
        """Read a saved model.

        Args:
            directory: where ``save`` wrote.
            segmenter: the one it was fitted with, where that is not the default.
            encoder: the one it was fitted with, where that is not the one its settings name.

        Raises:
            ModelError: a file is missing, damaged or of another format, or the encoder is another.
            ConfigError: ``edits.yaml`` asks for what cannot be done.
        """
        stored = persistence.load(Path(directory), encoder, segmenter or Segmenter())
        model = cls(stored.config, segmenter=segmenter, encoder=encoder, taxonomy=stored.taxonomy, seed=stored.seed)
        model._known = stored.known
        return model

    def _chosen(self, opinions: pa.Table) -> dict[str, Spans]:
        _check(opinions)
        return select(opinions, self.config.fit_sample)

    def _added(self, known: Known, chosen: dict[str, Spans], least: dict[str, int]) -> Known:
        """``known`` and the themes of more complaints."""
        if not chosen:
            return known
        vectors = known.vectors or self._space(chosen)
        return added(known, chosen, vectors, self._finder(vectors), least)

    def _space(self, chosen: dict[str, Spans]) -> SpanVectors:
        """The space of these complaints."""
        encode = self.encoder or load_encoder(self.config.encoder)
        return SpanVectors.fitted(_for_vectors(chosen), encode=encode, segmenter=self._segmenter(), seed=self.seed)

    def _finder(self, vectors: SpanVectors) -> Find:
        return partial(
            fit_sub_aspect,
            vectors=vectors,
            segmenter=self._segmenter(),
            config=self.config,
            taxonomy=self._taxonomy(),
            seed=self.seed,
        )

    def _segmenter(self) -> Words:
        return self.segmenter if self.segmenter is not None else Segmenter()

    def _taxonomy(self) -> Taxonomy:
        return self.taxonomy if self.taxonomy is not None else load_taxonomy()

    def __sklearn_clone__(self) -> Self:
        """An unfitted model of the same parts: segmenter and encoder hold sessions that cannot be copied."""
        return type(self)(**self.get_params(deep=False))

    def __sklearn_is_fitted__(self) -> bool:
        """Whether ``fit`` or ``load`` has been called."""
        return hasattr(self, "_known")

    def _check_fitted(self) -> None:
        if not self.__sklearn_is_fitted__():
            raise UsageError(
                "This ThemeModel is not fitted.\n  Call fit(opinions) first, or ThemeModel.load(directory)."
            )


def _check(opinions: pa.Table) -> None:
    missing = [column for column in _NEEDED if column not in opinions.column_names]
    if missing:
        raise UsageError(
            f"The opinions table lacks the columns {missing}.\n  It needs those of review_mining.tables.OPINIONS."
        )


def _for_vectors(chosen: dict[str, Spans]) -> list[str]:
    """Different spans to learn vectors from: an even part of every sub-aspect, in a fixed order."""
    share = max(1, _SPANS_FOR_VECTORS // max(len(chosen), 1))
    return [span for spans in chosen.values() for span in spans.keys[:share]]

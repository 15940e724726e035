"""ThemeModel: negative opinions in, named themes out."""

from __future__ import annotations

from copy import copy
from pathlib import Path
from typing import Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sklearn.base import BaseEstimator

from review_mining.config import ThemesConfig
from review_mining.errors import UsageError
from review_mining.tables import THEMES
from review_mining.taxonomy import Taxonomy, load_taxonomy
from review_mining.text import Segmenter
from review_mining.themes import persistence
from review_mining.themes.edits import Edits, edits_text, read_edits
from review_mining.themes.selection import Spans, select
from review_mining.themes.sub_aspect import Fitted, extended, fit_sub_aspect
from review_mining.themes.vectors import Encode, SpanVectors, bundled_encoder
from review_mining.themes.words import Words, key

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
        encoder: texts to vectors, to tell what means the same; the bundled encoder by default.
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

    def fit(self, opinions: pa.Table) -> Self:
        """Find the themes of the negative opinions; the others are passed over.

        At most ``config.fit_sample`` opinions of a sub-aspect are used, chosen by a hash of ``opinion_id``, so neither
        the order of the rows nor their number of batches matters.

        Args:
            opinions: columns as ``tables.OPINIONS`` (``theme_id`` is ignored).

        Raises:
            UsageError: a column is missing.
            ConfigError: a sub-aspect's code belongs to no aspect of the taxonomy.
        """
        _check(opinions)
        self._fitted: dict[str, Fitted] = {}
        self._edits = Edits()
        self._vectors: SpanVectors | None = None
        self._add(opinions)
        return self

    def extended(self, opinions: pa.Table) -> Self:
        """A model that also knows the themes of complaints that this one does not recognise.

        Every theme keeps its id and its name; what has become frequent enough is added after those of its sub-aspect.

        Args:
            opinions: columns as ``tables.OPINIONS``, of other reviews than those that were fitted.

        Raises:
            UsageError: the model is not fitted, or a column is missing.
        """
        self._check_fitted()
        _check(opinions)
        rest, assigned = pa.array(sorted(self.residual), pa.string()), self.assign(opinions)
        unrecognised = pc.or_(pc.is_null(assigned), pc.is_in(assigned, rest))
        model = copy(self)
        model._fitted = dict(self._fitted)
        model._add(opinions.filter(unrecognised))
        return model

    def _add(self, opinions: pa.Table) -> None:
        """Fit the complaints and join what is found with what is known."""
        chosen = select(opinions, self.config.fit_sample)
        if not chosen:
            return
        segmenter, taxonomy = self._segmenter(), self._taxonomy()
        if self._vectors is None:
            encode = self.encoder or bundled_encoder()
            self._vectors = SpanVectors.fitted(_for_vectors(chosen), encode=encode, segmenter=segmenter, seed=self.seed)
        # A name that a theme has lost to an edit is still what its id follows from.
        taken = frozenset(theme["name"] for rows in (self._rows(), self.themes.to_pylist()) for theme in rows)
        for code, spans in chosen.items():
            found = fit_sub_aspect(
                code,
                spans,
                self._vectors,
                segmenter,
                config=self.config,
                taxonomy=taxonomy,
                taken=taken,
                seed=self.seed,
            )
            self._fitted[code] = extended(self._fitted[code], found) if code in self._fitted else found
            taken |= {theme.name for theme in self._fitted[code].themes}

    @property
    def themes(self) -> pa.Table:
        """Themes by sub-aspect, the largest first and later ones behind, as people have changed them."""
        self._check_fitted()
        return pa.Table.from_pylist(self._edits.applied_to(self._rows()), schema=COLUMNS)

    @property
    def residual(self) -> frozenset[str]:
        """Ids of the themes that hold a sub-aspect's leftovers."""
        self._check_fitted()
        return frozenset(one.themes[-1].theme_id for one in self._fitted.values() if one.has_residual)

    @property
    def named_by_people(self) -> frozenset[str]:
        """Ids of the themes whose names stand in ``edits.yaml``."""
        self._check_fitted()
        first = {theme["theme_id"]: theme["name"] for theme in self._rows()}
        return frozenset(
            theme["theme_id"] for theme in self.themes.to_pylist() if theme["name"] != first.get(theme["theme_id"])
        )

    def _rows(self) -> list[dict[str, Any]]:
        return [theme.row() for fitted in self._fitted.values() for theme in fitted.themes]

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
        blocks = [self._assign(opinions.slice(first, _BLOCK)) for first in range(0, opinions.num_rows, _BLOCK)]
        return pa.concat_arrays(blocks) if blocks else pa.array([], pa.string())

    def _assign(self, opinions: pa.Table) -> pa.Array:
        ids = np.full(opinions.num_rows, None, dtype=object)
        negative = pc.fill_null(pc.equal(opinions["polarity"], "negative"), False).to_numpy()
        codes = opinions["sub_aspect"].to_numpy(zero_copy_only=False)
        for code, fitted in self._fitted.items():
            rows = np.flatnonzero((codes == code) & negative)
            if len(rows) == 0 or not fitted.themes or self._vectors is None:
                continue
            keys = [key(span or "") for span in opinions["span"].take(pa.array(rows)).to_pylist()]
            distinct, back = np.unique(np.array(keys, dtype=object), return_inverse=True)
            labels = fitted.core.vote(self._vectors.transform(list(distinct)))
            ids[rows] = fitted.theme_ids(labels)[back]
        spans = opinions["span"].to_pylist()
        return pa.array(self._edits.ids_of(ids, spans, list(codes)), pa.string())

    def save(self, directory: str | Path) -> None:
        """Write the model as ``themes.json`` and ``themes.safetensors``, and ``edits.yaml`` for people to change.

        Raises:
            UsageError: the model is not fitted.
            ModelError: the directory cannot be written.
        """
        self._check_fitted()
        persistence.save(
            Path(directory),
            persistence.Stored(self.config, self._taxonomy(), self.seed, self._vectors, self._fitted),
            edits_text(self._edits, self._rows()),
        )

    @classmethod
    def load(cls, directory: str | Path, *, segmenter: Words | None = None, encoder: Encode | None = None) -> Self:
        """Read a saved model.

        Args:
            directory: where ``save`` wrote.
            segmenter: the one it was fitted with, where that is not the default.
            encoder: the one it was fitted with, where that is not the bundled one.

        Raises:
            ModelError: a file is missing, damaged or of another format, or the encoder is another.
            ConfigError: ``edits.yaml`` asks for what cannot be done.
        """
        stored = persistence.load(Path(directory), encoder or bundled_encoder(), segmenter or Segmenter())
        model = cls(stored.config, segmenter=segmenter, encoder=encoder, taxonomy=stored.taxonomy, seed=stored.seed)
        model._vectors, model._fitted = stored.vectors, stored.fitted
        model._edits = read_edits(Path(directory))
        model._edits.check(model._rows(), model.residual)
        return model

    def _segmenter(self) -> Words:
        return self.segmenter if self.segmenter is not None else Segmenter()

    def _taxonomy(self) -> Taxonomy:
        return self.taxonomy if self.taxonomy is not None else load_taxonomy()

    def _check_fitted(self) -> None:
        if not hasattr(self, "_fitted"):
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

"""Learning the polarity layer from reviews that carry stars or a polarity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq
from sklearn.linear_model import LogisticRegression

from review_mining.aspects.ngrams import Vocabulary, frequent_ngrams, inverse_document_frequency, weigh
from review_mining.aspects.polarity import PolarityLayer
from review_mining.aspects.segments import segment
from review_mining.errors import InputError
from review_mining.ingest.masking import mask

_LOWEST_PRAISE, _HIGHEST_COMPLAINT = 5.0, 2.0


@dataclass(frozen=True, eq=False)
class PolarTexts:
    """Texts with their polarity; ``praise`` is a bool array of shape (texts,)."""

    texts: Sequence[str]
    praise: npt.NDArray[np.bool_]


def load_polar_texts(path: Path, apart_from: Sequence[str]) -> PolarTexts:
    """Read texts with ``polarity`` (1, 0) or ``rating`` (5 is praise, 1 and 2 are complaints) from a Parquet file.

    Rows marked ``reserved`` and texts that are annotated are left out, so that the layer knows none of those that the
    other layers are fitted or scored on; so are sources that call everything praise, or everything a complaint.
    Personal data is masked.

    Raises:
        InputError: the file cannot be read or lacks a column.
    """
    try:
        table = pq.read_table(path, columns=["text", "polarity", "rating", "reserved", "source"])
    except (OSError, pa.ArrowException) as error:
        raise InputError(f"cannot be read: {error}", path=path) from error
    annotated = {_without_space(text) for text in apart_from}
    by_source: dict[str, list[tuple[str, bool]]] = {}
    for row in table.to_pylist():
        verdict = _verdict(row["polarity"], row["rating"])
        text = mask(row["text"])[0]
        if verdict is not None and not row["reserved"] and _without_space(text) not in annotated:
            by_source.setdefault(row["source"], []).append((text, verdict))
    found = [one for own in by_source.values() if len({verdict for _, verdict in own}) > 1 for one in own]
    return PolarTexts([text for text, _ in found], np.asarray([verdict for _, verdict in found], dtype=bool))


def fit_polarity(data: PolarTexts, *, min_texts: int, strength: float) -> PolarityLayer:
    """Fit the layer, both classes weighing the same; half precision, as it is stored.

    Args:
        data: texts of both classes.
        min_texts: an n-gram enters the vocabulary when this many different texts hold it.
        strength: inverse regularisation (C).
    """
    segments = segment(data.texts)
    vocabulary = Vocabulary(frequent_ngrams([one.text for one in segments.normalised], min_texts=min_texts))
    hits, bounds = vocabulary.find(segments.characters), segments.characters.bounds
    idf = inverse_document_frequency(hits, segments.characters, len(vocabulary)).astype(np.float32).astype(np.float64)
    rows = weigh(hits, bounds[:-1], bounds[1:], idf)
    model = LogisticRegression(C=strength, solver="liblinear", class_weight="balanced", tol=1e-3)
    model.fit(rows, data.praise)
    weights = model.coef_[0].astype(np.float16).astype(np.float64)
    return PolarityLayer(vocabulary, idf, weights, model.intercept_.astype(np.float32).astype(np.float64))


def _verdict(polarity: float | None, rating: str | None) -> bool | None:
    if polarity is not None:
        return bool(polarity)
    try:
        stars = float(rating or "")
    except ValueError:
        return None
    return True if stars >= _LOWEST_PRAISE else False if stars <= _HIGHEST_COMPLAINT else None


def _without_space(text: str) -> str:
    return "".join(text.split())

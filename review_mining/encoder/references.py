"""What an encoder must beat: a linear support vector machine over character n-grams, and TF-IDF with SVD."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.svm import LinearSVC, LinearSVR

from review_mining.encoder.labelled import LabelledTexts

_SEED = 0


class CharacterSvm:
    """Linear SVM over TF-IDF of one to three characters; for stars, support vector regression."""

    middle = 0.0
    """Decision value between the polarities."""

    def scores(self, train: LabelledTexts, test: Sequence[str]) -> npt.NDArray[np.float64]:
        """Decision values of the test texts, or their stars."""
        if train.kind == "ordinal":
            model = LinearSVR(C=0.3, random_state=_SEED)
        elif train.kind == "labels":
            model = OneVsRestClassifier(LinearSVC(C=0.5, random_state=_SEED))
        else:
            model = LinearSVC(C=0.3, random_state=_SEED)
        pipeline = make_pipeline(_tfidf(len(train.texts)), model)
        pipeline.fit(train.texts, train.targets if train.kind == "ordinal" else train.targets.astype(np.int64))
        scores = pipeline.predict(test) if train.kind == "ordinal" else pipeline.decision_function(test)
        return np.asarray(scores, dtype=np.float64)


def lexical_vectors(known: Sequence[str], asked: Sequence[str], size: int = 128) -> npt.NDArray[np.float64]:
    """Latent semantic vectors (Deerwester et al. 1990) of ``asked``, fitted on ``known``; shape (asked, size)."""
    pipeline: Pipeline = make_pipeline(_tfidf(len(known)), TruncatedSVD(size, random_state=_SEED))
    pipeline.fit(known)
    return np.asarray(pipeline.transform(asked), dtype=np.float64)


def _tfidf(texts: int) -> TfidfVectorizer:
    return TfidfVectorizer(analyzer="char", ngram_range=(1, 3), min_df=2 if texts > 1000 else 1, sublinear_tf=True)

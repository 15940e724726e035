from __future__ import annotations

from collections.abc import Callable, Sequence

import invented_texts
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from review_mining.encoder.evaluation import (
    NEAREST,
    Figure,
    LinearProbe,
    accuracy,
    few_shot,
    label_f1,
    retrieval,
    star_agreement,
)
from review_mining.encoder.labelled import LabelledTexts
from review_mining.encoder.references import CharacterSvm, lexical_vectors


def _task(kind: str, targets: Sequence[object], names: tuple[str, ...] = ()) -> LabelledTexts:
    """Texts whose number tells their target; every third is reserved."""
    count = len(targets)
    return LabelledTexts(
        "made",
        kind,
        [f"文{number}" for number in range(count)],
        np.array(targets, dtype=np.float32),
        names,
        np.arange(count) % 3 == 0,
        np.full(count, "invented"),
    )


class _Telling:
    """Vectors that give the target away, with a little noise; remembers which texts it saw."""

    def __init__(self, task: LabelledTexts) -> None:
        self._targets = task.targets.reshape(len(task.targets), -1)
        self.seen: list[str] = []

    def __call__(self, texts: Sequence[str]) -> npt.NDArray[np.floating]:
        self.seen.extend(texts)
        numbers = [int(text[1:]) for text in texts]
        noise = np.random.default_rng(0).normal(size=(len(self._targets), 3))
        return np.hstack([self._targets[numbers], 0.1 * noise[numbers]])


class _Fixed:
    """Answers as given, whatever it learnt from."""

    middle = 0.5

    def __init__(self, answer: Callable[[int], float]) -> None:
        self._answer = answer

    def scores(self, train: LabelledTexts, test: Sequence[str]) -> npt.NDArray[np.float64]:
        return np.array([self._answer(int(text[1:])) for text in test])


_POLARITY = _task("binary", [number // 7 % 2 for number in range(240)])
_STARS = _task("ordinal", [1 + number // 7 % 5 for number in range(240)])
_LABELS = _task("labels", [[number % 2, number // 2 % 2] for number in range(240)], ("价格", "物流"))


def _holds(figure: Figure) -> bool:
    return figure.low <= figure.value <= figure.high


@pytest.mark.parametrize(
    ("measure", "task"), [(accuracy, _POLARITY), (few_shot, _POLARITY), (star_agreement, _STARS), (label_f1, _LABELS)]
)
def test_what_the_features_tell_is_found(measure: Callable[..., Figure], task: LabelledTexts) -> None:
    figure = measure(LinearProbe(_Telling(task)), task)
    assert figure.value > 0.97
    assert _holds(figure)
    assert figure.n == 80


def test_a_text_is_encoded_once() -> None:
    features = _Telling(_POLARITY)
    probe = LinearProbe(features)
    accuracy(probe, _POLARITY)
    few_shot(probe, _POLARITY)
    assert sorted(features.seen) == sorted(_POLARITY.texts)


def test_accuracy_counts_reserved_rows_only() -> None:
    wrong = {0, 3, 6, 9}
    figure = accuracy(_Fixed(lambda number: abs(_POLARITY.targets[number] - (number in wrong))), _POLARITY)
    assert figure.value == pytest.approx(1 - 4 / 80)
    assert figure.low < figure.value < figure.high <= 1
    unseen = accuracy(_Fixed(lambda number: abs(_POLARITY.targets[number] - (number % 3 > 0))), _POLARITY)
    assert unseen == Figure(1.0, 1.0, 1.0, 80)


def test_stars_agree_in_full_by_chance_or_in_reverse() -> None:
    assert star_agreement(_Fixed(lambda number: _STARS.targets[number]), _STARS).value == pytest.approx(1)
    rounded = star_agreement(_Fixed(lambda number: 9 * (_STARS.targets[number] - 3) + 3.2), _STARS)
    assert rounded.value < 1
    assert star_agreement(_Fixed(lambda number: 6 - _STARS.targets[number]), _STARS).value == pytest.approx(-1, abs=0.1)
    assert star_agreement(_Fixed(lambda _: 3), _STARS).value == pytest.approx(0)


def test_the_linear_references_learn_what_is_written_in_the_texts() -> None:
    task = invented_texts.polarity_task()
    figure = accuracy(CharacterSvm(), task)
    assert figure.value >= 0.9
    assert _holds(figure)
    stars = np.array([review.stars for review in invented_texts.REVIEWS], dtype=np.float32)
    ordinal = LabelledTexts("stars", "ordinal", task.texts, stars, (), task.reserved, task.sources)
    known, asked = ordinal.select(~task.reserved), ordinal.select(task.reserved)
    assert np.corrcoef(CharacterSvm().scores(known, asked.texts), asked.targets)[0, 1] > 0.6
    both = np.stack([task.targets, 1 - task.targets], axis=1)
    labels = LabelledTexts("opinions", "labels", task.texts, both, ("好", "坏"), task.reserved, task.sources)
    assert CharacterSvm().scores(labels, task.texts[:3]).shape == (3, 2)


def test_lexical_vectors_put_like_words_together() -> None:
    texts = [review.text for review in invented_texts.REVIEWS]
    vectors = lexical_vectors(texts, ["发货很快", "发货很快啊", "价格太贵"], size=16)
    assert vectors.shape == (3, 16)
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    assert unit[0] @ unit[1] > unit[0] @ unit[2] + 0.2


def _circle(degrees: Sequence[float]) -> npt.NDArray[np.float64]:
    angles = np.deg2rad(degrees)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)


def test_retrieval_counts_the_nearest_of_the_same_code() -> None:
    own, other = NEAREST - 2, NEAREST + 1
    # The first code has two strangers among the nearest of each of its members, the second code none.
    vectors = _circle([*np.linspace(0, 1, own + 1), *np.linspace(90, 91, other)])
    codes = ["q"] * (own + 1) + ["l"] * other
    figure = retrieval(vectors * 7, codes, range(len(codes)))
    wanted = [own / NEAREST] * (own + 1) + [1.0] * other
    assert figure.value == pytest.approx(np.mean(wanted))
    assert _holds(figure)
    assert figure.n == len(codes)


def test_opinions_of_one_review_are_no_neighbours() -> None:
    each = NEAREST + 1
    vectors = _circle([*[0.0] * each, *[90.0] * each])
    codes = ["q"] * each + ["l"] * each
    apart = retrieval(vectors, codes, range(2 * each))
    together = retrieval(vectors, codes, [0] * each + [1] * each)
    assert (apart.value, together.value) == (1.0, 0.0)


def test_a_lonely_opinion_finds_nothing_of_its_own_review() -> None:
    """Fewer than ``NEAREST`` others: those of the same review must not fill the list."""
    figure = retrieval(_circle([0, 1, 2, 90]), ["q", "q", "q", "l"], [0, 0, 0, 1])
    assert figure.value == 0


@given(st.integers(0, 500))
@settings(max_examples=10, deadline=None)
def test_the_length_of_a_vector_is_of_no_account(seed: int) -> None:
    rng = np.random.default_rng(seed)
    vectors, codes = rng.normal(size=(30, 4)), rng.choice(["q", "l", "p"], 30).tolist()
    scaled = vectors * rng.uniform(0.5, 9, size=(30, 1))
    assert retrieval(vectors, codes, range(30)) == retrieval(scaled, codes, range(30))

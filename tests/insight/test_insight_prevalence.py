"""The correction for misclassification: exact where it can be, on the simplex everywhere, honest on average."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from review_mining.insight.complaints import Burden
from review_mining.insight.experience import SCALE, Classifier, Recipe, Sample, estimate
from review_mining.insight.prevalence import draw_confusion, mean_confusion, true_shares

RATES = np.array(
    [[0.93, 0.045, 0.02, 0.005], [0.08, 0.89, 0.015, 0.015], [0.09, 0.03, 0.85, 0.03], [0.06, 0.22, 0.3, 0.42]]
)
HELD_OUT = np.array([130, 80, 126, 25])


def test_the_true_mix_is_recovered_where_it_produced_the_predictions():
    truth = np.array([0.5, 0.43, 0.05, 0.02])
    assert np.allclose(true_shares(truth @ RATES, RATES), truth, atol=1e-9)


def test_fewer_negatives_than_false_alarms_explain_give_none_not_less():
    observed = np.array([0.97, 0.02, 0.009, 0.001])
    shares = true_shares(observed, RATES)
    assert (shares >= 0).all()
    assert shares[2] < 1e-3


def test_an_uninformative_classifier_is_no_error():
    shares = true_shares(np.array([0.4, 0.3, 0.2, 0.1]), np.full((4, 4), 0.25))
    assert shares.sum() == pytest.approx(1.0)


def test_confusion_rows_are_distributions_even_for_labels_never_seen_held_out():
    counts = np.zeros((2, 4, 4), dtype=np.int64)
    for rows in (mean_confusion(counts), draw_confusion(counts, 50, np.random.default_rng(0))):
        assert np.allclose(rows.sum(axis=-1), 1.0)
    assert (np.diagonal(mean_confusion(counts), axis1=1, axis2=2) > 0.5).all()


@given(
    st.lists(st.floats(0, 1), min_size=4, max_size=4).filter(lambda v: sum(v) > 0.01),
    st.lists(st.floats(0.001, 1), min_size=16, max_size=16),
)
def test_shares_are_always_on_the_simplex(predicted, cells):
    observed = np.array(predicted) / sum(predicted)
    rates = np.array(cells).reshape(4, 4)
    shares = true_shares(observed, rates / rates.sum(axis=1, keepdims=True))
    assert (shares >= 0).all()
    assert shares.sum() == pytest.approx(1.0, abs=1e-6)


@given(st.lists(st.floats(0.01, 1), min_size=4, max_size=4))
def test_shares_are_most_likely(weights):
    observed = np.array(weights) / sum(weights)
    found = true_shares(observed, RATES)
    others = np.random.default_rng(0).dirichlet(np.ones(4), size=200)
    likelihood = (observed * np.log(others @ RATES)).sum(axis=1)
    assert (observed * np.log(found @ RATES)).sum() >= likelihood.max() - 1e-6


@pytest.mark.parametrize("negative", [0.03, 0.10, 0.30])
def test_intervals_hold_the_truth_about_as_often_as_they_say(negative):
    truth = np.array([0.5, 0.5 * (1 - negative * 1.2), 0.5 * negative, 0.1 * negative])
    target = SCALE * (truth[1] + truth[3] / 2) / truth[1:].sum()
    recipe = Recipe(np.ones(1), np.zeros(1), np.zeros(1), 20.0)
    rng = np.random.default_rng(7)
    inside = 0
    for _ in range(120):
        confusion = np.array([rng.multinomial(n, row) for n, row in zip(HELD_OUT, RATES, strict=True)])
        counts = rng.multinomial(2000, truth @ RATES)
        seen = counts > 0
        sample = Sample(np.arange(4, dtype=np.int8)[seen, None], counts[seen])
        classifier = Classifier.measured(confusion[None], 300, rng)
        found = estimate(sample, Burden(np.ones(1), np.ones(1)), classifier, recipe, rng)
        inside += bool(found.low[0] <= target <= found.high[0])
    assert inside / 120 >= 0.90


def test_uncorrected_counting_would_miss_the_truth_that_the_interval_holds():
    truth = np.array([0.5, 0.482, 0.015, 0.003])
    counts = np.round(truth @ RATES * 20000).astype(np.int64)
    naive = SCALE * (counts[1] + counts[3] / 2) / counts[1:].sum()
    target = SCALE * (truth[1] + truth[3] / 2) / truth[1:].sum()
    sample = Sample(np.arange(4, dtype=np.int8)[:, None], counts)
    confusion = np.round(RATES * 400).astype(np.int64)
    classifier = Classifier.measured(confusion[None], 500, np.random.default_rng(0))
    recipe = Recipe(np.ones(1), np.zeros(1), np.zeros(1), 20.0)
    found = estimate(sample, Burden(np.ones(1), np.ones(1)), classifier, recipe, np.random.default_rng(1))
    assert abs(found.index[0] - target) < abs(naive - target) / 3
    assert found.low[0] <= target <= found.high[0]

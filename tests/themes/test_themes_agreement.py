import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from review_mining.themes.agreement import agreement

_LABELS = st.lists(st.tuples(st.integers(0, 4), st.one_of(st.none(), st.integers(0, 4))), min_size=1, max_size=40)


def _by_definition(issues: list[int], themes: list[int | None]) -> float:
    """B-cubed of the paper, complaint by complaint."""
    found = [("alone", place) if theme is None else theme for place, theme in enumerate(themes)]
    shares = []
    for issue, theme in zip(issues, found, strict=True):
        alike = [one == issue for one in issues]
        grouped = [one == theme for one in found]
        both = sum(a and b for a, b in zip(alike, grouped, strict=True))
        shares.append((both / sum(grouped), both / sum(alike)))
    precision, recall = np.mean(shares, axis=0)
    return float(2 * precision * recall / (precision + recall))


@given(_LABELS)
def test_b_cubed_is_that_of_its_definition(pairs: list[tuple[int, int | None]]) -> None:
    issues, themes = ([pair[side] for pair in pairs] for side in (0, 1))
    assert agreement(issues, themes).b_cubed == pytest.approx(_by_definition(issues, themes))


@given(st.lists(st.integers(0, 3), min_size=1, max_size=30))
def test_equal_sortings_agree_wholly(issues: list[int]) -> None:
    found = agreement(issues, [f"theme {issue}" for issue in issues])
    assert (found.b_cubed, found.v_measure, found.adjusted_rand, found.outliers) == pytest.approx((1, 1, 1, 0))


def test_outliers_belong_to_nobody() -> None:
    found = agreement(["a", "a", "b", "b"], [1, 1, None, None])
    assert found.outliers == 0.5
    assert found.b_cubed == pytest.approx(2 * 1 * 0.75 / 1.75)

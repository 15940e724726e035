from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented_complaints import opinions

from review_mining.themes import ThemeModel
from review_mining.themes.drift import compare
from review_mining.themes.sights import Sight


def _sight(n: int, unrecognised: int, *themes: int) -> Sight:
    return Sight(n, n, unrecognised, {f"{place:012}": count for place, count in enumerate(themes)}, 0.7)


def test_complaints_of_one_kind_have_not_drifted(table: pa.Table) -> None:
    rows = np.arange(table.num_rows)
    drift = ThemeModel().fit(table.take(pa.array(rows[::2]))).drift(table.take(pa.array(rows[1::2])))
    assert drift.level == "none"
    assert drift.overall.n_then == drift.overall.n_now == table.num_rows // 2
    assert set(drift.sub_aspects) == set(table["sub_aspect"].to_pylist())


def test_complaints_about_something_else_have_drifted_far(model: ThemeModel) -> None:
    others = ("蚊子飞进屋", "种子不发芽", "字迹看不清", "琴弦走音", "鱼缸长青苔", "帐篷透风", "口红沾杯")
    drift = model.drift(opinions([("quality", "q.durability", one + mark) for one in others for mark in "甲乙丙丁"]))
    assert drift.level == "large"
    assert drift.overall.low > 0.5
    assert drift.sub_aspects["q.durability"].closeness_now < drift.sub_aspects["q.durability"].closeness_then


def test_a_sub_aspect_that_the_fit_does_not_know_is_not_recognised(model: ThemeModel) -> None:
    drift = model.drift(opinions([("quality", "q.taste", "一股霉味")] * 40))
    assert drift.sub_aspects["q.taste"].unrecognised_now == 1.0
    assert drift.level == "large"


def test_another_mix_of_known_complaints_is_some_drift(model: ThemeModel, table: pa.Table) -> None:
    theme = model.assign(table).to_pylist()[0]
    mine = table.filter(pa.array([one == theme for one in model.assign(table).to_pylist()]))
    drift = model.drift(pa.concat_tables([mine] * 8))
    assert drift.overall.unrecognised_now == 0.0
    assert drift.level == "some"


def test_no_complaints_say_nothing(model: ThemeModel, table: pa.Table) -> None:
    for drift in (model.drift(opinions([])), ThemeModel().fit(opinions([])).drift(opinions([]))):
        assert drift.level == "none"
        assert (drift.overall.low, drift.overall.high) == (-1.0, 1.0)
    assert ThemeModel().fit(opinions([])).drift(table).level == "none"


def test_a_model_that_was_kept_knows_how_its_fit_looked(model: ThemeModel, table: pa.Table, tmp_path: Path) -> None:
    model.save(tmp_path)
    assert ThemeModel.load(tmp_path).drift(table) == model.drift(table)


def test_a_refit_is_what_later_complaints_are_compared_with(model: ThemeModel) -> None:
    later = opinions([("quality", "q.taste", f"霉味{one}{other}") for one in "重大浓多呛" for other in "啊呀了"])
    assert model.drift(later).level == "large"
    assert model.refitted(later).drift(later).level == "none"


def test_the_interval_of_two_shares_is_newcombes() -> None:
    # Newcombe (1998), table II, first contrast: 56/70 less 48/80, method 10.
    overall = compare({"q": _sight(80, 48, 32)}, {"q": _sight(70, 56, 14)}).overall
    assert overall.change == pytest.approx(0.2)
    assert (overall.low, overall.high) == pytest.approx((0.0524, 0.3339), abs=5e-4)


def test_levels_follow_what_is_not_recognised() -> None:
    then = {"q": _sight(1000, 200, 800)}
    assert [compare(then, {"q": _sight(1000, n, 1000 - n)}).level for n in (200, 230, 290, 330, 900)] == [
        "none",
        "none",
        "some",
        "large",
        "large",
    ]


def test_a_sample_counts_for_its_whole() -> None:
    then = {"q": Sight(3000, 1000, 100, {"a" * 12: 900}, 0.7), "s": Sight(1000, 1000, 500, {"b" * 12: 500}, 0.7)}
    assert compare(then, then).overall.unrecognised_then == pytest.approx((0.1 * 3000 + 0.5 * 1000) / 4000)
    assert compare(then, then).overall.mix == 0.0


_MIXES = st.lists(st.integers(1, 30), min_size=3, max_size=8)


@given(_MIXES, st.integers(0, 2**32 - 1))
def test_two_samples_of_one_mix_are_not_far_apart(counts: list[int], seed: int) -> None:
    rng, shares = np.random.default_rng(seed), np.array(counts) / sum(counts)
    first, later = (_sight(400, 0, *rng.multinomial(400, shares).tolist()) for _ in range(2))
    assert compare({"q": first}, {"q": later}).level == "none"


@given(st.lists(st.integers(1, 50), min_size=1, max_size=5), st.integers(0, 30), st.integers(0, 30), st.integers(1, 9))
def test_equal_mixes_are_no_distance_apart(counts: list[int], then: int, now: int, times: int) -> None:
    sides = [
        _sight(factor * sum(counts) + missed, missed, *(factor * count for count in counts))
        for factor, missed in ((1, then), (times, now))
    ]
    drift = compare({"q.x": sides[0]}, {"q.x": sides[1]})
    assert drift.overall.mix == pytest.approx(0.0, abs=1e-6)

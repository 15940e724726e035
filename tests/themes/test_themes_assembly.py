from __future__ import annotations

import numpy as np
import pytest

from review_mining.text import Segmenter
from review_mining.themes.assembly import LONGEST_NAME, assembled, read
from review_mining.themes.faults import Fault, denies, fault


def _assembled(*themes: list[str], stop_words: bool = True) -> list[list[tuple[str, float]]]:
    segmenter = Segmenter(stop_words=stop_words)
    pairs = [[read(tokens, text) for tokens, text in zip(segmenter(theme), theme, strict=True)] for theme in themes]
    return assembled(pairs, [np.ones(len(theme)) for theme in themes])


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("漏水", ("漏水", Fault.STATE)),
        ("太慢", ("慢", Fault.STATE)),
        ("差劲", ("差劲", Fault.VAGUE)),
        ("划痕", ("划痕", Fault.NOUN)),
        ("不制冷", ("不制冷", Fault.NEGATED)),
        ("没人安装", ("没人安装", Fault.NEGATED)),
        ("没问题", None),
        ("不错", None),
        ("不漏水", None),
        ("拉链", None),
    ],
)
def test_a_word_says_that_something_is_wrong_or_not(word: str, found: tuple[str, Fault] | None) -> None:
    assert fault(word) == found


@pytest.mark.parametrize(("word", "relief"), [("没塑料味", True), ("没事", True), ("不漏水", True), ("没送", False)])
def test_a_denied_fault_is_none(word: str, relief: bool) -> None:
    assert denies(word) is relief


@pytest.mark.parametrize("stop_words", [True, False])
@pytest.mark.parametrize(
    ("complaints", "name"),
    [
        (["包装都破损了", "包装破损严重", "外面包装有点破损"], "包装破损"),
        (["屏幕有划痕", "屏幕上有划痕", "屏幕好多划痕"], "屏幕有划痕"),
        (["不给退差价", "不退差价", "客服不退差价"], "不退差价"),
        (["送货太慢", "送货真的很慢", "送货慢", "物流慢", "物流太慢了", "物流好慢"], "物流、送货慢"),
        (["总是死机", "死机", "死机黑屏", "又黑屏了", "黑屏"], "死机、黑屏"),
    ],
)
def test_most_complaints_give_the_name(complaints: list[str], name: str, stop_words: bool) -> None:
    best, share = _assembled(complaints, stop_words=stop_words)[0][0]
    assert best == name
    assert 0.3 <= share <= 1.0


def test_nothing_is_put_together_across_who_and_why() -> None:
    texts = [pair.text() for pair in read(["电池", "因为", "他", "发热"], "电池因为他发热")]
    assert texts == ["发热"]


def test_what_siblings_say_as_often_is_no_name() -> None:
    names = _assembled(["漏水", "漏水", "底部漏水", "底部漏水"], ["漏水", "漏水", "漏水", "充电慢", "充电慢"])
    assert names[1][0][0] == "充电慢"
    assert "漏水" not in [name for name, _ in names[0]] or names[0][0][0] == "底部漏水"


def test_one_complaint_alone_gives_no_name() -> None:
    assert _assembled(["屏幕有划痕", "电池鼓包", "很喜欢"]) == [[]]


def test_names_are_short() -> None:
    things = ["超长名字的商品外包装盒子", "另一个超长名字的商品包装"]
    names = _assembled([f"{thing}破损" for thing in things for _ in range(4)])[0]
    assert all(len(name) <= LONGEST_NAME for name, _ in names)


def test_order_does_not_matter() -> None:
    complaints = ["送货太慢", "送货慢", "物流慢", "物流太慢了", "快递慢", "快递也慢", "漏水", "漏水了"]
    assert _assembled(complaints) == _assembled(complaints[::-1])

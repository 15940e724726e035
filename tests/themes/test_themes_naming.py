import numpy as np
import pytest

from review_mining.text import Segmenter
from review_mining.themes.naming import Group, name, tidy
from review_mining.themes.words import content_words, key


@pytest.mark.parametrize(
    ("span", "tidied"),
    [
        ("而且拉链真的特别容易坏", "拉链容易坏"),
        ("这个包装太差了", "包装差"),
        ("我觉得快递不送上门", "快递不送上门"),
        ("买完就降价了！", "买完就降价"),
        ("退也退不了", "退也退不了"),
        ("太吵了", "太吵了"),
        ("外机是坏的", "外机是坏的"),
        ("便宜没好货", "便宜没好货"),
        ("太小小小", "太小"),
        ("一个月就坏了", "一个月就坏"),
        ("是不是翻新机", "是不是翻新机"),
        ("", ""),
        ("！！", ""),
        ("😡😡", ""),
    ],
)
def test_tidy_keeps_what_is_wrong(span, tidied):
    assert tidy(span) == tidied


@pytest.mark.parametrize("span", ["一看109", "一二三四五六七八九十", "次偏酸"])
def test_what_says_little_gives_way_to_keywords(span):
    group = Group([span] * 3, [["差价"]] * 3, [()] * 3, np.ones(3), np.ones(3))
    assert name(group, ["差价", "补差"], [], frozenset(), "降价保价") == "降价保价：差价、补差"


def test_negation_stays_on_its_word():
    assert content_words(["空调", "不", "制冷"]) == ["空调", "不制冷"]
    assert content_words(["没有", "发票"]) == ["没发票"]


def test_fillers_are_no_content():
    assert content_words(Segmenter().tokenize("这个真的非常漏水！")) == ["漏水"]


def test_key_forgets_width_case_punctuation_and_emoji():
    assert key(" ＡＢ坏了！！😡") == key("ab坏了") == "ab坏了"

"""Cleaning of texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review_mining.ingest.cleaning import clean


@pytest.mark.parametrize(
    ("raw", "stored"),
    [
        ("一\r\n二\r三\n四", "一\n二\n三\n四"),
        ("一_x000D_\n二", "一\n二"),
        ("一<br>二<BR/>三<br />四", "一\n二\n三\n四"),
        ("一&nbsp;二&amp;三&lt;b&gt;&#39;&hellip;", "一 二&三<b>'…"),
        ("&amp;lt;", "&lt;"),
        ("a=1&copy=2&notit;", "a=1&copy=2&notit;"),
        ("零\u200b宽\ufeff字\u200d符\u2060", "零宽字符"),
        ("控\x00制\x07\x7f", "控制"),
        ("孤\ud83d立", "孤\ufffd立"),
        ("<script>alert(1)</script><p>好</p>", "<script>alert(1)</script><p>好</p>"),
        (" \t\n\u3000\xa0", ""),
        ("\ufeff做得好\t啊", "做得好 啊"),
        ("行\u2028分", "行\n分"),
        ("表情😀👍🏻", "表情😀👍🏻"),
    ],
)
def test_cleaning(raw, stored):
    assert clean(raw) == stored


@given(st.text(st.characters(exclude_characters="&")).filter(lambda text: "_x00" not in clean(text)))
def test_cleaning_twice_is_cleaning_once(text):
    assert clean(clean(text)) == clean(text)


@given(st.text(st.sampled_from("&;<>br/ _x0D\r\n\u200b\ud800\xa0nbsplt#1")))
def test_nothing_invisible_is_left(text):
    assert not set(clean(text)) & set("\r\u200b\ud800\xa0\t\x00")

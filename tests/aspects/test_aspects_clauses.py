from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from review_mining.aspects.clauses import split_clauses


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60) | st.text(alphabet="好,。但是不过 a1.-😀", max_size=60))
def test_clauses_are_ordered_disjoint_and_not_blank(text: str) -> None:
    position = 0
    for start, end in split_clauses(text):
        assert position <= start < end <= len(text)
        assert text[start:end].strip() == text[start:end] != ""
        position = end


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("屏幕好,电池差。客服不理人!", ["屏幕好", "电池差", "客服不理人"]),
        ("外观好看但是很卡", ["外观好看", "但是很卡"]),
        ("不但好看", ["不但好看"]),
        ("6.5寸大屏1,299元", ["6.5寸大屏1,299元"]),
        ("看着不错 用着也行", ["看着不错", "用着也行"]),
        ("iphone se good", ["iphone se good"]),
        ("", []),
        ("。。!!", []),
    ],
)
def test_where_a_clause_ends(text: str, clauses: list[str]) -> None:
    assert [text[start:end] for start, end in split_clauses(text)] == clauses

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from review_mining.text.normalise import content_of, normalise, normalise_all

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"
TEXTS = st.text(
    st.one_of(
        st.sampled_from("哈好錯ＡａＡ！!。，,~～^_()（）TtoO><　 \t\r\n★0123👍🏻🇨🇳\u200d\ufe0f\u20e3#İſß"),
        st.characters(),
    )
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ＡＢＣ１２３％", "abc123%"),
        ("很好，物流快！", "很好,物流快!"),
        ("物流慢。包裝「破損」", "物流慢。包装「破损」"),
        ("哈哈哈哈哈哈", "哈哈哈"),
        ("哈哈哈", "哈哈哈"),
        ("太差了！！！!!", "太差了!"),
        ("。。。。", "。"),
        ("花了10000元", "花了10000元"),
        ("★★★★★", "★★★★★"),
        ("好　　评\t棒", "好 评 棒"),
        ("第一行\r\n\n 第二行", "第一行\n第二行"),
        ("👍🏻👍🏻👍🏻👍🏻👍🏻", "👍🏻👍🏻👍🏻"),
        ("🇨🇳🇨🇳🇨🇳🇨🇳", "🇨🇳🇨🇳🇨🇳"),
        (FAMILY * 2, FAMILY * 2),
        ("好(^__^)好", "好(^__^)好"),
        ("（＾▽＾）", "(^▽^)"),
        ("", ""),
    ],
)
def test_one_written_form(text, expected):
    assert normalise(text).text == expected


def test_a_span_of_the_short_form_covers_the_whole_run_it_stands_for():
    normalised = normalise("包裝爛！！！哈哈哈哈哈哈，Good")
    assert normalised.text == "包装烂!哈哈哈,good"
    assert normalised.original_span(0, 2) == (0, 2)
    assert normalised.original_span(3, 4) == (3, 6)
    assert normalised.original_span(4, 7) == (6, 12)
    assert normalised.original_span(8, 12) == (13, 17)


def test_a_span_outside_the_text_is_refused():
    with pytest.raises(IndexError, match="1:9"):
        normalise("很好").original_span(1, 9)


@settings(max_examples=400)
@given(TEXTS)
@example("((((^_^))))" + "_" * 9)
@example("T" + "_" * 5 + "T")
def test_offsets_lead_back_into_the_original(text):
    normalised = normalise(text)
    offsets = normalised.offsets
    assert offsets.shape == (len(normalised.text) + 1,)
    assert offsets[-1] == len(text)
    assert (offsets >= 0).all()
    assert (offsets[1:] > offsets[:-1]).all()
    for end in range(len(normalised.text) + 1):
        start, stop = normalised.original_span(end // 2, end)
        assert 0 <= start <= stop <= len(text)


@settings(max_examples=400)
@given(TEXTS)
@example("((((^_^))))" + "_" * 9)
def test_normalising_twice_changes_nothing_and_the_fast_path_agrees(text):
    once = normalise(text).text
    assert normalise(once).text == once
    assert normalise_all([text]) == [once]


def test_long_hostile_runs_take_linear_time():
    for unit in (" ", "a", "\u200d", "(", "^_", "👨\u200d", "_", "哈", "🇨"):
        normalise(unit * 200_000)


def test_content_is_what_is_said_without_marks():
    assert content_of("很好, 物流快!👍_1") == "很好物流快1"

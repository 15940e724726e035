import copy
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.feature_extraction.text import CountVectorizer

from review_mining.errors import ConfigError, MissingExtraError
from review_mining.text import Segmenter, stop_words
from review_mining.text.segment import project_dictionary

CORPUS = [
    "降噪效果不错，性价比超高，5.2KG的机身拿着也不累",
    "衣服洗了两次就起球掉色，6-8码都偏小，退货！！！",
    "快递小哥送货上门，真空包装完好，生产日期是2024-05-01",
    "iPhone15 Pro Max用了3天就发烫，客服一直踢皮球…",
    "👍🏻👍🏻安装师傅很专业 (*^▽^*) 制热快，噪音28.5dB以下",
    "a1.5b%c USB3.0接口 wifi6 100% ok",
    "差評！貨不對板，商家不理人",
    "",
    " \n",
]


@pytest.fixture(scope="module")
def jieba():
    return Segmenter()


@pytest.fixture(scope="module")
def rjieba():
    return Segmenter(engine="rjieba")


def test_terms_of_the_trade_stay_whole(jieba):
    terms = [
        "降噪",
        "掉色",
        "起球",
        "生产日期",
        "性价比",
        "售后",
        "真空包装",
        "送货上门",
        "快递小哥",
        "虚假宣传",
        "不卡顿",
    ]
    for term in terms:
        assert term in jieba.tokenize(f"这个{term}我说过")


def test_the_dictionary_has_the_size_and_form_it_promises():
    entries = project_dictionary()
    words = [word for word, _, _ in entries]
    assert len(entries) >= 1500
    assert words == sorted(set(words))
    assert all(frequency > 0 and tag for _, frequency, tag in entries)


def test_engines_agree(jieba, rjieba):
    assert rjieba(CORPUS) == jieba(CORPUS)


@pytest.mark.parametrize("engine", ["jieba", "rjieba"])
def test_engines_without_guessing_agree_too(engine):
    assert Segmenter(engine=engine, hmm=False)(CORPUS) == Segmenter(hmm=False)(CORPUS)


@pytest.mark.shared
def test_engines_agree_on_real_reviews(jieba, rjieba):
    import pyarrow.parquet as pq

    path = Path(__file__).parents[3] / "shared" / "data" / "reviews.parquet"
    texts = pq.read_table(path, columns=["text"])["text"].to_pylist()[::9]
    different = sum(one != other for one, other in zip(jieba(texts), rjieba(texts), strict=True))
    assert different <= len(texts) * 1e-4


@settings(max_examples=150, deadline=None)
@given(st.text())
def test_tokens_joined_are_the_text(jieba, rjieba, text):
    assert "".join(jieba.tokenize(text)) == text
    assert "".join(rjieba.tokenize(text)) == text


def test_emoji_and_kaomoji_are_one_token(jieba):
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    assert jieba.tokenize(f"好{family}🇨🇳(*^▽^*)👍🏻") == ["好", family, "🇨🇳", "(*^▽^*)", "👍🏻"]


def test_stop_words_leave_what_is_said():
    words = Segmenter(stop_words=True).tokenize("这个的质量不好，没有说明书！ 👍")
    assert words == ["质量", "不好", "没有", "说明书", "👍"]


def test_negations_are_no_stop_words():
    assert not {"不", "没", "没有", "无", "别", "未", "非"} & stop_words()
    assert 300 <= len(stop_words()) <= 700


def test_user_dictionary(tmp_path):
    own = tmp_path / "own.txt"
    own.write_text("# ours\n云朵绒面料 500 n\n轻羽感\n", encoding="utf-8")
    for engine in ("jieba", "rjieba"):
        words = Segmenter(engine=engine, user_dictionaries=(own,)).tokenize("这件云朵绒面料有轻羽感")
        assert {"云朵绒面料", "轻羽感"} <= set(words)
    assert "云朵绒面料" not in Segmenter().tokenize("这件云朵绒面料")


@pytest.mark.parametrize(
    ("content", "fault"), [(b"a 1 n x\n", "line 1"), ("词".encode("gbk"), "UTF-8"), (None, "read")]
)
def test_a_bad_user_dictionary_is_named(tmp_path, content, fault):
    own = tmp_path / "own.txt"
    if content is not None:
        own.write_bytes(content)
    with pytest.raises(ConfigError, match=fault):
        Segmenter(user_dictionaries=(own,)).tokenize("好")


def test_an_unknown_engine_is_refused():
    with pytest.raises(ConfigError, match="jieba, rjieba"):
        Segmenter(engine="pkuseg").tokenize("好")


def test_a_missing_engine_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "rjieba", None)
    with pytest.raises(MissingExtraError, match=r"review-mining\[fast\]"):
        Segmenter(engine="rjieba").tokenize("好")


def test_it_is_a_scikit_learn_estimator(rjieba):
    rjieba.tokenize("好")
    for twin in (clone(rjieba), copy.deepcopy(rjieba), pickle.loads(pickle.dumps(rjieba))):
        assert twin.get_params() == rjieba.get_params()
        assert twin.fit_transform(CORPUS) == rjieba(CORPUS)
    vectorizer = CountVectorizer(tokenizer=Segmenter(stop_words=True).tokenize, token_pattern=None)
    vectorizer.fit(CORPUS)
    assert "性价比" in vectorizer.vocabulary_


def test_parameters_set_later_take_effect():
    segmenter = Segmenter()
    segmenter.tokenize("好")
    assert segmenter.set_params(engine="rjieba", hmm=False)(CORPUS) == Segmenter(hmm=False)(CORPUS)


def test_it_leaves_no_cache_and_says_nothing(tmp_path):
    code = "from review_mining.text import Segmenter; Segmenter().tokenize('降噪很好')"
    environment = {"TMPDIR": str(tmp_path), "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], env=environment, capture_output=True, check=True
    )
    assert done.stdout + done.stderr == b""
    assert not list(tmp_path.iterdir())

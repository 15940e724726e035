from datetime import datetime

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from review_mining import tables
from review_mining.config import TextConfig
from review_mining.errors import ConfigError, UsageError
from review_mining.text import Judge
from review_mining.text.templates import Templates

SUBJECTS = ["这台空调", "新买的耳机", "给妈妈选的羽绒服", "店里的坚果礼盒", "书桌上的台灯", "孩子的绘本", "车里的香薰"]
CLAUSES = [
    "安装那天师傅迟到了半小时",
    "夜里开着几乎听不见声音",
    "遥控板的按键有点松",
    "包装箱外面压出了一个角",
    "颜色比图片上浅一些",
    "穿了一周袖口开始起毛",
    "客服答应补发的配件还没到",
    "味道闻着像放了很久",
    "亮度调到最低仍然晃眼",
    "价格比上个月便宜四十块",
    "说明书只有英文看不懂",
    "充一次电能撑过三天",
    "拉链拉到一半就卡住",
    "纸张厚实翻起来很舒服",
    "快递放在驿站没有通知",
    "边角打磨得很光滑",
]


def review(seed, clauses=7):
    rng = np.random.default_rng(seed)
    chosen = rng.permutation(len(CLAUSES))[:clauses]
    return SUBJECTS[seed % len(SUBJECTS)] + "，" + "，".join(CLAUSES[i] for i in chosen) + f"，总共用了{seed}天。"


def edited(text, edits, seed):
    rng = np.random.default_rng(seed)
    characters = list(text)
    for place in rng.choice(len(characters), size=edits, replace=False).tolist():
        characters[place] = "甲乙丙丁戊"[int(rng.integers(5))]
    return "".join(characters)


def batch(texts, first=0, **columns):
    columns = {"review_id": [f"r{first + i}" for i in range(len(texts))], "text": texts, **columns}
    return pa.RecordBatch.from_pydict(
        {field.name: pa.array(columns.get(field.name, [None] * len(texts)), field.type) for field in tables.REVIEWS},
        schema=tables.REVIEWS,
    )


def judged(directory, texts, *, batch_rows=1000, config=None, **columns):
    whole = batch(texts, **columns)
    batches = [whole.slice(start, batch_rows) for start in range(0, len(texts), batch_rows)]
    with Judge(directory, config or TextConfig()) as judge:
        for part in batches:
            judge.add(part)
        judge.resolve()
        verdicts = [judge.verdicts(part) for part in batches]
    return pa.Table.from_batches(verdicts, schema=tables.JUDGED).to_pylist()


def verdicts(directory, texts, **settings):
    return [row["verdict"] for row in judged(directory, texts, **settings)]


@pytest.mark.parametrize("text", ["", " \n", "。。。！！", "……", "------"])
def test_a_text_without_content_is_empty(tmp_path, text):
    [row] = judged(tmp_path, [text])
    assert (row["verdict"], row["reason"]) == ("empty", "没有文字内容")


@pytest.mark.parametrize("text", ["👍👍", "(*^▽^*)", "好", "5"])
def test_a_sign_of_liking_is_a_review(tmp_path, text):
    assert verdicts(tmp_path, [text]) == ["ok"]


@pytest.mark.parametrize(
    "text",
    [
        "此用户没有填写评价",
        "此用户没有填写评价。",
        "此用戶未填寫評價內容",
        "系统默认好评",
        "用户未及时作出评价",
        "系统自动好评!",
        "买家未填写评价",
        "默认好评",
        "评价方未及时做出评价,系统默认好评!",
        "用户未及时做出评价，系统默认好评！",
        "该用户未填写评价内容",
    ],
)
def test_default_texts(tmp_path, text):
    [row] = judged(tmp_path, [text])
    assert row["verdict"] == "default_text"
    assert row["reason"].startswith("平台默认评价")


@pytest.mark.parametrize(
    "text",
    [
        "这是一条好评模板，因为我很忙，所以大家都看到同一段文字",
        "为什么我每个商品的评价都一样呢，因为我没时间",
        "凑字数凑字数凑字数凑字数",
        "来评价只为了京豆京豆",
        "床前明月光，疑是地上霜，举头望明月",
        "买的东西太多了，实在没时间一一评价",
    ],
)
def test_templates(tmp_path, text):
    assert verdicts(tmp_path, [text]) == ["template"]


@pytest.mark.parametrize(
    "text",
    [
        "没有评价说得那么差，用着挺好",
        "默认好评的人也太多了，这衣服其实一般",
        "不是为了积分才写的，灯罩真的比照片里厚实，开关也顺手",
        "模板支架很结实，装柜子省力",
        "质量非常好，非常满意，物流也快",
        "孩子能背床前明月光疑是地上霜了，绘本印得清楚，纸也厚，拼音标注没有错，读起来不费劲，晚上睡前都要翻两页",
        "本人懒得换灯泡，挑了这款带遥控的，评价里说耐用，希望是真的",
    ],
)
def test_reviews_that_only_look_like_templates(tmp_path, text):
    assert verdicts(tmp_path, [text]) == ["ok"]


def test_long_equal_texts_are_duplicates_and_short_ones_are_not(tmp_path):
    long = "衣服很好看也很暖和"
    rows = judged(tmp_path, [long, "很好", "衣服很好看，也很暖和！！", "很好", f" {long}"])
    assert [row["verdict"] for row in rows] == ["ok", "ok", "duplicate", "ok", "duplicate"]
    assert [row["duplicate_of"] for row in rows] == [None, None, "r0", None, "r0"]


def test_a_whole_row_given_twice_is_a_duplicate(tmp_path):
    moment, day = datetime(2024, 5, 1, 9, 30, 12), datetime(2024, 5, 1)
    rows = [
        ("很好", moment, None, "p1", "ok"),
        ("很好", moment, None, "p2", "ok"),
        ("很好", moment, None, "p1", "duplicate"),
        ("很好", day, None, "p1", "ok"),
        ("很好", day, None, "p1", "ok"),
        ("很好", day, "o1", "p1", "ok"),
        ("很好", day, "o1", "p1", "duplicate"),
        ("很好", None, "o1", "p1", "ok"),
    ]
    texts, times, orders, products, expected = map(list, zip(*rows, strict=True))
    assert verdicts(tmp_path, texts, created_at=times, order_id=orders, product_id=products) == expected


@pytest.mark.parametrize("edits", [1, 2, 3])
def test_lightly_edited_texts_are_near_duplicates(tmp_path, edits):
    originals = [review(seed) for seed in range(200)]
    copies = [edited(text, edits, seed) for seed, text in enumerate(originals)]
    rows = judged(tmp_path, originals + copies)
    assert [row["verdict"] for row in rows[:200]] == ["ok"] * 200
    found = [row["duplicate_of"] == f"r{seed}" for seed, row in enumerate(rows[200:])]
    assert np.mean(found) >= {1: 0.99, 2: 0.97, 3: 0.9}[edits]


def test_swapped_clauses_are_near_duplicates(tmp_path):
    originals = [review(seed, 10) for seed in range(100)]
    swapped = ["，".join([parts[0], parts[2], parts[1], *parts[3:]]) for parts in (t.split("，") for t in originals)]
    rows = judged(tmp_path, originals + swapped)
    assert np.mean([row["verdict"] == "near_duplicate" for row in rows[100:]]) >= 0.9


def test_different_reviews_of_one_product_stay_apart(tmp_path):
    texts = [
        f"{SUBJECTS[0]}，" + "，".join(CLAUSES[(seed + k * (seed % 5 + 1)) % 16] for k in range(3))
        for seed in range(16)
    ]
    distinct = list(dict.fromkeys(texts))
    assert verdicts(tmp_path, distinct, product_id=["p"] * len(distinct)) == ["ok"] * len(distinct)


def test_short_texts_are_never_near_duplicates(tmp_path):
    assert verdicts(tmp_path, ["物流很快质量不错推荐购买一", "物流很快质量不错推荐购买二"]) == ["ok", "ok"]


def test_a_duplicate_points_to_a_row_that_is_none(tmp_path):
    base = review(3, 12)
    texts = [base]
    for seed in range(30):
        texts.append(edited(texts[-1], 2, seed))
    rows = judged(tmp_path, texts + texts[::-1])
    by_id = {row["review_id"]: row for row in rows}
    for row in rows:
        if row["duplicate_of"] is not None:
            assert by_id[row["duplicate_of"]]["duplicate_of"] is None
            assert int(row["duplicate_of"][1:]) < int(row["review_id"][1:])


def test_a_long_sentence_under_many_products_is_a_template(tmp_path):
    sentence = "说起来这一家真是我遇见过的最贴心最周到的一家"
    own = ["灯很亮", "袜子舒服又厚", "杯子漏水不好", "绳子结实", "锅不粘底", "书很有趣"]
    texts = [f"{mine}。{sentence}。" for mine in own]
    products = [f"p{number}" for number in range(len(texts))]
    assert verdicts(tmp_path, texts, product_id=products) == ["template"] * len(texts)
    (tmp_path / "one").mkdir()
    assert "template" not in verdicts(tmp_path / "one", texts, product_id=["p"] * len(texts))


def test_unlike_texts_in_one_crowded_bucket_cost_linear_time(tmp_path):
    stem = "，".join(CLAUSES[:6])
    texts = [f"{stem}，{review(seed, 8)}" for seed in range(3000)]
    assert len(verdicts(tmp_path, texts)) == 3000


def test_a_huge_text_is_judged(tmp_path):
    huge = review(1) * 20_000
    assert verdicts(tmp_path, [huge, "很好", huge]) == ["ok", "ok", "duplicate"]


POOL = [
    review(1),
    edited(review(1), 2, 5),
    review(2),
    "很好",
    "",
    "此用户没有填写评价",
    "👍",
    "凑字数凑字数凑字数",
    review(2),
]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(POOL), max_size=25), st.integers(1, 7))
def test_batches_do_not_change_the_result(tmp_path_factory, texts, batch_rows):
    one = judged(tmp_path_factory.mktemp("a"), texts)
    assert judged(tmp_path_factory.mktemp("b"), texts, batch_rows=batch_rows) == one
    assert judged(tmp_path_factory.mktemp("c"), texts) == one


def test_calls_out_of_order_are_refused(tmp_path):
    judge = Judge(tmp_path, TextConfig())
    part = batch(["很好", "不错"])
    judge.add(part)
    with pytest.raises(UsageError, match="resolve"):
        judge.verdicts(part)
    judge.resolve()
    with pytest.raises(UsageError, match="once"):
        judge.resolve()
    with pytest.raises(UsageError, match="no more"):
        judge.add(part)
    with pytest.raises(UsageError, match="row 0"):
        judge.verdicts(batch(["别的"], first=7))
    judge.verdicts(part)
    with pytest.raises(UsageError, match="row 2"):
        judge.verdicts(part)
    judge.close()


@pytest.mark.parametrize("line", ["template\tonly two", "other\tnote\tx", "filler\tnote\t("])
def test_a_bad_pattern_line_is_named(line):
    with pytest.raises(ConfigError, match="line 2"):
        Templates.from_lines(f"# head\n{line}\n")

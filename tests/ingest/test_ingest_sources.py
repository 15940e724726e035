"""Files, folders, patterns, columns and ids over several sources."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review_mining.errors import InputError, UsageError
from review_mining.ingest import read
from review_mining.ingest.columns import by_name
from review_mining.ingest.ids import UniqueIds
from review_mining.ingest.notes import Totals


def rows_of(source, **options):
    reading = read(source, **options)
    return [row for batch in reading for row in batch.to_pylist()], reading.notes


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "b.csv").write_text("评价内容\n二甲\n二乙\n", encoding="utf-8")
    (tmp_path / "a.jsonl").write_text('{"content": "一"}\n', encoding="utf-8")
    (tmp_path / "readme.md").write_text("no data", encoding="utf-8")
    return tmp_path


def test_folder_is_read_in_order_and_names_what_it_leaves(folder):
    rows, notes = rows_of(folder)
    assert [(row["review_id"], row["text"]) for row in rows] == [("a:0", "一"), ("b:0", "二甲"), ("b:1", "二乙")]
    assert "readme.md" in notes.warnings[0]
    assert [source.rows for source in notes.sources] == [1, 2]


def test_pattern_and_repeated_files(folder):
    assert len(rows_of([str(folder / "*.csv"), folder / "b.csv"])[0]) == 2
    assert rows_of(str(folder / "*.csv"))[0][0]["review_id"] == "0"


def test_two_files_of_one_name_have_different_ids(tmp_path):
    for name in ("x", "y"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.csv").write_text(f"评价内容\n{name}\n", encoding="utf-8")
    rows, notes = rows_of([tmp_path / "x" / "a.csv", tmp_path / "y" / "a.csv"])
    assert [row["review_id"] for row in rows] == ["a:0", "a#2:0"]
    assert notes.duplicate_ids.count == 0


@pytest.mark.parametrize("name", ["missing.csv", "*.nothing", "."])
def test_nothing_to_read(tmp_path, name, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError):
        read(name)


def test_given_ids_are_made_unique_and_reported(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("评价ID,评价内容\nx,一\nx,二\nx#2,三\n,四\nx,五\n", encoding="utf-8")
    rows, notes = rows_of(path, batch_rows=2)
    assert [row["review_id"] for row in rows] == ["x", "x#2", "x#2#2", "3", "x#3"]
    assert notes.duplicate_ids.count == 3
    assert notes.duplicate_ids.first == ["x", "x#2", "x"]


@given(st.lists(st.lists(st.sampled_from(["a", "b", "a#2", "a#3", "c"]), max_size=6), max_size=6))
def test_ids_are_always_unique(batches):
    ids = UniqueIds(Totals())
    result = [unique for batch in batches for unique in ids.unique(batch)]
    assert len(set(result)) == len(result)


@pytest.mark.parametrize(
    ("names", "fields"),
    [
        (
            ["订单编号", "宝贝标题", "初次评价内容", "初次评价时间", "追加评价", "追评时间", "卖家回复", "颜色分类"],
            ["order_id", "product_name", "text", None, "follow_up", "follow_up_at", "reply", "sku"],
        ),
        (
            ["id", "content", "creationTime", "score", "referenceName", "productColor", "usefulVoteCount", "nickname"],
            ["review_id", "text", "created_at", "rating", "product_name", "sku", "likes", None],
        ),
        (
            ["商品ID", "商品名称", "规格", "评价内容", "描述相符（1-5）", "评价时间", "订单号", "商家回复"],
            ["product_id", "product_name", "sku", "text", "rating", "created_at", "order_id", "reply"],
        ),
        (
            ["Review ID", "review_text", "Star Rating", "Review Date", "Product Title", "Helpful Votes", "Images"],
            ["review_id", "text", "rating", "created_at", "product_name", "likes", "has_image"],
        ),
        (
            ["快递公司", "收货省份", "生产批次", "平台", "会员等级"],
            ["courier", "region", "batch", "channel", "buyer_level"],
        ),
    ],
)
def test_platform_headers(names, fields):
    found = {name: field for field, name in by_name(names).items()}
    expected = {name: field for name, field in zip(names, fields, strict=True) if field}
    assert expected.items() <= found.items() | {("初次评价时间", "created_at")}


def test_the_better_known_name_wins(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("评价,评价内容\n好评,东西不错\n", encoding="utf-8")
    rows, notes = rows_of(path)
    assert rows[0]["text"] == "东西不错"
    assert notes.sources[0].ignored_columns == ["评价"]


@pytest.mark.parametrize("mapping", [{"text": "甲列", "rating": "乙列"}, {"甲列": "text", "乙列": "rating"}])
def test_mapping_overrides_in_either_order(tmp_path, mapping):
    path = tmp_path / "a.csv"
    path.write_text("甲列,评价内容,乙列\n这是正文,不是正文,4\n", encoding="utf-8")
    rows, notes = rows_of(path, mapping=mapping)
    assert (rows[0]["text"], rows[0]["rating"]) == ("这是正文", 4.0)
    assert notes.sources[0].columns == {"甲列": "text", "乙列": "rating"}


def test_mapping_mistakes(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("评价内容,评分\n好,4\n", encoding="utf-8")
    with pytest.raises(UsageError, match="choose one of"):
        read(path, mapping={"a": "b"})
    with pytest.raises(InputError, match="no column '无此列'"):
        rows_of(path, mapping={"rating": "无此列"})


def test_text_column_told_by_content(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(
        "字段甲,字段乙\n1,东西收到了非常喜欢\n2,用了一周感觉还可以\n3,快递小哥服务态度很好\n", encoding="utf-8"
    )
    assert rows_of(path)[1].sources[0].columns == {"字段乙": "text"}


def test_text_column_that_cannot_be_told_shows_the_columns(tmp_path):
    path = tmp_path / "a.csv"
    line = "打13812345678没人接的这个店,物流太慢了等了整整一周\n又等了好多天才终于发货呢,颜色和图片上的完全不一样\n"
    path.write_text("甲,乙\n" + line, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        rows_of(path)
    message = str(caught.value)
    assert "--map text=COLUMN" in message
    assert "甲: '打＊＊＊" in message
    assert "13812345678" not in message
    assert "乙: '物流太慢了" in message


def test_values_not_understood_are_reported(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("评价内容,评分,评价时间\n好,5,2024-01-01\n差,九,20211-01-01\n", encoding="utf-8")
    rows, notes = rows_of(path)
    assert rows[1]["rating"] is None
    assert rows[1]["created_at"] is None
    assert any("评分" in line and "'九'" in line and "row 1" in line for line in notes.sources[0].warnings)
    assert any("20211-01-01" in line for line in notes.sources[0].warnings)


def test_a_reading_is_used_once():
    reading = read(["好"])
    with pytest.raises(UsageError, match="complete only after"):
        _ = reading.notes
    list(reading)
    with pytest.raises(UsageError, match="once"):
        iter(reading)
    with pytest.raises(UsageError, match="at least 1"):
        read(["好"], batch_rows=0)

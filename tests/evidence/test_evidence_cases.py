"""Cases: what is accepted, and errors that name the row."""

import json

import pytest
from evidence_makers import encoded

from review_mining.errors import InputError
from review_mining.evidence import Case, cases_of_pictures, read_cases


def written(tmp_path, *rows):
    path = tmp_path / "cases.jsonl"
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), encoding="utf-8")
    return path


def test_a_full_and_a_bare_case(tmp_path):
    order = {"order_id": 900, "amount": 12.5, "requested_at": "2026-10-02 20:14:09", "platform": "x"}
    path = written(
        tmp_path,
        {
            "case_id": "A",
            "statement": "破了",
            "images": ["a.jpg", "sub/b.png"],
            "order": order,
            "buyer": {"buyer_id": "b"},
        },
        "",
        {"case_id": 7, "statement": None, "images": None, "order": None, "buyer": "b2"},
    )
    first, second = read_cases(path)
    assert first.images == ("a.jpg", "sub/b.png")
    assert first.order.order_id == "900"
    assert first.order.requested_at is not None
    assert (second.case_id, second.statement, second.images, second.buyer.buyer_id) == ("7", "", (), "b2")


@pytest.mark.parametrize(
    "time", ["0001-01-01T00:00:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z", "9999-12-31"]
)
def test_a_time_that_stands_for_none(time):
    case = Case.model_validate({"case_id": "A", "order": {"requested_at": time, "delivered_at": time}})
    assert (case.order.requested_at, case.order.delivered_at) == (None, None)


def test_a_byte_order_mark_is_no_part_of_the_case(tmp_path):
    path = tmp_path / "cases.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + b'{"case_id": "A"}\n')
    assert read_cases(path)[0].case_id == "A"


def test_what_a_shop_leaves_blank_or_unset_is_unknown():
    order = {"order_id": " ", "sku": " 黑色 ", "quantity": "", "amount": "", "ordered_at": ""}
    order |= {"delivered_at": "0001-01-01T00:00:00+14:00", "requested_at": "9999-12-31T23:59:59-10:00"}
    case = Case.model_validate({"case_id": "A", "order": order, "buyer": {"buyer_id": ""}})
    assert case.order.model_dump(exclude_none=True) == {"sku": "黑色"}
    assert case.buyer.buyer_id is None


def test_the_folder_itself_is_a_name_like_another():
    assert Case.model_validate({"case_id": "A", "images": ["."]}).images == (".",)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("{not json", "row 1"),
        ("[1, 2]", "row 1"),
        ({"statement": "no id"}, "case_id"),
        ({"case_id": "B", "image": ["a.jpg"]}, "image"),
        ({"case_id": "B", "images": "a.jpg"}, "images"),
        ({"case_id": "B", "images": ["../secret.jpg"]}, "leads out"),
        ({"case_id": "B", "images": ["/etc/passwd"]}, "leads out"),
        ({"case_id": "B", "images": ["C:\\x.jpg"]}, "leads out"),
        ({"case_id": "B", "images": ["a\\..\\..\\x.jpg"]}, "leads out"),
        ({"case_id": "B", "images": ["a\x00.jpg"]}, "leads out"),
        ({"case_id": "B", "images": ["a.jpg"] * 51}, "images"),
        ({"case_id": "B", "statement": "长" * 20_001}, "statement"),
        ({"case_id": "B", "order": {"amount": -1}}, "order.amount"),
        ({"case_id": "B", "order": {"requested_at": "yesterday"}}, "order.requested_at"),
        ({"case_id": "A"}, "row 0 already"),
        ('{"case_id": ' + "[" * 100_000, "row 1"),
    ],
)
def test_an_error_names_the_row_and_the_field(tmp_path, row, words):
    path = written(tmp_path, {"case_id": "A"}, row)
    with pytest.raises(InputError) as caught:
        read_cases(path)
    assert "row 1" in str(caught.value)
    assert words in str(caught.value)
    assert len(str(caught.value)) < 2000


def test_bytes_that_are_no_text(tmp_path):
    path = tmp_path / "cases.jsonl"
    path.write_bytes(b'{"case_id": "\xff\xfe"}')
    with pytest.raises(InputError, match="row 0"):
        read_cases(path)


def test_a_line_without_end(tmp_path):
    path = written(tmp_path, json.dumps({"case_id": "A", "statement": "x" * (2 << 20)}))
    with pytest.raises(InputError, match="longer than"):
        read_cases(path)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        read_cases(tmp_path / "none.jsonl")


def test_every_picture_is_a_case(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "b").write_bytes(encoded("PNG"))
    (tmp_path / "a.jpg").write_bytes(b"broken")
    (tmp_path / "notes.txt").write_text("no picture")
    assert cases_of_pictures(tmp_path) == [
        Case(case_id="a.jpg", images=("a.jpg",)),
        Case(case_id="sub/b", images=("sub/b",)),
    ]


def test_a_name_that_is_no_text_is_shown_as_bytes(tmp_path):
    (tmp_path / "\udcff.jpg").touch()
    with pytest.raises(InputError, match=r"udcff"):
        cases_of_pictures(tmp_path)


def test_a_folder_without_pictures(tmp_path):
    with pytest.raises(InputError, match="holds no picture"):
        cases_of_pictures(tmp_path)

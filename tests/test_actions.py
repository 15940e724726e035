"""Tables of fixes: what is understood, and what is refused at which place."""

from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from review_mining.actions import Action, read_actions
from review_mining.errors import InputError

HEAD = "theme_id,owner,status,fix_date,scope,note\n"


def write(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "actions.csv"
    path.write_bytes(text.encode(encoding))
    return path


def scope_of(folder: Path, scope: str) -> object:
    (action,) = read_actions(write(folder, f'{HEAD}abc,,done,2026-03-01,"{scope}",\n'))
    return action.scope


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_table_in_chinese_as_excel_saves_it(tmp_path: Path, encoding: str):
    text = "主题编号,负责人,状态,修复日期,范围,备注\n3e12e4f66ade,阿明,已完成,2026/3/5,规格=雾灰色,换了供应商的拉链\n"
    assert read_actions(write(tmp_path, text, encoding)) == [
        Action(
            theme_id="3e12e4f66ade",
            owner="阿明",
            status="done",
            fix_date=date(2026, 3, 5),
            scope={"sku": ["雾灰色"]},
            note="换了供应商的拉链",
        )
    ]


def test_a_workbook_with_a_day_that_excel_knows_and_heads_of_a_brief(tmp_path: Path):
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["标题", "负责方", "theme_id", "状态", "修复日期", "备注"])
        sheet.write_row(1, 0, ["掉色", "工厂", "3e12e4f66ade", "进行中"])
        sheet.write_datetime(1, 4, date(2026, 3, 5), book.add_format({"num_format": "yyyy-mm-dd"}))
        sheet.write_string(1, 5, "'=1+1")
        sheet.write_row(2, 0, ["染色", "工厂", "06735b55fb71"])
    (action,) = read_actions(tmp_path / "a.xlsx")
    assert (action.status, action.fix_date, action.note) == ("in_progress", date(2026, 3, 5), "=1+1")


def test_a_folder_is_all_its_workbooks(tmp_path: Path):
    for name in ("factory", "carrier"):
        with xlsxwriter.Workbook(str(tmp_path / f"{name}.xlsx")) as book:
            sheet = book.add_worksheet()
            sheet.write_row(0, 0, ["theme_id", "owner"])
            sheet.write_row(1, 0, ["abc", name])
    write(tmp_path, "summary,priority\nx,1\n")
    assert [action.owner for action in read_actions(tmp_path)] == ["carrier", "factory"]


def test_a_theme_may_have_several_fixes_and_a_row_that_says_nothing_is_none(tmp_path: Path):
    path = write(tmp_path, f"{HEAD}abc,阿明,,,,\nabc,小李,done,,,\nabd,,,,,\n")
    assert [(action.owner, action.status) for action in read_actions(path)] == [("阿明", "planned"), ("小李", "done")]


@pytest.mark.parametrize(
    ("scope", "understood"),
    [
        ("", {}),
        ("全部", {}),
        ("雾灰色;L", {"any": ["雾灰色;L"]}),
        ("sku=红", {"sku": ["红"]}),
        ("sku=红;sku=蓝； batch = B1 ;", {"sku": ["红", "蓝"], "batch": ["B1"]}),
        ("SKU=颜色:红;尺码:XL;shop=一店", {"sku": ["颜色:红;尺码:XL"], "shop": ["一店"]}),
        ("product=a=b;快递=云路", {"product": ["a=b"], "courier": ["云路"]}),
    ],
)
def test_scopes(tmp_path: Path, scope: str, understood: object):
    assert scope_of(tmp_path, scope) == understood


@pytest.mark.parametrize(
    ("written", "status"), [("修好了", "done"), ("处理中", "in_progress"), ("", "planned"), ("等模具", "等模具")]
)
def test_statuses(tmp_path: Path, written: str, status: str):
    (action,) = read_actions(write(tmp_path, f"{HEAD}abc,阿明,{written},,,\n"))
    assert action.status == status


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("abc,,done,2026-02-30,,", "fix_date"),
        ("abc,,done,下周,,", "fix_date"),
        ("abc,,done,2026-03-01,sku=,", "scope"),
        ("abc,,done,2026-03-01,红;sku=蓝,", "scope"),
        (",阿明,done,,,", "theme_id"),
    ],
)
def test_what_is_not_understood_is_named_with_its_place(tmp_path: Path, row: str, column: str):
    with pytest.raises(InputError) as caught:
        read_actions(write(tmp_path, f"{HEAD}abc,阿明,计划,,,\n{row}\n"))
    assert (caught.value.row, caught.value.column) == (1, column)


@pytest.mark.parametrize(
    "text", ["theme_id,fix_data\nabc,1\n", "owner,status\na,done\n", "theme_id,owner,owner\na,b,c\n"]
)
def test_other_columns_are_refused(tmp_path: Path, text: str):
    with pytest.raises(InputError, match="has the columns"):
        read_actions(write(tmp_path, text))


def test_too_many_or_too_much_is_refused(tmp_path: Path):
    with pytest.raises(InputError, match="1,001 fixes"):
        read_actions(write(tmp_path, HEAD + "abc,阿明,,,,\n" * 1001))
    with pytest.raises(InputError, match="larger"):
        read_actions(write(tmp_path, HEAD + f"abc,{'长' * 400_000},,,,\n"))
    with pytest.raises(InputError, match="cannot be read"):
        read_actions(tmp_path / "nothing.csv")


def test_actions_survive_json(tmp_path: Path):
    (action,) = read_actions(write(tmp_path, f"{HEAD}abc,阿明,done,2026-03-01,sku=红,n\n"))
    assert Action.from_json(action.to_json()) == action

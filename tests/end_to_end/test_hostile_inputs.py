"""Hostile and broken inputs: each gives a clear error and leaves nothing behind, or gives a correct report."""

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from review_mining.report.__main__ import main

GOOD = "拉链用了三天就坏了，客服也不理人"
Make = Callable[[Path], Path]


def content(name: str, data: str | bytes) -> Make:
    def make(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return path

    return make


def workbook(rows: list[list[object]], name: str = "a.xlsx") -> Make:
    def make(folder: Path) -> Path:
        path = folder / name
        with xlsxwriter.Workbook(str(path)) as book:
            sheet = book.add_worksheet()
            for place, row in enumerate(rows):
                sheet.write_row(place, 0, row)
        return path

    return make


def cut(make: Make, keep: float) -> Make:
    def made(folder: Path) -> Path:
        path = make(folder)
        data = path.read_bytes()
        path.write_bytes(data[: int(len(data) * keep)])
        return path

    return made


def bomb(folder: Path) -> Path:
    path = workbook([["评价内容"], [GOOD]])(folder)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/media/x.bin", "w") as part:
        for _ in range(1100):
            part.write(bytes(1_000_000))
    return path


def formula_workbook(folder: Path) -> Path:
    path = folder / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["评价内容", "评分"])
        sheet.write_formula(1, 0, '=CONCATENATE("质量","很好")', None, "质量很好")
        sheet.write(1, 1, 5)
    return path


def nothing_there(folder: Path) -> Path:
    return folder / "absent.csv"


def dangling(folder: Path) -> Path:
    path = folder / "a.csv"
    path.symlink_to(folder / "gone.csv")
    return path


def empty_folder(folder: Path) -> Path:
    path = folder / "exports"
    path.mkdir()
    return path


def folder_of_pictures(folder: Path) -> Path:
    path = empty_folder(folder)
    (path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    return path


def parquet(columns: dict[str, list[object]]) -> Make:
    def make(folder: Path) -> Path:
        path = folder / "a.parquet"
        pq.write_table(pa.table(columns), path)
        return path

    return make


def wide(columns: int) -> str:
    names = ["评价内容", *(f"c{i}" for i in range(columns))]
    return ",".join(names) + "\n" + ",".join([GOOD, *("x" for _ in range(columns))]) + "\n"


ERRORS: list[tuple[str, Make, str]] = [
    ("empty file", content("a.csv", ""), "a.csv"),
    ("byte order mark alone", content("a.csv", b"\xef\xbb\xbf"), "a.csv"),
    ("blank lines alone", content("a.csv", "\n\n\n"), "a.csv"),
    ("header alone", content("a.csv", "评价内容,评分\n"), "no rows"),
    ("no text column", content("a.csv", "编号,金额\n1,2\n3,4\n"), "--map text="),
    ("zeros", content("a.csv", bytes(4096)), "a.csv"),
    ("a picture named csv", content("a.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20), "a.csv"),
    ("a program", content("a.xlsx", b"\x7fELF" + bytes(500)), "a.xlsx"),
    ("truncated workbook", cut(workbook([["评价内容"], [GOOD]]), 0.6), "a.xlsx"),
    ("workbook cut to its first bytes", cut(workbook([["评价内容"], [GOOD]]), 0.05), "a.xlsx"),
    ("zip bomb", bomb, "a.xlsx"),
    ("workbook without rows", workbook([]), "a.xlsx"),
    ("workbook with a header alone", workbook([["评价内容", "评分"]]), "a.xlsx"),
    ("workbook without a text column", workbook([["编号", "金额"], [1, 2], [3, 4]]), "--map text="),
    ("broken old workbook", content("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)), "a.xls"),
    ("cell of 50 MB", content("a.csv", "评价内容,评分\n" + "坏" * 17_000_000 + ",1\n"), "a.csv"),
    ("broken JSON", content("a.json", '[{"text": "好"'), "a.json"),
    ("JSON of numbers", content("a.json", "[1, 2, 3]"), "a.json"),
    ("JSON nested too deep", content("a.json", "[" * 100_000), "a.json"),
    ("JSON lines without a text", content("a.jsonl", '{"id": 1}\n{"id": 2}\n'), "--map text="),
    ("JSON lines with a broken line", content("a.jsonl", '{"text": "好"}\n{"text": \n'), "a.jsonl"),
    ("truncated Parquet", cut(parquet({"text": [GOOD]}), 0.5), "a.parquet"),
    ("Parquet without rows", parquet({"text": pa.array([], pa.string())}), "a.parquet"),
    ("no such file", nothing_there, "absent.csv"),
    ("dangling link", dangling, "a.csv"),
    ("empty folder", empty_folder, "exports"),
    ("folder of pictures", folder_of_pictures, "exports"),
]


@pytest.mark.parametrize(("make", "named"), [case[1:] for case in ERRORS], ids=[case[0] for case in ERRORS])
def test_it_is_refused_and_nothing_stays(tmp_path: Path, make: Make, named: str, capsys: pytest.CaptureFixture[str]):
    source = make(tmp_path)
    results = tmp_path / "results"
    results.mkdir()
    assert main([str(source), "-o", str(results / "out"), "--quiet"]) == 2
    message = capsys.readouterr().err
    assert named in message
    assert "Traceback" not in message
    assert not list(results.iterdir())


def csv(*rows: str) -> str:
    return "\n".join(["评价内容,评分,评价时间", *rows]) + "\n"


REPORTS: list[tuple[str, Make, list[str | None]]] = [
    (
        "mixed encodings",
        content("a.csv", csv(f"{GOOD},1,2026-01-02").encode() + "质量很好,5,\n".encode("gbk")),
        [GOOD, "质量很好"],
    ),
    (
        "broken bytes",
        content("a.csv", csv("质量很\xe5好,5,").encode("utf-8").replace("好".encode(), b"\xe5\xa5")),
        [None],
    ),
    ("formula in a cell", formula_workbook, ["质量很好"]),
    ("formula as text", content("a.csv", csv("\"=cmd|' /C calc'!A0\",1,")), ["=cmd|' /C calc'!A0"]),
    ("script", content("a.csv", csv("<script>alert(1)</script>很好,5,")), ["<script>alert(1)</script>很好"]),
    ("template braces", content("a.csv", csv("{{ 7*7 }} {% raw %}很好,5,")), ["{{ 7*7 }} {% raw %}很好"]),
    ("quoted line breaks", content("a.csv", csv('"第一行\n第二行",5,')), ["第一行\n第二行"]),
    ("HTML breaks", content("a.csv", csv("第一行<br>第二行&nbsp;好,5,")), [None]),
    ("control characters", content("a.csv", csv("质\x07量\u200b很好,5,")), ["质量很好"]),
    ("lone surrogate in JSON", content("a.json", '[{"text": "质量\\ud800很好"}]'), [None]),
    ("impossible dates", content("a.csv", csv("质量很好,5,NaN", "很满意,5,20211-13-45")), ["质量很好", "很满意"]),
    ("ratings of every kind", content("a.csv", csv("质量很好,star5,", "一般,五星,", "差,abc,", "坏,-3,")), [None] * 4),
    ("10,000 columns", content("a.csv", wide(10_000)), [GOOD]),
    ("a row longer than the header", content("a.csv", csv("质量很好,5,,多,余,的")), ["质量很好"]),
    ("a row shorter than the header", content("a.csv", csv("质量很好")), ["质量很好"]),
    ("every row blank", content("a.csv", csv(",5,", ",1,")), ["", ""]),
    ("one review", content("a.csv", csv("好,5,")), ["好"]),
    ("emoji alone", content("a.csv", csv("👍🏻👍🏻,5,")), ["👍🏻👍🏻"]),
    ("the same id twice", content("a.csv", "评价ID,评价内容\n7,质量很好\n7,很满意\n"), ["质量很好", "很满意"]),
    ("Parquet with other types", parquet({"text": [1, 2], "rating": ["五星", None]}), ["1", "2"]),
]


@pytest.mark.parametrize(("make", "texts"), [case[1:] for case in REPORTS], ids=[case[0] for case in REPORTS])
def test_it_is_reported_and_verified(tmp_path: Path, make: Make, texts: list[str | None]):
    out = tmp_path / "out"
    assert main([str(make(tmp_path)), "-o", str(out), "--quiet"]) == 0
    stored = pq.read_table(out / "reviews.parquet").column("text").to_pylist()
    assert len(stored) == len(texts)
    assert [text for text, wanted in zip(stored, texts, strict=True) if wanted is not None] == [
        wanted for wanted in texts if wanted is not None
    ]
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "<script>alert(1)" not in page
    assert main(["--verify", str(out)]) == 0


def test_standard_input_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    stream = io.TextIOWrapper(io.BytesIO(csv(f"{GOOD},1,").encode()))
    monkeypatch.setattr("sys.stdin", stream)
    assert main(["-", "-o", str(tmp_path / "out"), "--quiet"]) == 0
    assert json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))["read"]["rows"] == 1


def test_a_disk_that_takes_no_more_is_an_error_and_leaves_nothing(tmp_path: Path):
    source = content("a.csv", csv(*(f"{GOOD}{i},1," for i in range(2000))))(tmp_path)
    results = tmp_path / "results"
    results.mkdir()
    # A limit on the size of files is what any user may set; the kernel refuses the write as it does on a full disk.
    code = (
        "import resource, signal, sys\n"
        "from review_mining.report.__main__ import main\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))\n"
        "sys.exit(main(sys.argv[1:]))"
    )
    command = [sys.executable, "-c", code, str(source), "-o", str(results / "out"), "--quiet"]
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    assert finished.returncode == 1, finished.stderr
    assert "cannot be written" in finished.stderr
    assert "Traceback" not in finished.stderr
    assert not list(results.iterdir())

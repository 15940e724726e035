"""``report --verify``: sound reports pass, and every kind of tampering is found."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from review_mining.report.__main__ import main


def test_a_sound_report_passes(sample: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["--verify", str(sample)]) == 0
    assert "every figure" in capsys.readouterr().out


def in_json(change: Callable[[dict[str, Any]], None]) -> Callable[[Path], None]:
    def tamper(out: Path) -> None:
        path = out / "report.json"
        content = json.loads(path.read_text(encoding="utf-8"))
        change(content)
        path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")

    return tamper


def in_table(name: str, column: str, change: Callable[[pa.ChunkedArray], pa.ChunkedArray]) -> Callable[[Path], None]:
    def tamper(out: Path) -> None:
        table = pq.read_table(out / f"{name}.parquet")
        place = table.schema.get_field_index(column)
        pq.write_table(
            table.set_column(place, table.schema.field(column), change(table[column])), out / f"{name}.parquet"
        )

    return tamper


def change_a_quote(content: dict[str, Any]) -> None:
    quote = next(iter(content["quotes"].values()))
    quote["text"] = quote["text"] + "！"


def count_one_more(content: dict[str, Any]) -> None:
    content["themes"][0]["n"] += 1


def raise_the_score(content: dict[str, Any]) -> None:
    content["score"][-1]["score"] += 0.01


def drop_a_theme(content: dict[str, Any]) -> None:
    content["themes"].pop()


@pytest.mark.parametrize(
    ("tamper", "place"),
    [
        (in_json(change_a_quote), "quotes"),
        (in_json(count_one_more), "themes[0].n"),
        (in_json(raise_the_score), "score["),
        (in_json(drop_a_theme), "themes["),
        (in_table("themes", "n", lambda column: pc.add(column, 1)), "themes.parquet"),
        (in_table("score", "score", lambda column: pc.multiply(column, 0.99)), "score.parquet"),
        (in_table("reviews", "text", lambda column: pc.utf8_replace_slice(column, 0, 1, "改")), "opinions"),
        (
            in_table("judged", "verdict", lambda column: pc.replace_substring(column, "default_text", "ok")),
            "themes.parquet",
        ),
    ],
)
def test_tampering_is_found(
    sample: Path, tmp_path: Path, tamper: Callable[[Path], None], place: str, capsys: pytest.CaptureFixture[str]
):
    out = tmp_path / "out"
    shutil.copytree(sample, out)
    tamper(out)
    assert main(["--verify", str(out)]) == 3
    assert place in capsys.readouterr().err


def test_what_is_no_report_is_unreadable_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["--verify", str(tmp_path)]) == 2
    assert "report.json" in capsys.readouterr().err

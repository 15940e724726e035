"""``ReviewMiner`` from Python, and the code of the documentation."""

import gc
import re
from pathlib import Path

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from datasets import Dataset

from review_mining import ReviewMiner
from review_mining.errors import InputError

TEXTS = ["拉链用了三天就坏了，客服也不理人", "物流很快，包装也很好"]
DOCUMENTS = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize(
    "reviews",
    [
        TEXTS,
        pd.DataFrame({"text": TEXTS}),
        pl.DataFrame({"text": TEXTS}),
        pa.table({"text": TEXTS}),
        Dataset.from_dict({"text": TEXTS}),
    ],
    ids=["list", "pandas", "polars", "arrow", "datasets"],
)
def test_any_table_gives_the_same_labels(reviews: object):
    labels = ReviewMiner().analyze(reviews).review_aspects
    assert labels.column("logistics").to_pylist() == ["none", "positive"]
    assert labels.column("quality").to_pylist() == ["negative", "none"]


def test_it_saves_and_renders(tmp_path: Path):
    analysis = ReviewMiner().analyze(TEXTS)
    analysis.save(tmp_path / "out")
    analysis.to_html(tmp_path / "page.html", lang="en")
    assert (tmp_path / "out" / "report.xlsx").exists()
    assert '<html lang="en"' in (tmp_path / "page.html").read_text(encoding="utf-8")
    assert analysis.themes.num_rows == 0
    assert analysis.score.column("aspect").to_pylist()[-1] == "total"
    assert analysis.judged.column("verdict").to_pylist() == ["ok", "ok"]
    assert analysis.opinions.num_rows >= 3
    assert analysis.reviews.column("text").to_pylist() == TEXTS


def test_its_files_live_as_long_as_it_does():
    analysis = ReviewMiner().analyze(TEXTS)
    directory = analysis.directory
    assert directory.exists()
    del analysis
    gc.collect()
    assert not directory.exists()


def test_nothing_to_read_is_an_error():
    with pytest.raises(InputError, match="no rows"):
        ReviewMiner().analyze([])


@pytest.mark.parametrize("name", ["README.md", "docs/encoder.md"])
def test_the_code_in_the_documentation_runs(name: str):
    blocks = re.findall(r"```python\n(.*?)```", (DOCUMENTS / name).read_text(encoding="utf-8"), re.S)
    assert blocks
    for block in blocks:
        exec(compile(block, name, "exec"), {})

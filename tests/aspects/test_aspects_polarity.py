from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from review_mining.aspects.polarity import PolarityLayer
from review_mining.aspects.polarity_fitting import fit_polarity, load_polar_texts
from review_mining.aspects.segments import segment
from review_mining.errors import InputError

ROWS = [
    {"text": "很新鲜", "polarity": 1.0, "rating": None, "reserved": False, "source": "invented"},
    {"text": "掉毛严重", "polarity": 0.0, "rating": None, "reserved": False, "source": "invented"},
    {"text": "五星好物", "polarity": None, "rating": "5", "reserved": False, "source": "invented"},
    {"text": "两星太差", "polarity": None, "rating": "2", "reserved": False, "source": "invented"},
    {"text": "三星一般", "polarity": None, "rating": "3", "reserved": False, "source": "invented"},
    {"text": "没有星级", "polarity": None, "rating": "得分", "reserved": False, "source": "invented"},
    {"text": "留作检验", "polarity": 1.0, "rating": None, "reserved": True, "source": "invented"},
    {"text": "已经 标注", "polarity": 1.0, "rating": None, "reserved": False, "source": "invented"},
    {"text": "一律好评", "polarity": 1.0, "rating": None, "reserved": False, "source": "one-sided"},
    {"text": "坏了也算好评", "polarity": 1.0, "rating": None, "reserved": False, "source": "one-sided"},
]


def write(path: Path) -> Path:
    pq.write_table(pa.Table.from_pylist(ROWS), path)
    return path


def test_reserved_annotated_undecided_and_one_sided_texts_teach_nothing(tmp_path: Path):
    data = load_polar_texts(write(tmp_path / "polar.parquet"), ["已经\n标注"])
    assert data.texts == ["很新鲜", "掉毛严重", "五星好物", "两星太差"]
    assert data.praise.tolist() == [True, False, True, False]


def test_a_missing_column_is_named(tmp_path: Path):
    pq.write_table(pa.table({"text": ["好"]}), tmp_path / "polar.parquet")
    with pytest.raises(InputError, match=r"polar\.parquet"):
        load_polar_texts(tmp_path / "polar.parquet", [])


def test_it_tells_praise_from_complaint_and_says_nothing_of_the_unknown(tmp_path: Path):
    layer = fit_polarity(load_polar_texts(write(tmp_path / "polar.parquet"), []), min_texts=1, strength=10.0)
    segments = segment(["新鲜", "掉毛", "xyz", ""])
    bounds = segments.characters.bounds
    praise, complaint, unknown, empty = layer.scores(segments, bounds[:-1], bounds[1:])
    assert praise > 0 > complaint
    assert (unknown, empty) == (0.0, 0.0)


def test_an_absent_layer_says_nothing():
    segments = segment(["新鲜", "掉毛"])
    bounds = segments.characters.bounds
    assert np.array_equal(PolarityLayer.absent().scores(segments, bounds[:-1], bounds[1:]), [0.0, 0.0])

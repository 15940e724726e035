from pathlib import Path

import pytest

from review_mining.config import ReportConfig, default_file, load
from review_mining.errors import ConfigError


def test_the_default_file_says_what_the_code_says():
    assert load(default_file("report.yaml"), ReportConfig) == ReportConfig()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("sede: 1", "sede"),
        ("themes: {min_opinion: 3}", "themes.min_opinion"),
        ("text: {near_duplicate_similarity: 1.5}", "text.near_duplicate_similarity"),
        ("- a list", "ReportConfig"),
        ("seed: [", "YAML"),
    ],
)
def test_what_is_not_understood_is_named(tmp_path: Path, text: str, named: str):
    path = tmp_path / "own.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load(path, ReportConfig)
    assert named in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_missing_file_is_a_config_error(tmp_path: Path):
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path / "absent.yaml", ReportConfig)


def test_an_unknown_default_file_is_a_config_error():
    with pytest.raises(ConfigError, match="nothing.yaml"):
        default_file("nothing.yaml")

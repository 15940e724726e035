"""The package as others get it: its names, its wheel, and a core that needs no extra."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import review_mining

CHECKOUT = Path(__file__).resolve().parents[1]


def test_exported_names():
    assert review_mining.__all__ == [
        "Analysis",
        "AspectTagger",
        "EvidenceClassifier",
        "ReviewMiner",
        "Segmenter",
        "ThemeModel",
    ]
    for name in review_mining.__all__:
        assert getattr(review_mining, name).__name__ == name


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="Nothing"):
        _ = review_mining.Nothing


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, check=True, cwd=CHECKOUT, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_configs_weights_and_sample(wheel: Path):
    names = set(zipfile.ZipFile(wheel).namelist())
    for name in (
        "review_mining/py.typed",
        "review_mining/configs/report.yaml",
        "review_mining/configs/evidence.yaml",
        "review_mining/configs/service.yaml",
        "review_mining/configs/taxonomy/default.yaml",
        "review_mining/configs/taxonomy/industries/food.yaml",
        "review_mining/models/baseline/model.safetensors",
        "review_mining/models/aspects/model.onnx",
        "review_mining/models/encoder/model.onnx",
        "review_mining/models/encoder/tokenizer.json",
        "review_mining/models/pixels/model.onnx",
        "review_mining/models/statements/model.safetensors",
        "review_mining/sample/reviews.csv",
        "review_mining/sample/cases.jsonl",
        "review_mining/text/data/dictionary.txt",
    ):
        assert name in names


def test_the_wheel_reports_on_the_sample_without_the_checkout(wheel: Path, tmp_path: Path):
    installed = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(installed)
    out = tmp_path / "out"
    command = [
        sys.executable,
        "-m",
        "review_mining.report",
        "--sample",
        "--quiet",
        "--industry",
        "apparel",
        "-o",
        str(out),
    ]
    subprocess.run(command, check=True, cwd=tmp_path, env={"PYTHONPATH": str(installed), "PATH": "/usr/bin:/bin"})
    assert (out / "report.html").stat().st_size > 10_000


_EXTRAS = {"torch", "transformers", "datasets", "PIL", "fastapi", "rjieba", "polars"}


@pytest.mark.parametrize(
    ("module", "spared"),
    [
        ("review_mining.report.__main__", _EXTRAS),
        # A service loads a tagger in each worker: what only learns or segments stays out of its memory.
        ("review_mining.aspects", _EXTRAS | {"sklearn", "pandas", "jieba", "onnx"}),
        # Those who call the service need neither it nor its models.
        ("review_mining.client", _EXTRAS | {"sklearn", "pyarrow", "onnxruntime", "sqlalchemy", "uvicorn", "numpy"}),
    ],
)
def test_a_module_imports_nothing_it_can_do_without(module: str, spared: set[str]):
    code = f"import sys, {module}\nsys.exit(', '.join({spared} & set(sys.modules)) or 0)"
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stderr

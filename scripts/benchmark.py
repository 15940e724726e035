"""Speed and memory of the toolkit on real reviews, made as many as asked for.

    python scripts/benchmark.py report --rows 100000
    python scripts/benchmark.py segment
    python scripts/benchmark.py encoder --model review_mining/models/encoder
    python scripts/benchmark.py aspects --model review_mining/models/aspects --network runs/aspects/network
    python scripts/benchmark.py service --rows 2000 --soak 30
    python scripts/benchmark.py themes --rows 1000 --rows 100000 --complaints runs/complaints.parquet

The reviews are those of ``../shared/data/reviews.parquet``, each repetition perturbed so that no two rows are equal or
near-equal by construction and duplicate judging cannot shortcut. Encoders see a random sample of them as they are, each
in a process of its own. Figures are for one run on the machine that is named.
"""

from __future__ import annotations

import argparse
import csv
import multiprocessing
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

REVIEWS = Path(__file__).resolve().parents[2] / "shared" / "data" / "reviews.parquet"
_MODELS = Path(__file__).resolve().parents[1] / "review_mining" / "models"
_DEFAULT_ROWS = {
    "report": 100_000,
    "segment": 100_000,
    "encoder": 2_000,
    "aspects": 2_000,
    "themes": 10_000,
    "service": 2_000,
}
_BERT_BATCH, _BERT_TOKENS = 32, 128
Encode = Callable[[Sequence[str]], object]
_COLUMNS = ("id", "评价内容", "评分", "评价时间", "商品ID", "SKU")


def perturbed(texts: list[str], rows: int, seed: int = 0) -> Iterator[str]:
    """Texts in turn; after the first round each is cut into clauses that are shuffled with another text's clauses."""
    rng = np.random.default_rng(seed)
    for row in range(rows):
        text = texts[row % len(texts)]
        if row >= len(texts):
            other = texts[int(rng.integers(len(texts)))]
            clauses = [*text.split("，"), *other.split("，")]
            rng.shuffle(clauses)
            text = "，".join(clauses[: max(1, len(clauses) // 2)])
            place = int(rng.integers(len(text) + 1))
            text = f"{text[:place]}{row}{text[place:]}"
        yield text


def write_export(path: Path, rows: int) -> None:
    """Write a CSV of ``rows`` reviews in the manner of a shop's export."""
    texts = pq.read_table(REVIEWS, columns=["text"]).column("text").to_pylist()
    rng = np.random.default_rng(1)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_COLUMNS)
        for row, text in enumerate(perturbed(texts, rows)):
            month, day, product, sku = (
                int(rng.integers(low, high)) for low, high in ((1, 13), (1, 29), (0, 40), (0, 5))
            )
            stars = 5 if rng.random() < 0.9 else int(rng.integers(1, 5))
            writer.writerow(
                [row, text, stars, f"2025-{month:02}-{day:02} 12:00:00", f"P{product}", f"P{product}-{sku}"]
            )


def report(rows: int) -> None:
    """Time the report command on an export of ``rows`` reviews and print its peak memory."""
    with tempfile.TemporaryDirectory() as folder:
        export, out = Path(folder) / "export.csv", Path(folder) / "out"
        write_export(export, rows)
        command = [sys.executable, "-m", "review_mining.report", str(export), "-o", str(out), "--quiet"]
        started = time.monotonic()
        subprocess.run(command, check=True)
        seconds = time.monotonic() - started
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"{rows:,} rows, {export.stat().st_size / 1e6:,.0f} MB: {seconds:,.0f} s, {rows / seconds:,.0f} rows/s")
        print(f"peak memory {peak:,.0f} MB; report.html {(out / 'report.html').stat().st_size / 1e6:.1f} MB")


def segment(rows: int) -> None:
    """Compare the engines of the segmenter on the same texts."""
    from review_mining.text import Segmenter

    texts = pq.read_table(REVIEWS, columns=["text"]).column("text").to_pylist()[:rows]
    results = {}
    for engine in ("jieba", "rjieba"):
        segmenter = Segmenter(engine=engine)
        segmenter(texts[:10])
        started = time.monotonic()
        results[engine] = segmenter(texts)
        print(f"{engine}: {len(texts) / (time.monotonic() - started):,.0f} reviews/s")
    same = np.mean([one == other for one, other in zip(results["jieba"], results["rjieba"], strict=True)])
    print(f"identical on {same:.2%} of {len(texts):,} reviews")


@dataclass(frozen=True)
class Measured:
    """What one encoder took.

    Attributes:
        rate: reviews a second, from text to vectors.
        size: weights in MB.
        load: seconds until the encoder is ready, imports included.
        peak: largest memory of the process in MB.
    """

    rate: float
    size: float
    load: float
    peak: float


def encoder(rows: int, model: Path) -> None:
    """Compare the encoder's engines with a BERT-base of random weights, for speed does not depend on the weights."""
    texts = pq.read_table(REVIEWS, columns=["text"]).column("text").to_numpy()
    sample = np.random.default_rng(0).permutation(texts)[:rows].tolist()
    few = sample[: max(_BERT_BATCH, rows // 10)]
    print(f"{rows:,} reviews, {np.mean([len(text) for text in sample]):.0f} characters on average")
    bert = _alone(_bert, model, few)
    _print_encoder(f"BERT-base, torch, batches of {_BERT_BATCH}, first {len(few):,} reviews", bert, bert)
    files = {
        "torch": ("model.safetensors", _torch),
        "ONNX fp32": ("model_fp32.onnx", partial(_onnx, precision="fp32")),
        "ONNX int8": ("model.onnx", partial(_onnx, precision="int8")),
    }
    for name, (file, engine) in files.items():
        if (model / file).is_file():
            _print_encoder(name, _alone(engine, model, sample), bert)
        else:
            print(f"{name}: left out, for {model} has no {file}")


def aspects(rows: int, model: Path, network: Path | None) -> None:
    """Compare aspect taggers with a BERT-base of random weights and with SnowNLP, which gives one number a review.

    Single precision and torch are measured when ``network``, the directory that the training left, is named.
    """
    texts = pq.read_table(REVIEWS, columns=["text"]).column("text").to_numpy()
    sample = np.random.default_rng(0).permutation(texts)[:rows].tolist()
    few = sample[: max(_BERT_BATCH, rows // 10)]
    print(f"{rows:,} reviews, {np.mean([len(text) for text in sample]):.0f} characters on average")
    bert = _alone(_bert, _MODELS / "encoder", few)
    _print_encoder(f"BERT-base, torch, batches of {_BERT_BATCH}, first {len(few):,} reviews", bert, bert)
    if find_spec("snownlp"):
        _print_encoder(f"SnowNLP, first {len(few):,} reviews", _alone(_snownlp, model, few), bert)
    else:
        print("SnowNLP: left out, for it is not installed")
    for name, folder in (("linear baseline", _MODELS / "baseline"), ("aspect network, ONNX int8", model)):
        _print_encoder(name, _alone(_tagger, folder, sample), bert)
    if network is None:
        return
    with tempfile.TemporaryDirectory() as exact:
        _export_exact(network, model, Path(exact))
        _print_encoder("aspect network, ONNX fp32", _alone(_tagger, Path(exact), sample), bert)
    _print_encoder("aspect network, torch, without decoding", _alone(_torch_network, network, sample), bert)


def _export_exact(network: Path, model: Path, folder: Path) -> None:
    """The network in single precision with the shipped model's settings."""
    from review_mining.aspects.network.reader import CALIBRATION, SETTINGS
    from review_mining.aspects.network.training import export_network

    export_network(network, folder, "fp32")
    for name in (SETTINGS, CALIBRATION):
        shutil.copy(model / name, folder / name)


def _torch_network(network: Path) -> tuple[Encode, float]:
    import torch
    from transformers import AutoTokenizer

    from review_mining.aspects.network.modeling import AspectNetwork
    from review_mining.encoder.batching import batches_of, padded
    from review_mining.encoder.multitask import token_ids
    from review_mining.text import normalise_all

    tokenizer = AutoTokenizer.from_pretrained(network)
    model = AspectNetwork.from_pretrained(network, dtype=torch.float32).eval()

    def encode(texts: Sequence[str]) -> None:
        rows = token_ids(normalise_all(texts), tokenizer, 256)
        for batch in batches_of([len(ids) for ids in rows], token_budget=1024, max_rows=128):
            ids, mask = (torch.from_numpy(array) for array in padded([rows[place] for place in batch], 0))
            with torch.inference_mode():
                model(ids, mask)

    return encode, (network / "model.safetensors").stat().st_size / 1e6


def _tagger(model: Path) -> tuple[Encode, float]:
    from review_mining.aspects import AspectTagger

    weights = [file for file in model.iterdir() if file.suffix in (".onnx", ".safetensors")]
    return AspectTagger.from_pretrained(model).tag, sum(file.stat().st_size for file in weights) / 1e6


def _snownlp(_: Path) -> tuple[Encode, float]:
    from snownlp import SnowNLP

    return lambda texts: [SnowNLP(text or "。").sentiments for text in texts], 0.0


def _print_encoder(name: str, one: Measured, bert: Measured) -> None:
    print(f"{name}: {one.rate:,.0f} reviews/s, {one.rate / bert.rate:.1f} times BERT-base")
    print(f"    weights {one.size:.1f} MB, loaded in {one.load:.2f} s, peak memory {one.peak:,.0f} MB", flush=True)


def _alone(engine: Callable[[Path], tuple[Encode, float]], model: Path, texts: list[str]) -> Measured:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(_measured, engine, model, texts).result()


def _measured(engine: Callable[[Path], tuple[Encode, float]], model: Path, texts: list[str]) -> Measured:
    started = time.monotonic()
    encode, size = engine(model)
    load = time.monotonic() - started
    encode(texts[:_BERT_BATCH])
    started = time.monotonic()
    encode(texts)
    return Measured(len(texts) / (time.monotonic() - started), size, load, _peak_memory())


def _peak_memory() -> float:
    """Of this process, in MB; ``getrusage`` would also count its parent before the start."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def _onnx(model: Path, precision: str) -> tuple[Encode, float]:
    from review_mining.encoder.runtime import FILES, Encoder

    return Encoder.from_pretrained(model, precision=precision).encode, (model / FILES[precision]).stat().st_size / 1e6


def _torch(model: Path) -> tuple[Encode, float]:
    from review_mining.encoder.torch_features import TorchFeatures
    from review_mining.text import normalise_all

    features = TorchFeatures.from_pretrained(model)
    return lambda texts: features(normalise_all(texts)), (model / "model.safetensors").stat().st_size / 1e6


def _bert(model: Path) -> tuple[Encode, float]:
    """BERT-base as the ``feature-extraction`` pipeline runs it: batches in the order of the texts, padded."""
    import torch
    from transformers import AutoTokenizer, BertConfig, BertModel

    from review_mining.encoder.batching import padded
    from review_mining.encoder.modeling import mean_of_tokens
    from review_mining.encoder.multitask import token_ids

    bert, tokenizer = BertModel(BertConfig(vocab_size=21_128)).eval(), AutoTokenizer.from_pretrained(model)

    def encode(texts: Sequence[str]) -> np.ndarray:
        rows = token_ids(texts, tokenizer, _BERT_TOKENS)
        found = []
        for start in range(0, len(rows), _BERT_BATCH):
            ids, mask = (torch.from_numpy(array) for array in padded(rows[start : start + _BERT_BATCH], 0))
            with torch.inference_mode():
                found.append(mean_of_tokens(bert(ids, mask).last_hidden_state, mask).numpy())
        return np.concatenate(found)

    return encode, sum(weights.nbytes for weights in bert.parameters()) / 1e6


def main() -> None:
    """Parse the arguments and run one benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=tuple(_DEFAULT_ROWS))
    parser.add_argument(
        "--rows", type=int, action="append", help="reviews, or complaints; themes takes it several times"
    )
    parser.add_argument("--model", type=Path, help="exported encoder or aspect model (default: the bundled one)")
    parser.add_argument("--network", type=Path, help="aspects: WORK/network of train_aspects.py, measured as well")
    parser.add_argument("--complaints", type=Path, help="themes: where the tagged complaints are kept between runs")
    parser.add_argument("--soak", type=float, default=0.0, metavar="MINUTES", help="service: watch its memory so long")
    arguments = parser.parse_args()
    rows = arguments.rows or [_DEFAULT_ROWS[arguments.what]]
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    if arguments.what == "themes":
        from theme_benchmark import themes

        themes(rows, arguments.complaints)
        return
    if arguments.what == "service":
        from service_benchmark import service

        texts = pq.read_table(REVIEWS, columns=["text"]).column("text").to_numpy()
        service(np.random.default_rng(0).permutation(texts)[: rows[-1]].tolist(), arguments.soak)
        return
    benchmarks = {
        "report": report,
        "segment": segment,
        "encoder": partial(encoder, model=arguments.model or _MODELS / "encoder"),
        "aspects": partial(aspects, model=arguments.model or _MODELS / "aspects", network=arguments.network),
    }
    benchmarks[arguments.what](rows[-1])


if __name__ == "__main__":
    main()

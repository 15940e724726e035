"""Speed and memory of the toolkit on real reviews, made as many as asked for.

    python scripts/benchmark.py report --rows 100000
    python scripts/benchmark.py segment

The reviews are those of ``../shared/data/reviews.parquet``, each repetition perturbed so that no two rows are equal or
near-equal by construction and duplicate judging cannot shortcut. Figures are for one run on the machine that is named.
"""

from __future__ import annotations

import argparse
import csv
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

REVIEWS = Path(__file__).resolve().parents[2] / "shared" / "data" / "reviews.parquet"
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


def main() -> None:
    """Parse the arguments and run one benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("report", "segment"))
    parser.add_argument("--rows", type=int, default=100_000)
    arguments = parser.parse_args()
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    {"report": report, "segment": segment}[arguments.what](arguments.rows)


if __name__ == "__main__":
    main()

r"""Choose the reviews of an annotation round and write them as numbered batches.

    python scripts/select_for_annotation.py --rows 6000 --annotated ../shared/data/aspects/train.jsonl \
        ../shared/data/aspects/dev.jsonl --output runs/annotation
    python scripts/select_for_annotation.py --rows 400 --natural --reserved --output runs/annotation-test ...

A batch is what ``../shared/annotation/check.py`` reads: number, category and text, one review a line. ``keys.jsonl``
says which review a number is. ``--natural`` draws without regard to what a review says.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from review_mining.annotated import shown
from review_mining.aspects.annotation.selection import Candidates, SelectionConfig, choose, load_candidates, spread
from review_mining.aspects.tagger import AspectTagger
from review_mining.config import default_file, load
from review_mining.errors import InputError, ReviewMiningError
from review_mining.staging import staged_directory


def main() -> int:
    """Choose, write."""
    parser = argparse.ArgumentParser(description="Choose reviews for annotation.")
    parser.add_argument("--reviews", type=Path, default=Path("../shared/data/reviews.parquet"))
    parser.add_argument("--config", type=Path, help="settings (default: configs/train/selection.yaml)")
    parser.add_argument("--annotated", type=Path, nargs="*", default=[], help="files whose reviews are left out")
    parser.add_argument("--rows", type=int, required=True, help="reviews to choose")
    parser.add_argument("--natural", action="store_true", help="draw without regard to what a review says")
    parser.add_argument("--reserved", action="store_true", help="from the rows that are only ever scored")
    parser.add_argument("--sources", nargs="*", default=[], help="only these sources")
    parser.add_argument("--model", help="tagger that knows rare and doubtful cases (default: the bundled one)")
    parser.add_argument("--batch-rows", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("-o", "--output", type=Path, required=True, help="directory to write")
    parser.add_argument("--force", action="store_true", help="replace the directory")
    arguments = parser.parse_args()
    try:
        config = load(arguments.config or default_file("train/selection.yaml"), SelectionConfig)
        candidates = load_candidates(
            arguments.reviews,
            reserved=arguments.reserved,
            without=frozenset(key for path in arguments.annotated for key in _keys(path)),
            sources=arguments.sources,
            max_characters=config.max_characters,
        )
        rng = np.random.default_rng(arguments.seed)
        if arguments.natural:
            chosen = spread(candidates.groups, arguments.rows, rng)
        else:
            tagger = AspectTagger.from_pretrained(arguments.model)
            chosen = choose(candidates, tagger, config, arguments.rows, rng)
        with staged_directory(arguments.output, force=arguments.force) as folder:
            write_batches(candidates.select(chosen), folder, arguments.batch_rows)
    except ReviewMiningError as error:
        print(error, file=sys.stderr)
        return error.exit_status
    print(f"{len(chosen):,} of {len(candidates):,} reviews")
    return 0


def write_batches(chosen: Candidates, folder: Path, batch_rows: int) -> None:
    """Numbered batches, and the key of every number; line breaks and tabs are shown as one space."""
    with (folder / "keys.jsonl").open("w", encoding="utf-8") as keys:
        for start in range(0, len(chosen), batch_rows):
            numbers = range(start, min(start + batch_rows, len(chosen)))
            lines = []
            for number in numbers:
                category = chosen.groups[number].rpartition("/")[2]
                lines.append(f"{number + 1}\t{category}\t{shown(chosen.texts[number])}\n")
                keys.write(json.dumps({"number": number + 1, "key": chosen.keys[number]}) + "\n")
            name = f"batch_{start // batch_rows + 1:03}.txt"
            (folder / name).write_text("".join(lines), encoding="utf-8")


def _keys(path: Path) -> Sequence[str]:
    try:
        with path.open(encoding="utf-8") as lines:
            return [json.loads(line)["key"] for line in lines if line.strip()]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"is not JSON Lines with a column key: {error}", path=path) from error


if __name__ == "__main__":
    sys.exit(main())

r"""Let trained aspect models label reviews that nobody has annotated, for a student to learn from.

    python scripts/distil_aspects.py --teachers runs/seed0/model runs/seed1/model baseline --rows 80000 \
        -o runs/taught.jsonl

Teachers are model directories or bundled names, networks and linear models alike. Reserved and annotated reviews are
left out. Name the file as ``taught`` in the settings of ``train_aspects.py``: the student learns the teachers' mean.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np

from review_mining.annotated import load_annotated
from review_mining.aspects.annotation.selection import load_candidates, spread
from review_mining.aspects.network.teaching import lesson_row, lessons_of
from review_mining.aspects.network.training_config import AspectsConfig
from review_mining.aspects.tagger import load_reader
from review_mining.config import default_file, load
from review_mining.errors import ReviewMiningError, UsageError
from review_mining.staging import staged_file


def main() -> int:
    """Draw, label, write."""
    parser = argparse.ArgumentParser(description="Label reviews softly by trained aspect models.")
    parser.add_argument("--config", type=Path, help="settings (default: configs/train/aspects.yaml)")
    parser.add_argument("--teachers", nargs="+", required=True, help="model directories or bundled names")
    parser.add_argument("--rows", type=int, required=True, help="reviews to label, small sources shown more")
    parser.add_argument("--max-characters", type=int, default=400, help="longer reviews are left out")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("-o", "--output", type=Path, required=True, help="JSON Lines file to write")
    arguments = parser.parse_args()
    try:
        config = load(arguments.config or default_file("train/aspects.yaml"), AspectsConfig)
        if config.reviews is None:
            raise UsageError("The settings name no file of reviews; add reviews.")
        files = (*config.train, *config.held_out)
        annotated = frozenset(one.key for path in files for one in load_annotated(path, config.reviews))
        candidates = load_candidates(
            config.reviews, reserved=False, without=annotated, max_characters=arguments.max_characters
        )
        drawn = candidates.select(spread(candidates.groups, arguments.rows, np.random.default_rng(arguments.seed)))
        teachers = [load_reader(name) for name in arguments.teachers]
        with staged_file(arguments.output) as output, output.open("w", encoding="utf-8") as lines:
            for lesson in lessons_of(teachers, drawn.keys, drawn.texts):
                lines.write(f"{lesson_row(lesson)}\n")
    except ReviewMiningError as error:
        print(error, file=sys.stderr)
        return error.exit_status
    print(f"{len(drawn):,} of {len(candidates):,} reviews")
    return 0


if __name__ == "__main__":
    sys.exit(main())

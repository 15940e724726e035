"""Train the linear aspect tagger and write its directory.

    python scripts/train_baseline.py --config configs/train/baseline.yaml -o review_mining/models/baseline --force

The same settings and data give the same bytes.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from review_mining.annotated import AnnotatedReview, load_annotated, texts_of
from review_mining.aspects.card import write_card
from review_mining.aspects.polarity import PolarityLayer
from review_mining.aspects.polarity_fitting import fit_polarity, load_polar_texts
from review_mining.aspects.storage import save_baseline
from review_mining.aspects.training import train_baseline
from review_mining.aspects.training_config import BaselineConfig
from review_mining.config import default_file, load
from review_mining.errors import ReviewMiningError
from review_mining.staging import staged_directory
from review_mining.taxonomy import load_taxonomy


def main() -> int:
    """Train, calibrate, write."""
    parser = argparse.ArgumentParser(description="Train the linear aspect tagger.")
    parser.add_argument("--config", type=Path, help="settings (default: configs/train/baseline.yaml)")
    parser.add_argument("-o", "--output", type=Path, required=True, help="directory to write")
    parser.add_argument("--force", action="store_true", help="replace the directory")
    arguments = parser.parse_args()
    try:
        config = load(arguments.config or default_file("train/baseline.yaml"), BaselineConfig)
        train = [review for path in config.train for review in load_annotated(path, config.reviews)]
        dev = load_annotated(config.dev, config.reviews)
        polarity = _polarity(config, [*train, *dev])
        model = train_baseline(train, dev, load_taxonomy(), config, polarity, _say)
        with staged_directory(arguments.output, force=arguments.force) as directory:
            save_baseline(model, directory)
            write_card(model, train, dev, config, directory)
    except ReviewMiningError as error:
        print(error, file=sys.stderr)
        return error.exit_status
    return 0


def _polarity(config: BaselineConfig, annotated: Sequence[AnnotatedReview]) -> PolarityLayer:
    if config.polar is None:
        return PolarityLayer.absent()
    data = load_polar_texts(config.polar, texts_of(annotated))
    _say(f"{len(data.texts):,} texts with a polarity")
    return fit_polarity(data, min_texts=config.polar_min_texts, strength=config.polar_strength)


def _say(line: str) -> None:
    print(line, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())

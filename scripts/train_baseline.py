"""Train the linear aspect tagger and write its directory.

    python scripts/train_baseline.py --config configs/train/baseline.yaml -o review_mining/models/baseline --force

The same settings and data give the same bytes.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from review_mining.aspects.annotated import load_annotated
from review_mining.aspects.card import write_card
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
        train, dev = load_annotated(config.train), load_annotated(config.dev)
        model = train_baseline(train, dev, load_taxonomy(), config, lambda line: print(line, file=sys.stderr))
        with staged_directory(arguments.output, force=arguments.force) as directory:
            save_baseline(model, directory)
            write_card(model, train, dev, config, directory)
    except ReviewMiningError as error:
        print(error, file=sys.stderr)
        return error.exit_status
    return 0


if __name__ == "__main__":
    sys.exit(main())

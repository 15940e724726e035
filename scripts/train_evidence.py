r"""Train the pixel detector of after-sales pictures and write its directory.

    python scripts/train_evidence.py --config configs/train/pixels.yaml --shared ../shared \
        -o review_mining/models/pixels --force

What takes long (autoencoders, features of every source) is kept in the working folder of the settings; a run that was
interrupted goes on from there. The same settings and data give the same detector.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from review_mining.config import load
from review_mining.errors import ReviewMiningError
from review_mining.evidence.pixels.training import train_detector
from review_mining.evidence.pixels.training_config import PixelsTrainConfig
from review_mining.staging import staged_directory


def main() -> int:
    """Train, measure, write."""
    parser = argparse.ArgumentParser(description="Train the pixel detector of after-sales pictures.")
    parser.add_argument("--config", type=Path, required=True, help="settings (configs/train/pixels.yaml)")
    parser.add_argument("--shared", type=Path, required=True, help="folder of the research data")
    parser.add_argument("-o", "--output", type=Path, required=True, help="directory to write")
    parser.add_argument("--force", action="store_true", help="replace the directory")
    arguments = parser.parse_args()
    try:
        config = load(arguments.config, PixelsTrainConfig)
        with staged_directory(arguments.output, force=arguments.force) as directory:
            evaluation = train_detector(config, arguments.shared, directory, _say)
    except ReviewMiningError as error:
        print(error, file=sys.stderr)
        return error.exit_status
    for failure in evaluation.bar(config.false_alarm_rate).failures:
        print(f"short of its bar: {failure}")
    return 0


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())

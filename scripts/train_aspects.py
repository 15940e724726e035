"""Train the aspect network on annotated reviews, calibrate and export it.

    python scripts/train_aspects.py --config configs/train/aspects.yaml --work runs/aspects \
        -o review_mining/models/aspects --force

Killed at any step, ``--resume`` goes on from the last checkpoint in ``--work``. The directory is what ``--model`` of
the report takes.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from review_mining.aspects.network.training_config import AspectsConfig
from review_mining.config import default_file, load
from review_mining.errors import ReviewMiningError
from review_mining.staging import staged_directory
from review_mining.taxonomy import load_taxonomy


def main() -> int:
    """Train, export, calibrate."""
    parser = argparse.ArgumentParser(description="Train the aspect network.")
    parser.add_argument("--config", type=Path, help="settings (default: configs/train/aspects.yaml)")
    parser.add_argument("--taxonomy", type=Path, help="own aspects and codes (default: the bundled ones)")
    parser.add_argument("--work", type=Path, required=True, help="directory of intermediate results and checkpoints")
    parser.add_argument("--resume", action="store_true", help="go on from the last checkpoint")
    parser.add_argument("--threads", type=int, help="processor threads (default: all cores)")
    parser.add_argument("-o", "--output", type=Path, required=True, help="directory to write")
    parser.add_argument("--force", action="store_true", help="replace the directory")
    arguments = parser.parse_args()
    try:
        from review_mining.aspects.network.training import export_calibrated, train_network
        from review_mining.encoder.trainer import prepare_processor

        prepare_processor(arguments.threads)
        config = load(arguments.config or default_file("train/aspects.yaml"), AspectsConfig)
        taxonomy = load_taxonomy(arguments.taxonomy)
        folder = train_network(config, taxonomy, arguments.work, resume=arguments.resume, say=_say)
        if os.environ.get("RANK", "0") != "0":
            return 0
        with staged_directory(arguments.output, force=arguments.force) as output:
            export_calibrated(config, taxonomy, folder, output, say=_say)
    except ReviewMiningError as error:
        print(error, file=sys.stderr)
        return error.exit_status
    return 0


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())

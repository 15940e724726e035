"""Count again what a trained aspect model confuses on its held-out reviews, and rewrite its ``calibration.json``.

    python scripts/calibrate_aspects.py --model review_mining/models/aspects

``train_aspects.py`` does the same at its end. Weights, scaling and operating points stay as they are.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from review_mining.aspects.network.training_config import AspectsConfig
from review_mining.config import default_file, load
from review_mining.errors import ReviewMiningError


def main() -> int:
    """Read the held-out reviews, count."""
    parser = argparse.ArgumentParser(description="Rewrite the calibration of a trained aspect model.")
    parser.add_argument("--model", type=Path, required=True, help="directory that train_aspects.py wrote")
    parser.add_argument("--config", type=Path, help="settings (default: configs/train/aspects.yaml)")
    arguments = parser.parse_args()
    try:
        from review_mining.aspects.network.training import recount

        config = load(arguments.config or default_file("train/aspects.yaml"), AspectsConfig)
        recount(config, arguments.model, lambda line: print(line, file=sys.stderr, flush=True))
    except ReviewMiningError as error:
        print(error, file=sys.stderr)
        return error.exit_status
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Export a trained aspect network again, in another precision or calibrated on other held-out reviews.

    python scripts/export_aspects.py --network runs/aspects/network --precision fp32 -o models/aspects-fp32

``train_aspects.py`` does the same at its end, with 8-bit weights.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import get_args

from review_mining.aspects.network.training_config import AspectsConfig
from review_mining.config import default_file, load
from review_mining.encoder.runtime import Precision
from review_mining.errors import ReviewMiningError
from review_mining.staging import staged_directory
from review_mining.taxonomy import load_taxonomy


def main() -> int:
    """Export, calibrate."""
    parser = argparse.ArgumentParser(description="Export a trained aspect network.")
    parser.add_argument("--network", type=Path, required=True, help="WORK/network of train_aspects.py")
    parser.add_argument("--config", type=Path, help="settings (default: configs/train/aspects.yaml)")
    parser.add_argument("--taxonomy", type=Path, help="own aspects and codes (default: the bundled ones)")
    parser.add_argument("--precision", choices=get_args(Precision), default="int8")
    parser.add_argument("-o", "--output", type=Path, required=True, help="directory to write")
    parser.add_argument("--force", action="store_true", help="replace the directory")
    arguments = parser.parse_args()
    try:
        from review_mining.aspects.network.training import export_calibrated

        config = load(arguments.config or default_file("train/aspects.yaml"), AspectsConfig)
        taxonomy = load_taxonomy(arguments.taxonomy)
        with staged_directory(arguments.output, force=arguments.force) as output:
            export_calibrated(config, taxonomy, arguments.network, output, precision=arguments.precision, say=_say)
    except ReviewMiningError as error:
        print(error, file=sys.stderr)
        return error.exit_status
    return 0


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())

"""Write the encoder's model card from its settings and the figures that evaluate_encoder.py measured.

python scripts/describe_encoder.py --model DIR --figures FIGURES.json --facts FACTS.json
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from review_mining.config import default_file, load
from review_mining.encoder.card import write_card
from review_mining.encoder.training_config import EncoderConfig
from review_mining.errors import ReviewMiningError


def main() -> int:
    """Read, write."""
    parser = argparse.ArgumentParser(description="Write the encoder's model card.")
    parser.add_argument("--model", type=Path, required=True, help="directory of the exported encoder")
    parser.add_argument("--figures", type=Path, required=True, help="what evaluate_encoder.py --json wrote")
    parser.add_argument(
        "--facts", type=Path, required=True, help="JSON with tokens, minutes and tasks_minutes of the run"
    )
    parser.add_argument("--config", type=Path, help="settings (default: train/encoder-cpu.yaml)")
    parser.add_argument("--sources", type=Path, default=Path("../shared/data/SOURCES.csv"))
    arguments = parser.parse_args()
    figures, facts = (json.loads(path.read_text(encoding="utf-8")) for path in (arguments.figures, arguments.facts))
    try:
        config = load(arguments.config or default_file("train/encoder-cpu.yaml"), EncoderConfig)
        write_card(arguments.model, config, figures, facts, arguments.sources)
    except ReviewMiningError as error:
        print(error, file=sys.stderr)
        return error.exit_status
    return 0


if __name__ == "__main__":
    sys.exit(main())

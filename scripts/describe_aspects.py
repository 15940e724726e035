"""Measure the aspect network beside the linear baseline, and write its model card.

    python scripts/describe_aspects.py --model review_mining/models/aspects

The figures are those of ``evaluate_aspects.py``, on reserved reviews chosen for complaints, on reserved reviews drawn
without regard to what they say, and on the development reviews.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from review_mining.annotated import json_rows, load_annotated, texts_of
from review_mining.aspects import AspectTagger
from review_mining.aspects.metrics import figures_of
from review_mining.aspects.network.card import write_card
from review_mining.aspects.network.training_config import AspectsConfig
from review_mining.aspects.prevalence import complaint_precision
from review_mining.config import default_file, load
from review_mining.errors import ReviewMiningError

_SETS = {
    "Reserved reviews, chosen like those of the training": ("annotations/test.jsonl", False),
    "Reserved reviews, natural mix": ("annotations/natural_test.jsonl", True),
    "Development reviews (operating points were chosen with them in view)": (
        "../shared/data/aspects/dev.jsonl",
        False,
    ),
}


def main() -> int:
    """Measure, write."""
    parser = argparse.ArgumentParser(description="Write the aspect network's model card.")
    parser.add_argument("--model", type=Path, required=True, help="directory that train_aspects.py wrote")
    parser.add_argument("--config", type=Path, help="settings (default: configs/train/aspects.yaml)")
    arguments = parser.parse_args()
    try:
        config = load(arguments.config or default_file("train/aspects.yaml"), AspectsConfig)
        taggers = {
            "network": AspectTagger.from_pretrained(arguments.model),
            "linear": AspectTagger.from_pretrained("baseline"),
        }
        figures = {
            title: {name: _measured(tagger, Path(path), config, natural) for name, tagger in taggers.items()}
            for title, (path, natural) in _SETS.items()
        }
        counts = {
            "train": sum(len(load_annotated(path, config.reviews)) for path in config.train),
            "taught": sum(len(json_rows(path)) for path in config.taught),
            "held_out": sum(len(load_annotated(path, config.reviews)) for path in config.held_out),
            "natural": sum(len(load_annotated(path, config.reviews)) for path in config.natural),
        }
        write_card(arguments.model, config, figures, counts)
    except ReviewMiningError as error:
        print(error, file=sys.stderr)
        return error.exit_status
    return 0


def _measured(tagger: AspectTagger, path: Path, config: AspectsConfig, natural: bool) -> dict[str, Any]:
    gold = load_annotated(path, config.reviews)
    opinions, review_aspects = tagger.tag(texts_of(gold))
    figures = figures_of(gold, opinions, review_aspects, tagger.taxonomy)
    if natural:
        figures.update(complaint_precision(gold, review_aspects, tagger.taxonomy))
    return {"reviews": len(gold), "figures": figures}


if __name__ == "__main__":
    sys.exit(main())

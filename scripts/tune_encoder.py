"""Teach the pre-trained encoder labelled tasks, all at once, then fit its sentence vectors.

    python scripts/tune_encoder.py --config configs/train/encoder-cpu.yaml --work runs/encoder [--resume]

Reads ``WORK/pretrained``, writes ``WORK/tuned`` (polarity, stars, opinions by category, intents) and ``WORK/final``
(with sentence vectors, where the configuration has them). Reserved rows are never learnt from.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from review_mining.encoder.stage_command import Say, stage_command
from review_mining.encoder.training_config import EncoderConfig


def stage(config: EncoderConfig, arguments: argparse.Namespace, say: Say) -> Path:
    """Tune."""
    from review_mining.encoder.multitask import learn_tasks
    from review_mining.encoder.sentences import learn_sentences

    tuned = learn_tasks(config, arguments.work, resume=arguments.resume, say=say)
    return learn_sentences(config, arguments.work, say=say) if config.sentences else tuned


if __name__ == "__main__":
    sys.exit(stage_command(__doc__, stage))

"""Pre-train the review encoder: corpus, tokenizer, first weights, objective.

    python scripts/pretrain_encoder.py --config configs/train/encoder-cpu.yaml --work runs/encoder [--resume]
    torchrun --nproc-per-node 8 scripts/pretrain_encoder.py --config configs/train/encoder-gpu.yaml --work runs/encoder

Killed at any step, ``--resume`` goes on from the last checkpoint with the same order of data. The result is
``WORK/pretrained``; ``scripts/tune_encoder.py`` goes on from there.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from review_mining.encoder.stage_command import Say, stage_command
from review_mining.encoder.training_config import EncoderConfig


def stage(config: EncoderConfig, arguments: argparse.Namespace, say: Say) -> Path:
    """Pre-train."""
    from review_mining.encoder.pretraining import pretrain

    return pretrain(config, arguments.work, resume=arguments.resume, say=say)


if __name__ == "__main__":
    sys.exit(stage_command(__doc__, stage))

"""Distil a pre-trained teacher into the smaller student of the configuration.

    python scripts/distil_encoder.py --config configs/train/encoder-gpu.yaml --teacher runs/teacher --work runs/student

``--teacher`` is the directory that ``pretrain_encoder.py`` wrote with the same configuration; the student imitates its
states and its answers on the same corpus. The result is ``WORK/pretrained``, as after pre-training.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from review_mining.encoder.stage_command import Say, stage_command
from review_mining.encoder.training_config import EncoderConfig


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where the teacher is."""
    parser.add_argument("--teacher", type=Path, required=True, help="directory that pretrain_encoder.py wrote")


def stage(config: EncoderConfig, arguments: argparse.Namespace, say: Say) -> Path:
    """Distil."""
    from review_mining.encoder.distillation import distil

    return distil(config, arguments.teacher, arguments.work, resume=arguments.resume, say=say)


if __name__ == "__main__":
    sys.exit(stage_command(__doc__, stage, add_arguments))

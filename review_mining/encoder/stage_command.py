"""The command line that all training scripts of the encoder share."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from review_mining.config import load
from review_mining.encoder.training_config import EncoderConfig
from review_mining.errors import MissingExtraError, ReviewMiningError

Say = Callable[[str], None]
Stage = Callable[[EncoderConfig, argparse.Namespace, Say], Path]

_NEEDED = ("torch", "transformers", "accelerate", "datasets", "rjieba")


def stage_command(
    description: str, stage: Stage, add_arguments: Callable[[argparse.ArgumentParser], None] = lambda _: None
) -> int:
    """Parse arguments, run a stage, print the directory that it wrote.

    Args:
        description: shown by ``--help``.
        stage: receives the configuration, the arguments and where to tell of progress.
        add_arguments: declares further arguments.

    Returns:
        Exit status.
    """
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--config", type=Path, required=True, help="settings (configs/train/encoder-*.yaml)")
    parser.add_argument("--work", type=Path, required=True, help="directory of intermediate results and checkpoints")
    parser.add_argument("--resume", action="store_true", help="go on from the last checkpoint")
    parser.add_argument("--threads", type=int, help="processor threads (default: all cores)")
    add_arguments(parser)
    arguments = parser.parse_args()
    try:
        _require()
        from review_mining.encoder.trainer import prepare_processor

        prepare_processor(arguments.threads)
        folder = stage(load(arguments.config, EncoderConfig), arguments, _say)
    except ReviewMiningError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_status
    sys.stdout.write(f"{folder}\n")
    return 0


def _require() -> None:
    for package in _NEEDED:
        if find_spec(package) is None:
            raise MissingExtraError(package, "train")


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()

"""Quality, speed and size of an encoder that is cut to fewer layers or kept in another precision.

    python scripts/compare_encoder_sizes.py --model review_mining/models/encoder

Each row is the model's first layers with its own final normalisation and wide path, exported and asked the questions of
``evaluate_encoder.py`` from some labelled rows; speed is that of the same run, over real reviews, text to vectors.
Nothing is trained anew, so a shorter model is a lower bound of what one of that depth could be.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from transformers import AutoTokenizer

from review_mining.config import default_file, load
from review_mining.encoder.evaluation import LinearProbe
from review_mining.encoder.export import export_model
from review_mining.encoder.modeling import ReviewEncoderModel
from review_mining.encoder.questions import Question, questions_of
from review_mining.encoder.runtime import FILES, Encoder, Precision
from review_mining.encoder.training_config import EncoderConfig
from review_mining.errors import ReviewMiningError

_TIMED = 2000
_TURNS = 3


def main() -> int:
    """Cut, export, ask, time."""
    parser = argparse.ArgumentParser(description="Compare depths and precisions of an encoder.")
    parser.add_argument("--model", type=Path, required=True, help="directory of the project's own encoder")
    parser.add_argument("--config", type=Path, help="where the labelled texts are (default: train/encoder-cpu.yaml)")
    parser.add_argument("--train-rows", type=int, default=8000, help="labelled rows a task is learnt from")
    arguments = parser.parse_args()
    try:
        config = load(arguments.config or default_file("train/encoder-cpu.yaml"), EncoderConfig)
        questions = questions_of(config.tasks, arguments.train_rows) if config.tasks else []
        print("| layers | precision | MB | reviews/s |", *(f" {one.name} |" for one in questions))
        print("| --- " * (4 + len(questions)) + "|")
        depth = ReviewEncoderModel.from_pretrained(arguments.model).config.num_hidden_layers
        for layers in range(depth, -1, -1):
            for precision in ("fp32", "int8") if layers == depth else ("int8",):
                print(_row(arguments.model, layers, precision, questions), flush=True)
    except ReviewMiningError as error:
        print(error, file=sys.stderr)
        return error.exit_status
    return 0


def _row(source: Path, layers: int, precision: Precision, questions: list[Question]) -> str:
    with tempfile.TemporaryDirectory() as folder:
        file = _cut(source, layers, precision, Path(folder))
        encoder = Encoder.from_pretrained(folder, precision=precision)
        probe = LinearProbe(encoder)
        cells = [str(layers), precision, f"{file.stat().st_size / 1e6:.1f}", f"{_rate(encoder, questions):,.0f}"]
        for one in questions:
            figure = one.ask(probe)
            cells.append(f"{figure.value:.3f} [{figure.low:.3f}, {figure.high:.3f}]")
    return f"| {' | '.join(cells)} |"


def _cut(source: Path, layers: int, precision: Precision, folder: Path) -> Path:
    model = ReviewEncoderModel.from_pretrained(source).float().eval()
    model.layers = model.layers[:layers]
    model.config.num_hidden_layers = layers
    model.config.save_pretrained(folder)
    AutoTokenizer.from_pretrained(source).save_pretrained(folder)
    return export_model(model, folder / FILES[precision], precision)


def _rate(encoder: Encoder, questions: list[Question]) -> float:
    """Reviews a second, the best of some turns: others use the machine too."""
    texts = [text for one in questions for text in one.task.texts]
    sample = np.random.default_rng(0).permutation(np.asarray(texts, dtype=object))[:_TIMED].tolist()
    taken = []
    for _ in range(_TURNS):
        started = time.monotonic()
        encoder.encode(sample)
        taken.append(time.monotonic() - started)
    return len(sample) / min(taken)


if __name__ == "__main__":
    sys.exit(main())

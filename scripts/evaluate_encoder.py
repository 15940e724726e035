"""Measure an encoder on reserved rows, beside linear references in the same run.

    python scripts/evaluate_encoder.py --model review_mining/models/encoder --references
    python scripts/evaluate_encoder.py --model WORK/pretrained --engine torch --json figures.json

``--engine onnx`` measures the files that inference loads, ``torch`` any Hugging Face directory. Labels of reserved rows
are only compared with; everything is learnt from the other rows.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from review_mining.config import default_file, load
from review_mining.encoder.evaluation import Features, Figure, Learner, LinearProbe, retrieval
from review_mining.encoder.questions import Question, questions_of
from review_mining.encoder.references import CharacterSvm, lexical_vectors
from review_mining.encoder.sentences import load_opinions
from review_mining.encoder.training_config import EncoderConfig, SentencesConfig, TasksConfig
from review_mining.errors import ReviewMiningError


def main() -> int:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description="Measure an encoder on reserved rows.")
    parser.add_argument("--model", type=Path, help="directory of the encoder; without it only references are measured")
    parser.add_argument("--engine", choices=("onnx", "torch"), default="onnx")
    parser.add_argument("--config", type=Path, help="where the labelled texts are (default: train/encoder-cpu.yaml)")
    parser.add_argument("--train-rows", type=int, help="learn each task from this many rows only: quick looks")
    parser.add_argument("--references", action="store_true", help="also measure the linear references")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    arguments = parser.parse_args()
    try:
        config = load(arguments.config or default_file("train/encoder-cpu.yaml"), EncoderConfig)
        questions = questions_of(config.tasks, arguments.train_rows) if config.tasks else []
        found = measure(config, questions, arguments.model, arguments.engine, references=arguments.references)
    except ReviewMiningError as error:
        print(error, file=sys.stderr)
        return error.exit_status
    if arguments.json:
        content = {name: {column: asdict(figure) for column, figure in row.items()} for name, row in found.items()}
        arguments.json.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    return 0


def measure(
    config: EncoderConfig, questions: list[Question], model: Path | None, engine: str, *, references: bool
) -> dict[str, dict[str, Figure]]:
    """Figures by task and column (``encoder``, ``reference``), printed as they come."""
    learners: dict[str, Learner] = {}
    if references:
        learners["reference"] = CharacterSvm()
    if model is not None:
        learners["encoder"] = LinearProbe(_features(model, engine))
    found: dict[str, dict[str, Figure]] = {}
    for question in questions:
        found[question.name] = {column: question.ask(learner) for column, learner in learners.items()}
        _print(question.name, found[question.name])
    if config.sentences and config.tasks and config.tasks.exclude:
        found["retrieval"] = _retrieval(config.tasks, config.sentences, model, engine, references)
        _print("retrieval", found["retrieval"])
    return found


def _retrieval(
    tasks: TasksConfig, sentences: SentencesConfig, model: Path | None, engine: str, references: bool
) -> dict[str, Figure]:
    """Opinions of the excluded (held-out) annotated reviews among each other."""
    asked = load_opinions(tasks.exclude[:1], tasks.reviews)
    known = load_opinions(sentences.annotated, tasks.reviews)
    found = {}
    if references:
        found["reference"] = retrieval(lexical_vectors(known.spans, asked.spans), asked.codes, asked.reviews)
    if model is not None:
        features = _features(model, engine, sentences=True)
        found["encoder"] = retrieval(features(asked.spans), asked.codes, asked.reviews)
    return found


def _features(model: Path, engine: str, *, sentences: bool = False) -> Features:
    if engine == "torch":
        from review_mining.encoder.torch_features import TorchFeatures

        encoder = TorchFeatures.from_pretrained(model)
        return encoder.sentence_vectors if sentences else encoder
    from review_mining.encoder.runtime import Encoder

    runtime = Encoder.from_pretrained(model)
    return runtime.sentence_vectors if sentences else runtime.encode


def _print(name: str, row: dict[str, Figure]) -> None:
    cells = [f"{column} {one.value:.4f} [{one.low:.4f}, {one.high:.4f}]" for column, one in row.items()]
    rows = next(iter(row.values())).n if row else 0
    print(f"{name:26} {'   '.join(cells)}   ({rows:,} rows)", flush=True)


if __name__ == "__main__":
    sys.exit(main())

"""Corpus to pre-trained encoder: tokenizer, pieces, first weights, objective; every step is kept and not done twice."""

from __future__ import annotations

from pathlib import Path

import datasets
import numpy as np
import torch
from safetensors.torch import save_file
from transformers import AutoModel, AutoTokenizer, PreTrainedModel, PreTrainedTokenizerBase, set_seed

from review_mining.encoder.configuration import ReviewEncoderConfig
from review_mining.encoder.cooccurrence import TokenStream
from review_mining.encoder.corpus import load_texts, tokenise, weighted
from review_mining.encoder.initialisation import initialise
from review_mining.encoder.labelled import load_tasks
from review_mining.encoder.masking import WholeWordMasker
from review_mining.encoder.modeling import ReviewEncoderModel
from review_mining.encoder.objectives import objective_of
from review_mining.encoder.stage_command import Say
from review_mining.encoder.tokenizer import train_tokenizer
from review_mining.encoder.trainer import EncoderTrainer, arguments_of, run
from review_mining.encoder.training_config import EncoderConfig
from review_mining.errors import ConfigError
from review_mining.staging import staged_directory, staged_file

OBJECTIVE = "objective.safetensors"
"""Encoder and heads of the objective together: a teacher's answers need both."""


def pretrain(config: EncoderConfig, work: Path, *, resume: bool, say: Say) -> Path:
    """Pre-train an encoder.

    Args:
        config: the whole chain; this uses ``corpus``, ``tokenizer``, ``model`` or ``backbone``, ``initialisation`` and
            ``pretraining``.
        work: directory of intermediate results (``tokenizer``, ``pieces``, ``initial``, ``checkpoints``); those that
            exist are used again.
        resume: go on from the last checkpoint.
        say: receives a line of progress.

    Returns:
        ``work/pretrained``, a Hugging Face directory.

    Raises:
        ConfigError: the objective does not fit the backbone, or a trainer setting is unknown.
        InputError: a corpus file cannot be used.
    """
    set_seed(config.seed)
    tokenizer, pieces = corpus_of(config, work, say)
    encoder = first_encoder(config, tokenizer, pieces, work, say)
    # What is found in the work directory is not drawn again; heads shall not depend on that.
    set_seed(config.seed)
    objective = objective_of(config.pretraining, encoder, int(tokenizer.mask_token_id))
    settings = dict(config.pretraining.trainer)
    table_rate = float(settings.pop("table_rate", 1.0))
    trainer = EncoderTrainer(
        table_rate=table_rate,
        model=objective,
        args=arguments_of(settings, work, config.seed),
        train_dataset=pieces,
        data_collator=WholeWordMasker(config.pretraining.masked_share, int(tokenizer.pad_token_id), config.seed),
    )
    run(trainer, resume=resume, say=say)
    if trainer.is_world_process_zero():
        save_encoder(encoder, tokenizer, work / "pretrained")
        with staged_file(work / OBJECTIVE) as staged:
            save_file(objective.state_dict(), staged)
    return work / "pretrained"


def corpus_of(config: EncoderConfig, work: Path, say: Say) -> tuple[PreTrainedTokenizerBase, datasets.Dataset]:
    """Tokenizer and weighted pieces, made once and then read from ``work``."""
    datasets.disable_progress_bars()
    folder, stored = work / "tokenizer", work / "pieces"
    if not (folder.is_dir() and stored.is_dir()):
        texts = load_texts(config.corpus)
        say(f"{len(texts):,} distinct texts")
        if config.backbone:
            tokenizer = AutoTokenizer.from_pretrained(config.backbone)
        else:
            tokenizer = train_tokenizer(texts["text"], **config.tokenizer.model_dump())
        with staged_directory(folder, force=True) as staged:
            tokenizer.save_pretrained(staged)
        with staged_directory(stored, force=True) as staged:
            tokenise(texts, tokenizer, config.corpus).save_to_disk(staged)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    pieces = weighted(datasets.load_from_disk(stored), config.corpus.weights, config.seed)
    say(f"vocabulary of {len(tokenizer):,}, {len(pieces):,} pieces, {sum(pieces['length'][:]):,} tokens in one pass")
    return tokenizer, pieces


def first_encoder(
    config: EncoderConfig, tokenizer: PreTrainedTokenizerBase, pieces: datasets.Dataset, work: Path, say: Say
) -> PreTrainedModel:
    """The encoder before the first step: the backbone, or a new one with filled tables, kept in ``work/initial``."""
    if config.backbone:
        return load_backbone(config.backbone)
    folder = work / "initial"
    if not folder.is_dir():
        encoder = ReviewEncoderModel(ReviewEncoderConfig(vocab_size=len(tokenizer), **config.model))
        if encoder.config.ngram_orders or config.initialisation.filled:
            tasks = load_tasks(config.tasks) if config.tasks and encoder.config.evidence_size else []
            stream = stream_of(pieces, config.initialisation.max_tokens, config.seed)
            initialise(encoder, stream, tasks, tokenizer, config.initialisation, config.seed)
        with staged_directory(folder, force=True) as staged:
            encoder.save_pretrained(staged)
        say("first weights are set")
    return ReviewEncoderModel.from_pretrained(folder)


def load_backbone(name: str) -> PreTrainedModel:
    """Any encoder by directory or hub name; weights are read from safetensors only.

    Raises:
        ConfigError: there is none of this name, or it has no safetensors.
    """
    try:
        encoder: PreTrainedModel = AutoModel.from_pretrained(name, use_safetensors=True, dtype=torch.float32)
    except (OSError, ValueError) as error:
        raise ConfigError(f"The encoder {name!r} cannot be loaded: {error}") from error
    return encoder


def stream_of(pieces: datasets.Dataset, max_tokens: int, seed: int) -> TokenStream:
    """Token ids of all pieces one after another, or of as many drawn pieces as hold ``max_tokens``."""
    lengths = np.asarray(pieces.with_format("numpy")["length"][:], dtype=np.int64)
    if lengths.sum() > max_tokens:
        drawn = np.random.default_rng(seed).permutation(len(lengths))
        drawn = np.sort(drawn[np.cumsum(lengths[drawn]) <= max_tokens])
        pieces, lengths = pieces.select(drawn), lengths[drawn]
    column = pieces.with_format("arrow")[:]["input_ids"].combine_chunks()
    return TokenStream(column.flatten().to_numpy().astype(np.int64), np.repeat(np.arange(len(lengths)), lengths))


def save_encoder(encoder: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, folder: Path) -> None:
    """Write weights and tokenizer, all or nothing."""
    with staged_directory(folder, force=True) as staged:
        encoder.save_pretrained(staged)
        tokenizer.save_pretrained(staged)

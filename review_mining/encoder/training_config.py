"""Settings of the encoder's training (``configs/train/encoder-cpu.yaml``, ``encoder-gpu.yaml``)."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from review_mining.config import Share, Strict


class CorpusConfig(Strict):
    """Texts to pre-train on.

    Attributes:
        files: Parquet, JSON Lines, CSV or plain-text files with a text in each row (column ``text``) or line.
        weights: how often the texts of a source (column ``source``) are shown in one pass; fractions draw a part, 0
            leaves the source out. Sources that are not named count 1.
        near_duplicate_similarity: share of equal 3-grams from which a text repeats an earlier one and is left out.
        max_tokens: pieces of a text, special tokens included.
        processes: worker processes that prepare texts.
    """

    files: tuple[Path, ...]
    weights: dict[str, float] = {}
    near_duplicate_similarity: Share = 0.85
    max_tokens: int = Field(64, ge=8)
    processes: int = Field(2, ge=1)


class TokenizerConfig(Strict):
    """The vocabulary."""

    vocab_size: int = Field(7000, ge=64)
    min_frequency: int = Field(8, ge=1)


class InitialisationConfig(Strict):
    """Which n-grams the encoder knows, and what its tables say before the first step.

    What n-grams tell of labels is filled in when there are ``tasks`` and the model has a wide path.

    Attributes:
        min_count: rarer n-grams are not known.
        max_candidates: most frequent n-grams of each order that may be known; the model's ``ngram_rows`` are.
        telling_share: share of them that is chosen by what they tell of labels, the rest by frequency.
        filled: start from co-occurrence vectors instead of noise.
        window: characters to each side that count as context.
        max_tokens: tokens of the corpus that are counted, drawn by whole pieces; bounds time and memory.
        scale: root mean square of the vectors' entries.
    """

    min_count: int = Field(10, ge=1)
    max_candidates: int = Field(200_000, ge=100)
    telling_share: Share = 0.7
    filled: bool = True
    window: int = Field(5, ge=1)
    max_tokens: int = Field(20_000_000, ge=1000)
    scale: float = Field(0.1, gt=0)


class PretrainingConfig(Strict):
    """Objective and schedule.

    Attributes:
        objective: ``replaced_tokens`` (ELECTRA) or ``masked_words`` (BERT with whole-word masking).
        masked_share: share of tokens that are masked, by whole words.
        generator_layers, generator_size: shape of the network that proposes replacements.
        discriminator_weight: weight of the detection of replacements against the generator's own loss.
        trainer: further arguments of ``transformers.TrainingArguments`` (batch size, steps, learning rate, bf16 …).
    """

    objective: Literal["replaced_tokens", "masked_words"] = "replaced_tokens"
    masked_share: Share = 0.15
    generator_layers: int = Field(1, ge=1)
    generator_size: int = Field(128, ge=16)
    discriminator_weight: float = Field(50.0, gt=0)
    trainer: dict[str, Any] = {}


class TasksConfig(Strict):
    """Labelled texts that are learnt after pre-training, all at once.

    Attributes:
        reviews: Parquet file with ``text``, ``polarity``, ``rating``, ``key`` and ``reserved``.
        opinions: directory of the Zhijiang Cup 2019 files.
        intents: directory of the buyers' sentences with intents.
        annotated: files of annotated reviews, whose sub-aspects and signs are learnt.
        exclude: files of annotated reviews (JSON Lines with ``key``) whose texts are kept out.
        max_tokens: longer texts keep their beginning and their end.
        masked_share: share of tokens that are hidden while learning, so that no answer hangs on a single n-gram.
        trainer: further arguments of ``transformers.TrainingArguments``.
    """

    reviews: Path
    opinions: Path | None = None
    intents: Path | None = None
    annotated: tuple[Path, ...] = ()
    exclude: tuple[Path, ...] = ()
    max_tokens: int = Field(128, ge=8)
    masked_share: float = Field(0.1, ge=0, lt=1)
    trainer: dict[str, Any] = {}


class SentencesConfig(Strict):
    """Contrastive tuning of sentence vectors.

    Attributes:
        annotated: files of annotated reviews whose opinions of one code and sign are near.
        size: width of a vector.
        temperature: of the contrastive loss.
        steps, batch_size, learning_rate: schedule.
    """

    annotated: tuple[Path, ...]
    size: int = Field(128, ge=8)
    temperature: float = Field(0.07, gt=0)
    steps: int = Field(600, ge=1)
    batch_size: int = Field(256, ge=8)
    learning_rate: float = Field(2e-3, gt=0)


class DistillationConfig(Strict):
    """A student that imitates a teacher.

    Attributes:
        student: arguments of ``ReviewEncoderConfig`` for the student.
        states_weight, logits_weight, objective_weight: weights of the three losses.
        temperature: softening of the teacher's predictions.
        trainer: further arguments of ``transformers.TrainingArguments``.
    """

    student: dict[str, Any]
    states_weight: float = Field(1.0, ge=0)
    logits_weight: float = Field(1.0, ge=0)
    objective_weight: float = Field(0.5, ge=0)
    temperature: float = Field(2.0, gt=0)
    trainer: dict[str, Any] = {}


class EncoderConfig(Strict):
    """The chain corpus, tokenizer, pre-training, tasks, sentence vectors.

    Attributes:
        version: name that the model card and the export carry.
        model: arguments of ``ReviewEncoderConfig``.
        backbone: a Hugging Face directory or hub name to start from instead of ``model``.
    """

    version: str
    corpus: CorpusConfig
    tokenizer: TokenizerConfig = TokenizerConfig()
    model: dict[str, Any] = {}
    backbone: str | None = None
    initialisation: InitialisationConfig = InitialisationConfig()
    pretraining: PretrainingConfig = PretrainingConfig()
    tasks: TasksConfig | None = None
    sentences: SentencesConfig | None = None
    distillation: DistillationConfig | None = None
    seed: int = 0

    @property
    def reviews(self) -> Path | None:
        """The table of reviews, which has the texts of labels that are stored by key."""
        return self.tasks.reviews if self.tasks else None

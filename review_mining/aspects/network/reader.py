"""The aspect network as the tagger's reader: ONNX Runtime and a tokenizer, neither torch nor transformers.

A directory holds ``config.json``, ``tokenizer.json`` and ``model.onnx`` of the network, ``aspects.json`` (taxonomy,
pairs, thresholds, scaling, version) and ``calibration.json`` (confusion counts).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import ValidationError

from review_mining.aspects.calibration import Calibration
from review_mining.aspects.decoding import Thresholds
from review_mining.aspects.heads import SIGNS, Heads
from review_mining.aspects.linear import Probabilities
from review_mining.aspects.network.scaling import Scaling, Scores
from review_mining.aspects.network.windows import Window, windows_of
from review_mining.aspects.ngrams import Ints, Reals
from review_mining.aspects.segments import Segments
from review_mining.aspects.spans import LONGEST_SPAN
from review_mining.aspects.storage import read_json
from review_mining.encoder.onnx_session import Framing, framing_of, load_tokenizer, open_session
from review_mining.errors import ModelError
from review_mining.tables import LABELS, POLARITIES
from review_mining.taxonomy import Taxonomy

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

KIND, FORMAT = "review_mining.aspects", 1
MODEL, SETTINGS, CALIBRATION = "model.onnx", "aspects.json", "calibration.json"
MAX_TOKENS = 256

_OUTPUTS = ("tokens", "questions")
_NEVER = -12.0
"""Log odds of an opinion in a clause without tokens."""
_KEPT_PART = 0.02
"""Tokens beside the strongest belong to its opinion while they have this part of its probability; chosen on held-out
reviews, where neither more (0.1) nor less (0.01) covers the annotated words better."""


@dataclass(frozen=True, eq=False)
class NetworkReading:
    """A batch as the network has read it.

    Attributes:
        segments: the batch.
        probabilities: calibrated.
        tokens: scores and places of the tokens.
    """

    segments: Segments
    probabilities: Probabilities
    tokens: TokenScores

    def span(self, clause: int, pair: int) -> tuple[int, int]:
        """The strongest token of the clause and the neighbours that belong to its opinion, 20 characters at most."""
        first, last = int(self.tokens.firsts[clause]), int(self.tokens.lasts[clause])
        if first == last:
            begin = int(self.segments.characters.bounds[self.segments.clause_reviews[clause]])
            start, end = int(self.segments.clause_starts[clause]), int(self.segments.clause_ends[clause])
            return start - begin, min(end, start + LONGEST_SPAN) - begin
        odds = 1 / (1 + np.exp(-self.tokens.odds[first:last, pair]))
        peak = int(odds.argmax())
        kept = odds >= _KEPT_PART * odds[peak]
        left = right = peak
        starts, ends = self.tokens.starts[first:last], self.tokens.ends[first:last]
        while True:
            grown = [
                (odds[place], place)
                for place in (left - 1, right + 1)
                if 0 <= place < len(odds)
                and kept[place]
                and ends[max(right, place)] - starts[min(left, place)] <= LONGEST_SPAN
            ]
            if not grown:
                return int(starts[left]), int(ends[right])
            _, place = max(grown)
            left, right = min(left, place), max(right, place)


class NetworkReader:
    """Reads with the network.

    Args:
        session: the exported network.
        tokenizer: of its encoder.
        framing: of its inputs.
        settings: version, heads, thresholds and scaling.
        calibration: what it confuses.
        threads: reviews that are worked on at once; all cores by default.
    """

    def __init__(
        self,
        session: InferenceSession,
        tokenizer: Tokenizer,
        framing: Framing,
        settings: Settings,
        calibration: Calibration,
        threads: int | None = None,
    ) -> None:
        self._session, self._tokenizer, self._framing = session, tokenizer, framing
        # Kept, for starting threads takes a tenth of the time of a few reviews, and shared by all who read at once.
        self._threads = ThreadPoolExecutor(threads or os.cpu_count() or 1, thread_name_prefix="aspects")
        self._scaling = settings.scaling
        self.version: str = settings.version
        self.heads: Heads = settings.heads
        self.thresholds: Thresholds = settings.thresholds
        self.calibration: Calibration = calibration

    @classmethod
    def from_directory(cls, directory: Path) -> NetworkReader:
        """Load what ``scripts/train_aspects.py`` wrote.

        Raises:
            ModelError: a file is missing, damaged or of another format.
        """
        names = ("config.json", "tokenizer.json", MODEL, SETTINGS, CALIBRATION)
        missing = [name for name in names if not (directory / name).is_file()]
        if missing:
            raise ModelError(f"{directory} is not a complete model: {', '.join(missing)} missing.")
        settings = Settings.from_json(read_json(directory / SETTINGS), directory / SETTINGS)
        session, tokenizer, framing = open_network(directory)
        calibration = Calibration.from_json(read_json(directory / CALIBRATION), settings.heads.aspects)
        return cls(session, tokenizer, framing, settings, calibration)

    def read(self, segments: Segments) -> NetworkReading:
        """Read a batch."""
        windows = windows_of(segments, self._tokenizer, self._framing)
        answers = answer(self._session, windows, self._threads)
        scores, tokens = gather(windows, answers, segments)
        return NetworkReading(segments, self._scaling.probabilities(scores, self.heads), tokens)


@dataclass(frozen=True, eq=False)
class Settings:
    """What ``aspects.json`` holds."""

    version: str
    heads: Heads
    thresholds: Thresholds
    scaling: Scaling

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "kind": KIND,
            "format": FORMAT,
            "version": self.version,
            "thresholds": asdict(self.thresholds),
            "scaling": self.scaling.to_json(),
            "pairs": [list(pair) for pair in self.heads.pairs],
            "taxonomy": self.heads.taxonomy.model_dump(mode="json"),
        }

    @classmethod
    def from_json(cls, content: Any, path: Path) -> Settings:  # noqa: ANN401
        """Read back what ``to_json`` gave.

        Raises:
            ModelError: something is missing or not understood.
        """
        if not isinstance(content, dict) or (content.get("kind"), content.get("format")) != (KIND, FORMAT):
            raise ModelError(f"{path}: not a model of kind {KIND}, format {FORMAT}.")
        try:
            taxonomy = Taxonomy.model_validate(content["taxonomy"])
            heads = Heads(taxonomy, tuple((code, sign) for code, sign in content["pairs"]))
            limits = content["thresholds"]
            thresholds = Thresholds(
                {sign: float(limits["opinion"][sign]) for sign in POLARITIES},
                {sign: float(limits["clause"][sign]) for sign in SIGNS},
                float(limits["abstain"]),
            )
            return cls(str(content["version"]), heads, thresholds, Scaling.from_json(content["scaling"], heads))
        except (KeyError, TypeError, ValueError, ValidationError) as error:
            raise ModelError(f"{path}: {error} is missing or not understood.") from error


def open_network(directory: Path) -> tuple[InferenceSession, Tokenizer, Framing]:
    """Open the parts of a network's directory that say what it computes."""
    tokenizer = load_tokenizer(directory / "tokenizer.json")
    framing = framing_of(directory / "config.json", tokenizer, MAX_TOKENS)
    return open_session(directory / MODEL, KIND, FORMAT), tokenizer, framing


@dataclass(frozen=True, eq=False)
class WindowAnswers:
    """Log odds of a window: ``tokens`` of shape (its tokens, pairs), ``questions`` of shape (questions, 4)."""

    tokens: Reals
    questions: Reals


@dataclass(frozen=True, eq=False)
class TokenScores:
    """All tokens of a batch.

    Attributes:
        odds: log odds of every pair, shape (tokens, pairs).
        starts, ends: places of the tokens in their review's normalised text, shape (tokens,).
        firsts, lasts: half-open range of each clause's tokens, shape (clauses,).
    """

    odds: Reals
    starts: Ints
    ends: Ints
    firsts: Ints
    lasts: Ints


def answer(session: InferenceSession, windows: Sequence[Window], threads: Executor) -> list[WindowAnswers]:
    """Run the network over windows, each alone.

    8-bit activations are scaled by the largest value of a run, so that a window in company would read a little
    differently in every other company (up to 0.013 of a probability). Padded batches would be a tenth faster where
    thousands of reviews are read at once, and slower where a few are.
    """

    def run(window: Window) -> WindowAnswers:
        ids = np.asarray([window.ids], dtype=np.int64)
        tokens, questions = session.run(_OUTPUTS, {"input_ids": ids, "attention_mask": np.ones_like(ids)})
        return WindowAnswers(tokens[0, 1:-1], questions[0])

    if len(windows) < 2:
        return [run(window) for window in windows]
    # The longest go first, so that no thread is left with one at the end.
    order = sorted(range(len(windows)), key=lambda place: -len(windows[place].ids))
    found = dict(zip(order, threads.map(run, (windows[place] for place in order)), strict=True))
    return [found[place] for place in range(len(windows))]


def gather(
    windows: Sequence[Window], answers: Sequence[WindowAnswers], segments: Segments
) -> tuple[Scores, TokenScores]:
    """Windows back to reviews and clauses.

    A clause scores what its strongest token scores. Of several windows of a review, each question about an aspect takes
    the one that is least for ``none``, and the overall attitude their mean.
    """
    odds = np.concatenate([one.tokens for one in answers])
    starts, ends = (np.concatenate([getattr(one, name) for one in windows]) for name in ("starts", "ends"))
    owners = np.asarray([one.review for one in windows])
    reviews = np.repeat(owners, [len(one.starts) for one in windows])
    places = segments.characters.bounds[reviews] + starts
    firsts, lasts = (np.searchsorted(places, bounds) for bounds in (segments.clause_starts, segments.clause_ends))
    clauses = np.full((len(firsts), odds.shape[1]), _NEVER)
    held = np.flatnonzero(lasts > firsts)
    if len(held):
        # Every other stretch lies between two clauses; the added row lets the last clause end at the end.
        bounds = np.stack([firsts[held], lasts[held]], axis=1).ravel()
        padded_odds = np.concatenate([odds, odds[-1:]])
        clauses[held] = np.maximum.reduceat(padded_odds, bounds, axis=0)[::2]
    questions = _joined(np.stack([one.questions for one in answers]), owners, len(segments))
    return Scores(clauses, questions), TokenScores(odds, starts, ends, firsts, lasts)


def _joined(questions: Reals, owners: Ints, reviews: int) -> Reals:
    """One answer a review: shape (windows, questions, 4) to (reviews, questions, 4)."""
    firsts = np.searchsorted(owners, np.arange(reviews + 1))
    found = questions[firsts[:-1]].astype(np.float64)
    none = LABELS.index("none")
    for review in np.flatnonzero(np.diff(firsts) > 1):
        own = questions[firsts[review] : firsts[review + 1]]
        odds = own - np.logaddexp.reduce(own, axis=2, keepdims=True)
        found[review, 0] = odds[:, 0].mean(axis=0)
        for question in range(1, own.shape[1]):
            found[review, question] = odds[odds[:, question, none].argmin(), question]
    return found

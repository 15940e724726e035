"""Reviews as rows of tokens that an encoder can read: one window a review, several for a long one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from review_mining.aspects.ngrams import Ints
from review_mining.aspects.segments import Segments
from review_mining.encoder.onnx_session import Framing

if TYPE_CHECKING:
    from tokenizers import Tokenizer


@dataclass(frozen=True, eq=False)
class Window:
    """A stretch of a review.

    Attributes:
        review: number of the review in its batch.
        ids: token ids, special tokens at both ends.
        starts, ends: int64 arrays of shape (tokens between the special ones,), half-open places of the tokens in the
            review's normalised text.
    """

    review: int
    ids: Sequence[int]
    starts: Ints
    ends: Ints


def windows_of(segments: Segments, tokenizer: Tokenizer, framing: Framing) -> list[Window]:
    """Cut reviews that are too long at the ends of clauses, so that every token is read once.

    Args:
        segments: the reviews.
        tokenizer: of the encoder; gives places in the text.
        framing: special tokens, and how many tokens a window has at most.

    Returns:
        Windows in the order of the reviews, at least one each.
    """
    encoded = tokenizer.encode_batch([one.text for one in segments.normalised], add_special_tokens=False)
    firsts = np.searchsorted(segments.clause_reviews, np.arange(len(segments) + 1))
    found = []
    for review, one in enumerate(encoded):
        places = np.asarray(one.offsets, dtype=np.int64).reshape(-1, 2)
        clauses = segments.clause_starts[firsts[review] : firsts[review + 1]] - segments.characters.bounds[review]
        cuts = np.searchsorted(places[:, 0], clauses)
        for start, end in _stretches(len(places), cuts, framing.max_tokens - 2):
            ids = [framing.first, *one.ids[start:end], framing.last]
            found.append(Window(review, ids, places[start:end, 0], places[start:end, 1]))
    return found


def _stretches(tokens: int, cuts: Ints, room: int) -> list[tuple[int, int]]:
    """Half-open stretches of at most ``room`` tokens that begin at cuts where there is one."""
    found, start = [], 0
    while tokens - start > room:
        inside = cuts[(cuts > start) & (cuts <= start + room)]
        end = int(inside[-1]) if len(inside) else start + room
        found.append((start, end))
        start = end
    return [*found, (start, tokens)]

"""Which row of the table belongs to a token n-gram: a hash table that torch, NumPy and ONNX read alike.

An n-gram has an exact code, a number that no other n-gram has. Its row number lies in one of three buckets (the code
modulo three primes), and the row's own code confirms it, so that an unknown n-gram is told from a known one. The
n-gram of order n at position i is made of the tokens ``i - before .. i - before + n - 1`` with ``before = n // 2``: a
bigram looks back, a trigram to both sides. Beyond the ends stands token 0.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]

UNKNOWN = 0
"""Row of all n-grams that have no row of their own; it holds zeros."""
NO_CODE = -1
_CHOICES = 3


def window(order: int) -> range:
    """Positions of an n-gram's tokens relative to the position that it is looked up at."""
    return range(-(order // 2), order - order // 2)


def codes_of(ngrams: Ints, vocab_size: int) -> Ints:
    """Exact codes: digits to the base of the vocabulary, the order in front.

    Args:
        ngrams: token ids of shape (n-grams, order).
        vocab_size: of the tokenizer; ``(order + 1) * vocab_size ** order`` stays below 2**63.

    Returns:
        Array of shape (n-grams,).
    """
    found = np.full(len(ngrams), ngrams.shape[1], dtype=np.int64)
    for column in ngrams.T:
        found = found * vocab_size + column
    return found


def moduli(buckets: int) -> tuple[int, ...]:
    """The largest primes up to ``buckets``, one a choice.

    Raises:
        ValueError: there are not enough primes.
    """
    sieve = np.ones(buckets + 1, dtype=np.bool_)
    sieve[:2] = False
    for number in range(2, int(buckets**0.5) + 1):
        if sieve[number]:
            sieve[number * number :: number] = False
    primes = np.flatnonzero(sieve)
    if len(primes) < _CHOICES:
        raise ValueError(f"{buckets} buckets are too few.")
    return tuple(int(prime) for prime in primes[: -_CHOICES - 1 : -1])


def fill_buckets(codes: Ints, rows: int, buckets: int) -> tuple[Ints, Ints, Ints]:
    """Give every n-gram a row, the most important first; one whose buckets are all taken stays unknown.

    With twice as many buckets as n-grams that happens to one in thirty, of the least important.

    Args:
        codes: of n-grams, distinct, most important first.
        rows: of the table, the unknown row included.
        buckets: of the hash table.

    Returns:
        Row number by bucket (shape (buckets,)), code by row (shape (rows,)), and for each row in use the place of its
        n-gram in ``codes``, beginning with row 1.
    """
    index = np.full(buckets, UNKNOWN, dtype=np.int64)
    known = np.full(rows, NO_CODE, dtype=np.int64)
    places: list[int] = []
    primes = moduli(buckets)
    for place, code in enumerate(codes.tolist()):
        if len(places) == rows - 1:
            break
        free = next((code % prime for prime in primes if index[code % prime] == UNKNOWN), None)
        if free is not None:
            places.append(place)
            index[free] = len(places)
            known[len(places)] = code
    return index, known, np.asarray(places, dtype=np.int64)

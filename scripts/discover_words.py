"""Find words that reviews use and the segmenter's dictionary lacks, for a person to read through.

Candidates are runs of two to six Han characters, scored by how firmly they hold together inside (the least pointwise
mutual information over all ways to cut them in two) and how freely they stand outside (the lesser of the entropies of
the left and the right neighbour), as in Matrix67 (2012), *Sociolinguistics in the age of the internet*. A candidate is
written as ``word frequency pmi entropy``.

``review_mining/text/data/dictionary.txt`` is what remained after reading the 6,000 candidates that the defaults
give (the best of 6,749): 1,382 were kept, terms of products, orders, delivery, service and the brands the reviews
name; 4,618 were dropped, above all fragments, names of persons and titles, and free combinations of words. 148 terms
were added that begin or end with a function word, which the candidates leave out (不起球, 给力), or that fall short
of a threshold; all occur at least five times. The frequency in the file is the corpus frequency, raised where jieba
needs more to keep the word whole.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import jieba
import numpy as np
import numpy.typing as npt
import pyarrow.parquet as pq

from review_mining.text import normalise_all, stop_words

MAX_LENGTH = 6
Hashes = npt.NDArray[np.uint64]
_RUN = re.compile("[\u4e00-\u9fd5]+")
_EDGE_CHARACTERS = frozenset(
    "的了是我你他她它这那也都就还很太不没在有和与对给把被让说着过吗呢吧啊呀么个又再才只会能可要想来去一"
)


class Counts:
    """Occurrences of all n-grams of one length in a text without its non-Han characters.

    Attributes:
        hashes: distinct n-grams, ascending by hash.
        first: where each occurs first.
        counts: how often each occurs.
    """

    def __init__(self, codes: npt.NDArray[np.uint32], length: int) -> None:
        grams, inside = gram_hashes(codes, length)
        places = np.flatnonzero(inside)
        self.length = length
        self.hashes, first, self.counts = np.unique(grams[places], return_index=True, return_counts=True)
        self.first = places[first]

    def of(self, hashes: Hashes) -> npt.NDArray[np.int64]:
        """Occurrences of n-grams that are known to occur."""
        return self.counts[np.searchsorted(self.hashes, hashes)]


def gram_hashes(codes: npt.NDArray[np.uint32], length: int) -> tuple[Hashes, npt.NDArray[np.bool_]]:
    """Hash of the n-gram at every place, and whether it is free of separators (code 0)."""
    places = len(codes) - length + 1
    hashes = np.zeros(places, dtype=np.uint64)
    inside = np.ones(places, dtype=np.bool_)
    for step in range(length):
        part = codes[step : step + places]
        hashes = (hashes ^ part) * np.uint64(0x9E3779B97F4A7C15)
        hashes ^= hashes >> np.uint64(29)
        inside &= part != 0
    return hashes, inside


def neighbour_entropy(
    codes: npt.NDArray[np.uint32], places: npt.NDArray[np.int64], words: npt.NDArray[np.int64]
) -> npt.NDArray[np.float64]:
    """Entropy in nats of the characters at ``places``, separately for each word number."""
    pairs, counts = np.unique((words.astype(np.uint64) << np.uint64(24)) | codes[places], return_counts=True)
    word = (pairs >> np.uint64(24)).astype(np.int64)
    total = np.bincount(word, weights=counts)
    share = counts / total[word]
    return np.bincount(word, weights=-share * np.log(share))


def candidates(codes: npt.NDArray[np.uint32], min_count: int) -> list[tuple[str, int, float, float]]:
    """All n-grams seen often enough, with frequency, least mutual information and least neighbour entropy."""
    tables = {length: Counts(codes, length) for length in range(1, MAX_LENGTH + 1)}
    total = float(tables[1].counts.sum())
    rows = []
    for length in range(2, MAX_LENGTH + 1):
        table = tables[length]
        often = table.counts >= min_count
        hashes, first, counts = table.hashes[often], table.first[often], table.counts[often]
        pmi = np.full(len(hashes), np.inf)
        for cut in range(1, length):
            left, right = gram_hashes(codes, cut)[0][first], gram_hashes(codes, length - cut)[0][first + cut]
            expected = tables[cut].of(left) * (tables[length - cut].of(right) / total)
            pmi = np.minimum(pmi, np.log(counts / expected))
        grams, inside = gram_hashes(codes, length)
        slot = np.clip(np.searchsorted(hashes, grams), 0, len(hashes) - 1)
        found = np.flatnonzero(inside & (hashes[slot] == grams))
        found = found[(found > 0) & (found + length < len(codes))]
        entropy = np.minimum(
            neighbour_entropy(codes, found - 1, slot[found]), neighbour_entropy(codes, found + length, slot[found])
        )
        for place, count, bond, freedom in zip(first, counts, pmi, entropy, strict=True):
            word = "".join(map(chr, codes[place : place + length]))
            rows.append((word, int(count), float(bond), float(freedom)))
    return rows


def worth_reading(word: str, known: dict[str, int]) -> bool:
    """A candidate that the dictionary lacks, without 的 or 了, that neither begins nor ends with a function word."""
    if "的" in word or "了" in word:
        return False
    return not (known.get(word) or word[0] in _EDGE_CHARACTERS or word[-1] in _EDGE_CHARACTERS or word in stop_words())


def main() -> None:
    """Write the best candidates, best first."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("reviews", type=Path, nargs="?", default=Path("../shared/data/reviews.parquet"))
    parser.add_argument("-o", "--output", type=Path, default=Path("candidates.txt"))
    parser.add_argument("--top", type=int, default=6000, help="number of candidates")
    parser.add_argument("--min-count", type=int, default=10, help="least number of occurrences")
    parser.add_argument("--min-pmi", type=float, default=2.5, help="least mutual information, in nats")
    parser.add_argument("--min-entropy", type=float, default=1.0, help="least neighbour entropy, in nats")
    options = parser.parse_args()
    texts = normalise_all(pq.read_table(options.reviews, columns=["text"])["text"].to_pylist())
    runs = "\0".join(run for text in texts for run in _RUN.findall(text))
    codes = np.frombuffer(f"\0{runs}\0".encode("utf-32-le"), dtype=np.uint32)
    tokenizer = jieba.Tokenizer()
    known, _ = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    rows = [
        row
        for row in candidates(codes, options.min_count)
        if row[2] >= options.min_pmi and row[3] >= options.min_entropy and worth_reading(row[0], known)
    ]
    rows.sort(key=lambda row: (-row[2] * row[3] * np.log(row[1]), row[0]))
    lines = [f"{word} {count} {pmi:.2f} {entropy:.2f}\n" for word, count, pmi, entropy in rows[: options.top]]
    options.output.write_text("".join(lines), encoding="utf-8")
    print(f"{len(rows)} candidates pass the thresholds; the best {len(lines)} are in {options.output}")


if __name__ == "__main__":
    main()

"""Themes and their peers on the same complaints, from a thousand to a million (``benchmark.py themes``).

The complaints are negative opinions that the shipped tagger finds in ``../shared/data/reviews.parquet``, among them
the reserved ones that readers have sorted, by which all methods are scored. Where more are asked for than there are,
the others have two of their characters changed. Every method runs in a process of its own; the peers are given vectors,
ours makes its own (``encoding`` is the part of its seconds that the encoder takes). All split words with rjieba (extra
``fast``). ``stability`` is the adjusted Rand
index between the fit and one on random 80 %.
"""

from __future__ import annotations

import multiprocessing
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from evaluate_themes import ISSUES, REVIEWS, agreements, groups_of, keys_of, ours, read_sorted, stability
from theme_peers import Found, Pool, bertopic, bertopic_tfidf, installed, k_means, leiden

from review_mining import AspectTagger
from review_mining.ingest.masking import mask
from review_mining.tables import OPINIONS
from review_mining.text import Segmenter
from review_mining.themes import SpanVectors, ThemeModel
from review_mining.themes.lexical import Matrix
from review_mining.themes.vectors import bundled_encoder

_BATCH = 2048
_FITTED_ON = 20_000
_PEERS_UP_TO = 100_000
_STEADY_UP_TO = 10_000
"""Peers are fitted once only to larger pools, and so is ours to pools that are larger than its peers can take."""


@dataclass(frozen=True)
class Outcome:
    """What one method did.

    Attributes:
        found: theme of each complaint.
        seconds: of one fit.
        encoding: seconds of it inside the encoder.
        peak: largest memory of the process, in MB.
        steady: stability, None where it was not asked for.
    """

    found: Found
    seconds: float
    encoding: float
    peak: float
    steady: float | None


def themes(sizes: Sequence[int], kept: Path | None) -> None:
    """Print one table for each size.

    Args:
        sizes: numbers of complaints.
        kept: Parquet file where the tagged complaints are, or are put, to spare tagging them again.
    """
    given = read_sorted(ISSUES, REVIEWS, "scored")
    pool = _complaints(kept, leave_out=set(given.opinions["review_id"].to_pylist()))
    for size in sizes:
        opinions = _enlarged(given.opinions, pool, size)
        print(f"\n{opinions.num_rows:,} complaints, {len(set(keys_of(opinions))):,} different\n")
        print(
            "| method | B³ F1 | V-measure | adjusted Rand | outliers | themes | stability | s | encoding, s | MB |\n"
            "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |"
        )
        for name, outcome in _outcomes(opinions, opinions.num_rows <= _PEERS_UP_TO):
            print(_row(name, outcome, given.issues), flush=True)


def _complaints(kept: Path | None, leave_out: set[str]) -> pa.Table:
    if kept is None or not kept.is_file():
        tagged = _tagged()
        if kept is not None:
            pq.write_table(tagged, kept)
    else:
        tagged = pq.read_table(kept, columns=OPINIONS.names)
    others = tagged.filter(pc.invert(pc.is_in(tagged["review_id"], pa.array(sorted(leave_out)))))
    return others.take(pa.array(np.random.default_rng(0).permutation(others.num_rows)))


def _tagged() -> pa.Table:
    """Negative opinions of all reviews that are known to complain."""
    reviews = pq.read_table(REVIEWS, columns=["key", "text", "polarity", "rating"]).to_pandas()
    low = reviews["rating"].astype(str).str[:1].isin(["1", "2", "3"])
    reviews = reviews[(reviews["polarity"].astype(str).str[:1] == "0") | low]
    tagger, parts = AspectTagger.from_pretrained(), []
    for first in range(0, len(reviews), _BATCH):
        batch = reviews.iloc[first : first + _BATCH]
        found, _ = tagger.tag([mask(text.replace("\n", " "))[0] for text in batch["text"]])
        keys = [batch["key"].iloc[int(row)] for row in found["review_id"].to_pylist()]
        place = found.schema.get_field_index("review_id")
        named = found.set_column(place, "review_id", pa.array(keys))
        identity = pc.binary_join_element_wise(
            named["review_id"], named["start"].cast(pa.string()), named["sub_aspect"], "/"
        )
        named = named.set_column(named.schema.get_field_index("opinion_id"), "opinion_id", identity)
        parts.append(named.filter(pc.equal(named["polarity"], "negative")))
    return pa.concat_tables(parts).select(OPINIONS.names)


def _enlarged(scored: pa.Table, pool: pa.Table, size: int) -> pa.Table:
    """The scored complaints, then others, then changed ones, ``size`` in all."""
    parts, missing, rng = [scored.select(pool.column_names)], size - scored.num_rows, np.random.default_rng(1)
    for turn in range(size // pool.num_rows + 1):
        part = pool.slice(0, max(0, missing))
        missing -= part.num_rows
        parts.append(part if turn == 0 else _changed(part, turn, rng))
    return pa.concat_tables(parts, promote_options="permissive").slice(0, size)


def _changed(opinions: pa.Table, turn: int, rng: np.random.Generator) -> pa.Table:
    spans = opinions["span"].to_pylist()
    others = "".join(spans)
    places, signs = rng.random((len(spans), 2)), rng.integers(len(others), size=(len(spans), 2))
    changed = []
    for span, where, which in zip(spans, places, signs, strict=True):
        text = list(span)
        for place, sign in zip(where, which, strict=True):
            text[int(place * len(text))] = others[sign]
        changed.append("".join(text))
    ids = pc.binary_join_element_wise(opinions["opinion_id"], pa.scalar(str(turn)), "#")
    named = opinions.set_column(opinions.schema.get_field_index("opinion_id"), "opinion_id", ids)
    return named.set_column(opinions.schema.get_field_index("span"), "span", pa.array(changed, pa.string()))


def _outcomes(opinions: pa.Table, with_peers: bool) -> Iterator[tuple[str, Outcome]]:
    mine = _alone(_measure_ours, opinions, with_peers)
    yield "themes (ours)", mine
    if not with_peers:
        return
    keys = keys_of(opinions)
    pool = Pool(opinions["sub_aspect"].to_pylist(), keys, _vectors(keys))
    for name, peer in _peers(groups_of(mine.found)).items():
        yield name, _alone(partial(_measure, peer), pool, len(keys) <= _STEADY_UP_TO)


def _peers(groups: Counter[str]) -> dict[str, Callable[[Pool], Found]]:
    peers: dict[str, Callable[[Pool], Found]] = {"k-means, as many groups as ours": partial(k_means, groups=groups)}
    if installed("graspologic_native"):
        peers["Leiden on nearest neighbours"] = leiden
    if installed("bertopic", "umap", "hdbscan"):
        peers |= {"BERTopic, same vectors": bertopic, "BERTopic, TF-IDF of jieba words": bertopic_tfidf}
    return peers


def _vectors(keys: list[str]) -> Matrix:
    distinct, back = np.unique(np.array(keys, dtype=object), return_inverse=True)
    some = np.random.default_rng(0).permutation(len(distinct))[:_FITTED_ON]
    learnt = [str(distinct[place]) for place in np.sort(some)]
    vectors = SpanVectors.fitted(learnt, encode=bundled_encoder(), segmenter=Segmenter(engine="rjieba"), seed=0)
    points: Matrix = vectors.transform(list(distinct))[back]
    return points


def _measure_ours(opinions: pa.Table, steady: bool) -> Outcome:
    spent = 0.0

    def timed(texts: Sequence[str]) -> Matrix:
        nonlocal spent
        started = time.monotonic()
        states = bundled_encoder()(texts)
        spent += time.monotonic() - started
        return states

    def fitted(complaints: pa.Table) -> Found:
        return ours(complaints, ThemeModel(segmenter=Segmenter(engine="rjieba"), encoder=timed))

    timed(["太差"])
    spent, started = 0.0, time.monotonic()
    found = fitted(opinions)
    seconds, encoding = time.monotonic() - started, spent
    peak = _peak_memory()
    again = stability(lambda rows: fitted(opinions.take(pa.array(rows))), found, 1) if steady else None
    return Outcome(found, seconds, encoding, peak, again)


def _measure(peer: Callable[[Pool], Found], pool: Pool, steady: bool) -> Outcome:
    started = time.monotonic()
    found = peer(pool)
    seconds, peak = time.monotonic() - started, _peak_memory()
    again = stability(lambda rows: peer(pool.select(rows)), found, 1) if steady else None
    return Outcome(found, seconds, 0.0, peak, again)


def _alone(measure: Callable[..., Outcome], complaints: pa.Table | Pool, steady: bool) -> Outcome:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(measure, complaints, steady).result()


def _peak_memory() -> float:
    """Of this process, in MB; ``getrusage`` would also count its parent before the start."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def _row(name: str, outcome: Outcome, issues: list[str | None]) -> str:
    whole, _ = agreements(issues, outcome.found[: len(issues)])
    figures = [f"{value:.3f}" for value in (whole.b_cubed, whole.v_measure, whole.adjusted_rand, whole.outliers)]
    number = len({theme for theme in outcome.found if theme})
    steady = "" if outcome.steady is None else f"{outcome.steady:.3f}"
    costs = [f"{outcome.seconds:.1f}", f"{outcome.encoding:.1f}" if outcome.encoding else "", f"{outcome.peak:,.0f}"]
    return f"| {name} | {' | '.join([*figures, str(number), steady, *costs])} |"

"""The pre-training corpus: any files with texts to token ids and word boundaries, memory-mapped by ``datasets``."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import datasets
import numpy as np
import numpy.typing as npt
from transformers import PreTrainedTokenizerBase

from review_mining.encoder.training_config import CorpusConfig
from review_mining.errors import InputError
from review_mining.ingest.cleaning import clean
from review_mining.ingest.masking import mask
from review_mining.text import Segmenter, content_of, normalise_all
from review_mining.text.duplicates import Duplicates
from review_mining.text.fingerprint import fingerprint

_FORMATS = {".parquet": "parquet", ".jsonl": "json", ".json": "json", ".csv": "csv", ".txt": "text"}
_LABELS = re.compile(r"\A(?:\d+[\s,]+)+|(?:\s+\d+)+\Z")
"""Fields of a table that stand before or after a text in some corpora; a class label among them would be a leak."""
_SPACED = re.compile(r"(?<=[\u4e00-\u9fff，。！？、；：《》“”]) (?=[\u4e00-\u9fff，。！？、；：《》“”])")
_MIN_CHARACTERS = 4
_BATCH = 2000
NO_WORD = 255
"""Word number of special tokens; also the number of words of a piece at most."""


def load_texts(config: CorpusConfig) -> datasets.Dataset:
    """Read the files and clean their texts.

    Returns:
        Rows of ``text`` (cleaned, personal data masked, normalised) and ``source`` (the file's name where it has no
        such column), near duplicates left out.

    Raises:
        InputError: a file is missing, of an unknown kind, or has no column ``text``.
    """
    parts = [_load(path) for path in config.files]
    whole = datasets.concatenate_datasets(parts)
    whole = whole.map(_cleaned, batched=True, batch_size=_BATCH, num_proc=config.processes, desc="cleaning")
    return whole.select(np.flatnonzero(_distinct(whole["text"], config.near_duplicate_similarity)))


def tokenise(texts: datasets.Dataset, tokenizer: PreTrainedTokenizerBase, config: CorpusConfig) -> datasets.Dataset:
    """Cut texts into pieces of token ids.

    Returns:
        Rows of ``input_ids`` with special tokens, ``words`` (number of the jieba word each token belongs to, from 0;
        ``NO_WORD`` for special tokens), ``length`` and ``source``.
    """
    return texts.map(
        _pieces,
        batched=True,
        batch_size=_BATCH,
        num_proc=config.processes,
        remove_columns=texts.column_names,
        fn_kwargs={"tokenizer": tokenizer, "max_tokens": config.max_tokens},
        features=datasets.Features(
            input_ids=datasets.List(datasets.Value("uint16")),
            words=datasets.List(datasets.Value("uint8")),
            length=datasets.Value("int32"),
            source=datasets.Value("string"),
        ),
        desc="tokenising",
    )


def weighted(pieces: datasets.Dataset, weights: dict[str, float], seed: int) -> datasets.Dataset:
    """Repeat or thin out sources by their weights, the fractional part drawn at random."""
    rng = np.random.default_rng(seed)
    sources = pieces.with_format("arrow")[:]["source"].combine_chunks().dictionary_encode()
    each = np.array([weights.get(source, 1.0) for source in sources.dictionary.to_pylist()])
    share = each[sources.indices.to_numpy()]
    times = np.floor(share + rng.random(len(share))).astype(np.int64)
    return pieces.select(np.repeat(np.arange(len(share)), times))


def word_numbers(offsets: Iterable[tuple[int, int]], words: Iterable[str]) -> npt.NDArray[np.int64]:
    """Number of the word in which each token begins.

    Args:
        offsets: start and end of each token in the text.
        words: the text's words, which joined are the text.
    """
    lengths = np.fromiter(map(len, words), dtype=np.int64)
    starts = np.fromiter((start for start, _ in offsets), dtype=np.int64)
    return np.searchsorted(np.cumsum(lengths), starts, side="right")


def _load(path: Path) -> datasets.Dataset:
    kind = _FORMATS.get(path.suffix.lower())
    if kind is None:
        raise InputError("not a kind of file that holds texts", path=path, hint=f"Known: {', '.join(_FORMATS)}.")
    if not path.is_file():
        raise InputError("there is no such file", path=path)
    rows = datasets.load_dataset(kind, data_files=str(path), split="train")
    if "text" not in rows.column_names:
        raise InputError("there is no column of this name", path=path, column="text")
    if "source" not in rows.column_names:
        rows = rows.add_column("source", [path.stem] * len(rows))
    strings = datasets.Features(text=datasets.Value("large_string"), source=datasets.Value("string"))
    return rows.select_columns(["text", "source"]).cast(strings)


def _cleaned(batch: dict[str, Any]) -> dict[str, Any]:
    bare = (_SPACED.sub("", _LABELS.sub("", clean(text or "").strip())) for text in batch["text"])
    return {"text": normalise_all(mask(text)[0] for text in bare)}


def _distinct(texts: Iterable[str], similarity: float) -> npt.NDArray[np.bool_]:
    with tempfile.TemporaryDirectory() as folder:
        duplicates = Duplicates(Path(folder), similarity)
        enough: list[bool] = []
        for batch in _batches(texts):
            contents = [content_of(text) for text in batch]
            enough.extend(len(content) >= _MIN_CHARACTERS for content in contents)
            keys = np.array([fingerprint(content) for content in contents], dtype=np.uint64)
            duplicates.add(keys, contents)
        original = duplicates.resolve().original
        duplicates.close()
    return np.asarray(np.asarray(enough) & (original == np.arange(len(original))), dtype=np.bool_)


def _batches(texts: Iterable[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    for text in texts:
        batch.append(text)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _pieces(batch: dict[str, Any], tokenizer: PreTrainedTokenizerBase, max_tokens: int) -> dict[str, list[Any]]:
    encoded = tokenizer(batch["text"], add_special_tokens=False, return_offsets_mapping=True, verbose=False)
    segment = _segmenter()
    pieces: dict[str, list[Any]] = {"input_ids": [], "words": [], "length": [], "source": []}
    room = max_tokens - 2
    for text, ids, offsets, source in zip(
        batch["text"], encoded["input_ids"], encoded["offset_mapping"], batch["source"], strict=True
    ):
        words = word_numbers(offsets, segment.tokenize(text))
        for start, end in _cuts(words, room):
            numbers = words[start:end] - words[start]
            pieces["input_ids"].append([tokenizer.cls_token_id, *ids[start:end], tokenizer.sep_token_id])
            pieces["words"].append([NO_WORD, *np.minimum(numbers, NO_WORD - 1).tolist(), NO_WORD])
            pieces["length"].append(end - start + 2)
            pieces["source"].append(source)
    return pieces


@cache
def _segmenter() -> Segmenter:
    return Segmenter(engine="rjieba")


def _cuts(words: npt.NDArray[np.int64], room: int) -> Iterator[tuple[int, int]]:
    """Stretches of at most ``room`` tokens that end with a word where a word is not longer than that."""
    start = 0
    while start < len(words):
        end = min(start + room, len(words))
        if end < len(words):
            back = end
            while back > start and words[back] == words[back - 1]:
                back -= 1
            end = back if back > start else end
        yield start, end
        start = end

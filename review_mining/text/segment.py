"""Words of a text: jieba with a project dictionary, or its twin in Rust.

Both engines give the same words. ``rjieba`` keeps a run such as ``5.2kg`` in one piece where jieba splits it; such a
piece is split again with jieba's own expression unless it stands in the dictionary. Where characters repeat (好好好)
several cuts are equally likely and the two choose differently; such a text is left to jieba. Emoji and kaomoji are cut
out before either engine sees the text, and are one token each.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from importlib import import_module, resources
from itertools import chain
from pathlib import Path
from typing import Any, Literal, Self

import jieba
from sklearn.base import BaseEstimator, TransformerMixin

from review_mining.errors import ConfigError, MissingExtraError
from review_mining.text.symbols import SYMBOL

Engine = Literal["jieba", "rjieba"]
Entry = tuple[str, int, str | None]
Cut = Callable[[str], Iterable[str]]

_ENGINES = ("jieba", "rjieba")
_DATA = resources.files("review_mining.text") / "data"
_HAN = re.compile("[\u4e00-\u9fd5]")
_REPEATED = re.compile("([\u4e00-\u9fd5]{1,3})\\1\\1")
_JIEBA_SKIP = re.compile(r"([a-zA-Z0-9]+(?:\.\d+)?%?)")
_WORD = re.compile(r"[^\W_]")

jieba.setLogLevel(logging.WARNING)


class Segmenter(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Splits Chinese text into words.

    The dictionaries are read at the first use, so that making, cloning and copying a segmenter costs nothing.
    Without ``stop_words`` the tokens of a text, joined, are the text. The text is taken as it is: give it in normalised
    form where spelling variants shall be one word.

    Args:
        engine: ``jieba``, or ``rjieba`` for the same words some ten times faster (extra ``fast``).
        hmm: guess words that stand in no dictionary.
        user_dictionaries: further dictionaries, lines of ``word [frequency] [tag]``; later files win.
        stop_words: leave out function words, punctuation and white space.

    Example:
        >>> Segmenter().tokenize("降噪效果好")
        ['降噪', '效果', '好']
    """

    def __init__(
        self,
        engine: Engine = "jieba",
        hmm: bool = True,
        user_dictionaries: Sequence[str | Path] = (),
        stop_words: bool = False,
    ) -> None:
        self.engine = engine
        self.hmm = hmm
        self.user_dictionaries = user_dictionaries
        self.stop_words = stop_words

    def __call__(self, texts: Iterable[str]) -> list[list[str]]:
        """Tokens of each text."""
        return [self.tokenize(text) for text in texts]

    def tokenize(self, text: str) -> list[str]:
        """Tokens of one text.

        Raises:
            ConfigError: the engine is unknown, or a user dictionary cannot be read.
            MissingExtraError: ``rjieba`` is asked for and not installed.
        """
        tokens = _cut_around_symbols(text, self._cut())
        if not self.stop_words:
            return list(tokens)
        stopped = stop_words()
        return [token for token in tokens if token not in stopped and (_WORD.search(token) or SYMBOL.match(token))]

    def fit(self, texts: Iterable[str] | None = None, y: object = None) -> Self:
        """Do nothing: the segmenter learns nothing from the texts."""
        return self

    def transform(self, texts: Iterable[str]) -> list[list[str]]:
        """Tokens of each text, for use in a scikit-learn pipeline."""
        return self(texts)

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in super().__getstate__().items() if name != "_cut_words"}

    def _cut(self) -> Cut:
        settings = (self.engine, self.hmm, tuple(map(str, self.user_dictionaries)))
        if getattr(self, "_cut_words", (None, None))[0] != settings:
            self._cut_words = (settings, _open(*settings))
        return self._cut_words[1]


@cache
def stop_words() -> frozenset[str]:
    """The project's stop words; negations (不, 没, 无) are not among them."""
    return frozenset((_DATA / "stop_words.txt").read_text(encoding="utf-8").split())


@cache
def project_dictionary() -> tuple[Entry, ...]:
    """Entries of the project's dictionary of shopping terms: word, frequency, tag."""
    return tuple(_entries((_DATA / "dictionary.txt").read_text(encoding="utf-8"), "dictionary.txt"))


def _entries(lines: str, source: str) -> Iterator[Entry]:
    for number, line in enumerate(lines.splitlines(), start=1):
        parts = line.split()
        if not parts or line.startswith("#"):
            continue
        word, *rest = parts
        frequency = int(rest.pop(0)) if rest and rest[0].isascii() and rest[0].isdigit() else 0
        if len(rest) > 1:
            raise ConfigError(f"{source}, line {number}: a line is 'word [frequency] [tag]', found {line.strip()!r}.")
        yield word, frequency, rest[0] if rest else None


def _user_entries(path: str) -> Iterator[Entry]:
    try:
        lines = Path(path).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ConfigError(f"{path}: the user dictionary cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: the user dictionary is not UTF-8.\n  Save it as UTF-8.") from error
    return _entries(lines, path)


def _open(engine: str, hmm: bool, user_dictionaries: tuple[str, ...]) -> Cut:
    entries = chain(project_dictionary(), *map(_user_entries, user_dictionaries))
    if engine == "jieba":
        return _open_jieba(hmm, entries)
    if engine == "rjieba":
        return _open_rjieba(hmm, entries)
    raise ConfigError(f"There is no segmenter engine {engine!r}.\n  Choose one of: {', '.join(_ENGINES)}.")


def _open_jieba(hmm: bool, entries: Iterable[Entry]) -> Cut:
    tokenizer = jieba.Tokenizer()
    with tokenizer.lock:
        # Reading the dictionary here keeps jieba from writing its cache into a directory that all users share.
        tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
        tokenizer.initialized = True
    for word, frequency, tag in entries:
        tokenizer.add_word(word, frequency or None, tag)

    def cut(text: str) -> Iterable[str]:
        words: Iterable[str] = tokenizer.cut(text, HMM=hmm)
        return words

    return cut


def _open_rjieba(hmm: bool, entries: Iterable[Entry]) -> Cut:
    try:
        rjieba = import_module("rjieba")
    except ImportError as error:
        raise MissingExtraError("rjieba", "fast") from error
    tokenizer = rjieba.Jieba()
    known = list(entries)
    for word, frequency, tag in known:
        tokenizer.add_word(word, frequency or None, tag)

    @cache
    def reference() -> Cut:
        return _open_jieba(hmm, known)

    def cut(text: str) -> Iterator[str]:
        if _REPEATED.search(text):
            yield from reference()(text)
            return
        for word in tokenizer.cut(text, hmm):
            if len(word) == 1 or _HAN.search(word) or tokenizer.has_word(word):
                yield word
            else:
                yield from filter(None, _JIEBA_SKIP.split(word))

    return cut


def _cut_around_symbols(text: str, cut: Cut) -> Iterator[str]:
    position = 0
    for symbol in SYMBOL.finditer(text):
        if symbol.start() > position:
            yield from cut(text[position : symbol.start()])
        yield symbol.group()
        position = symbol.end()
    if position < len(text):
        yield from cut(text[position:])

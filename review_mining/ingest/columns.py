"""Which column of a source fills which column of ``reviews``."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache
from itertools import islice

from review_mining.errors import InputError, UsageError
from review_mining.ingest.aliases import ALIASES
from review_mining.ingest.masking import mask
from review_mining.tables import REVIEWS

FIELDS: tuple[str, ...] = tuple(REVIEWS.names)

_NOT_NAME = re.compile(r"[\W_]+")
_HAN = re.compile(r"[\u3400-\u9fff]")
_SHOWN_COLUMNS, _SHOWN_CHARACTERS = 40, 40
_GUESS_ROWS = 200


def normalised(name: str) -> str:
    """A header as it is compared: NFKC, lower case, letters and digits only.

    What stands in brackets at the end, such as a unit, is left out: ``评分（1-5）`` is ``评分``.
    """
    folded = unicodedata.normalize("NFKC", name).lower().strip()
    bare = re.sub(r"[(\[【].*[)\]】]$", "", folded) or folded
    return _NOT_NAME.sub("", bare)


@cache
def _ranks() -> dict[str, tuple[str, int]]:
    """Normalised name → the column it fills and its rank among that column's names, 0 the best."""
    ranks: dict[str, tuple[str, int]] = {}
    for field, names in ALIASES.items():
        for rank, name in enumerate(names.split()):
            ranks.setdefault(normalised(name), (field, rank))
    return ranks


def known_name(name: str) -> bool:
    """Whether a header cell is a name that fills some column."""
    return normalised(name) in _ranks()


def field_of(name: str) -> str | None:
    """The column of ``reviews`` that a column of this name fills, if it is known."""
    return _ranks().get(normalised(name), (None,))[0]


def checked_mapping(mapping: Mapping[str, str] | None) -> dict[str, str]:
    """The user's choice as {column of ``reviews``: column of the source}; the two may come in either order.

    Raises:
        UsageError: neither side of an entry is a column of ``reviews``.
    """
    checked: dict[str, str] = {}
    for left, right in (mapping or {}).items():
        if left in FIELDS:
            checked[left] = right
        elif right in FIELDS:
            checked[right] = left
        else:
            names = ", ".join(FIELDS)
            raise UsageError(f"--map {left}={right}: {left!r} is not a column of reviews; choose one of {names}.")
    return checked


def resolve(
    names: Sequence[str],
    values: Callable[[str], Sequence[object]],
    chosen: Mapping[str, str],
    path: str,
) -> dict[str, str]:
    """Decide which columns fill ``reviews``.

    The user's choice goes first, then the names of `ALIASES`; a text column that neither names is told by its content
    if exactly one column reads like reviews.

    Args:
        names: the columns of the source.
        values: gives the first values of a column.
        chosen: {column of ``reviews``: column of the source}, as `checked_mapping` returns it.
        path: the source, for messages.

    Returns:
        {column of ``reviews``: column of the source}, with ``text`` among them.

    Raises:
        InputError: a chosen column is absent, or the text column cannot be told.
    """
    found = {field: name for field, name in by_name(names, taken=set(chosen.values())).items() if field not in chosen}
    for field, name in chosen.items():
        match = next((own for own in names if own == name or normalised(own) == normalised(name)), None)
        if match is None:
            raise InputError(
                f"has no column {name!r} to read {field} from.",
                path=path,
                hint=f"Its columns are: {_listed(names, values)}",
            )
        found[field] = match
    if "text" not in found:
        found["text"] = _by_content([name for name in names if name not in found.values()], values, names, path)
    return {field: found[field] for field in FIELDS if field in found}


def by_name(names: Sequence[str], taken: Collection[str] = ()) -> dict[str, str]:
    """Columns told by their names alone; of two that fill the same column the better known name wins."""
    best: dict[str, tuple[int, str]] = {}
    for name in names:
        if name in taken or (known := _ranks().get(normalised(name))) is None:
            continue
        field, rank = known
        if field not in best or rank < best[field][0]:
            best[field] = (rank, name)
    return {field: name for field, (_, name) in best.items()}


def _by_content(free: Sequence[str], values: Callable[[str], Sequence[object]], names: Sequence[str], path: str) -> str:
    like_reviews = [name for name in islice(free, 1000) if _reads_like_reviews(values(name)[:_GUESS_ROWS])]
    if len(like_reviews) == 1:
        return like_reviews[0]
    why = "several columns read like reviews" if like_reviews else "no column has a known name or reads like reviews"
    raise InputError(
        f"which column holds the review text cannot be told: {why}.",
        path=path,
        hint=f"Name it with --map text=COLUMN. The columns and a value of each: {_listed(names, values)}",
    )


def _reads_like_reviews(values: Sequence[object]) -> bool:
    texts = [value.strip() for value in values if isinstance(value, str) and value.strip()]
    if not texts:
        return False
    han = sum(len(_HAN.findall(text)) for text in texts)
    characters = sum(map(len, texts))
    different = len(set(texts)) / len(texts)
    return han / characters > 0.5 and characters / len(texts) >= 8 and different > 0.5


def _listed(names: Sequence[str], values: Callable[[str], Sequence[object]]) -> str:
    shown = [f"\n    {_short(name)}: {_sample(values(name))}" for name in names[:_SHOWN_COLUMNS]]
    more = f"\n    … and {len(names) - _SHOWN_COLUMNS} more" if len(names) > _SHOWN_COLUMNS else ""
    return "".join(shown) + more


def _sample(values: Sequence[object]) -> str:
    first = next((str(value) for value in values if value is not None and str(value).strip()), "")
    return repr(_short(mask(first)[0])) if first else "(empty)"


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN_CHARACTERS else text[: _SHOWN_CHARACTERS - 1] + "…"

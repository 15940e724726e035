"""A statement cut into clauses, each folded to one way of writing."""

from __future__ import annotations

import re
import unicodedata

MAX_CHARACTERS = 4_000
"""Of a statement, what is read; buyers write less, and the rules stay fast on hostile text."""

_ENDS = re.compile(r"[，。！？；、,!?;:：\n…~～()（）【】\[\]“”\"]+|\s{2,}|(?<=[^\x00-\x7f])\s(?=[^\x00-\x7f])")
_SPOKEN_OF_THE_BUYER = re.compile(
    r"买家|顾客|客户|客人|消费者|对方|您(?:发|拍|提供|上传)|请您|^亲[,，]|商家(?:反馈|说明|申诉)|本店|我店"
)


def folded(text: str) -> str:
    """Full-width forms as half-width ones, cut to :data:`MAX_CHARACTERS`."""
    return unicodedata.normalize("NFKC", text[:MAX_CHARACTERS])


def clauses(statement: str) -> list[str]:
    """The clauses of a statement in order, folded, blank ones left out."""
    return [clause.strip() for clause in _ENDS.split(folded(statement)) if clause.strip()]


def is_about_the_buyer(statement: str) -> bool:
    """Whether someone else than the buyer seems to write: what it says is then no claim of the buyer."""
    return _SPOKEN_OF_THE_BUYER.search(folded(statement)) is not None

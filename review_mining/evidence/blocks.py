"""Pieces of metadata as they lie in a picture file, whatever its format."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

MAX_BLOCKS = 256
MAX_BLOCK = 1 << 20
MAX_TOTAL = 4 << 20
MAX_STEPS = 200_000

BlockKind = Literal["xmp", "exif", "text", "app", "iptc", "c2pa", "hidden"]


@dataclass(frozen=True)
class Block:
    """One piece of metadata.

    Attributes:
        kind: how its bytes are to be read; ``c2pa`` only says that the file holds a C2PA record, and has no bytes;
            ``hidden`` is text from the pixels.
        place: where it lay, for people, for example ``PNG iTXt``.
        keyword: the keyword of a PNG text chunk, or the name of a Samsung trailer block, else empty.
        data: its bytes, text chunks inflated.
    """

    kind: BlockKind
    place: str
    keyword: str = ""
    data: bytes = b""


@dataclass(frozen=True)
class Contents:
    """The blocks of a file, at most :data:`MAX_BLOCKS`, and its number of frames or pages."""

    blocks: tuple[Block, ...] = ()
    frames: int = 1

    @property
    def holds_c2pa(self) -> bool:
        """Whether the file itself holds a C2PA record; a mere link to one does not count, for nothing is fetched."""
        return any(block.kind == "c2pa" for block in self.blocks)

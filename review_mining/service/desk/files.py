"""Pictures and packs of a case, made when they are asked for: nothing of them stays behind to be purged."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import IO, Literal

from review_mining.evidence import CaseVerdict, EvidenceConfig, PackMaker
from review_mining.evidence.drawing import thumbnail
from review_mining.evidence.intake import take_in
from review_mining.evidence.local_edit_sign import drawn_heat
from review_mining.evidence.origin import Origin
from review_mining.evidence.reasons import Language
from review_mining.service.store import Picture, StoredCase, Verdict

View = Literal["small", "large", "heat"]
_SIDE: dict[View, int] = {"small": 480, "large": 1600, "heat": 800}
_QUALITY = 82


def drawn_view(picture: Picture, view: View, config: EvidenceConfig) -> bytes | None:
    """A picture drawn anew from its pixels, without metadata: JPEG, or PNG for the heat map.

    Args:
        picture: of a case.
        view: how large, or the heat map.
        config: the settings, for what a picture may cost.

    Returns:
        None for a picture that cannot be opened.
    """
    taken = take_in(picture.path.parent, picture.path.name, config.limits)
    return drawn_heat(taken, _SIDE[view]) if view == "heat" else thumbnail(taken, _SIDE[view], _QUALITY)


@contextmanager
def pack_of(
    stored: StoredCase, verdict: CaseVerdict, config: EvidenceConfig, language: Language, *, below: Path
) -> Iterator[Path]:
    """The evidence pack of a case, its page beside it; both are gone when the block ends.

    Args:
        stored: the case.
        verdict: as it holds now.
        config: the settings.
        language: of page and statement.
        below: folder in which room is made.
    """
    with tempfile.TemporaryDirectory(prefix="pack-", dir=below) as room:
        images, out = Path(room) / "images", Path(room) / "out"
        images.mkdir()
        out.mkdir()
        for picture in stored.pictures:
            if Path(picture.name).name == picture.name and picture.path.is_file():
                shutil.copyfile(picture.path, images / picture.name)
        yield PackMaker(config, _origin(stored.verdict), images, language).write(verdict, out)


def opened_pack(
    stored: StoredCase, verdict: CaseVerdict, config: EvidenceConfig, language: Language, below: Path
) -> tuple[str, IO[bytes]]:
    """Name and content of the pack, to be closed by who reads it."""
    with pack_of(stored, verdict, config, language, below=below) as pack:
        return pack.name, pack.open("rb")


def pack_page(stored: StoredCase, verdict: CaseVerdict, config: EvidenceConfig, language: Language, below: Path) -> str:
    """The page of the pack."""
    with pack_of(stored, verdict, config, language, below=below) as pack:
        return pack.with_suffix(".html").read_text(encoding="utf-8")


def _origin(verdict: Verdict | None) -> Origin:
    if verdict is None:
        raise ValueError("a case without a verdict has no pack")
    return Origin(
        version("review-mining"),
        verdict.versions.get("statements", "?"),
        verdict.versions.get("evidence_settings", "?"),
        verdict.made_at,
    )

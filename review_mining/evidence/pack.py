"""Evidence packs: what a case rests on, in a form that another party can check.

``case_<id>.zip`` holds the original bytes of the pictures, unchanged, with ``manifest.json`` (hashes, signs, versions,
times) and ``facts.txt`` (the statement for a platform); ``case_<id>.html`` beside it is for reading and printing. The
same verdict and origin give the same bytes. A manifest is not signed: whoever changes a pack can write its hashes anew,
so ``SHA256SUMS`` beside the packs lists what was handed out.
"""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from review_mining.evidence.config import EvidenceConfig
from review_mining.evidence.decision import as_grave_as
from review_mining.evidence.intake import Picture, take_in
from review_mining.evidence.messages import message_to_buyer, statement_for_platform
from review_mining.evidence.origin import Origin
from review_mining.evidence.output import case_document
from review_mining.evidence.pack_page import render_pack
from review_mining.evidence.reasons import Language
from review_mining.evidence.verdicts import CaseVerdict, PictureVerdict

SCHEMA = "review_mining.evidence_pack/1"
MANIFEST, FACTS, SUMS = "manifest.json", "facts.txt", "SHA256SUMS"

_PLAIN_ID = re.compile(r"[0-9A-Z_-]{1,64}")
_SUFFIXES = {"jpeg": "jpg", "tiff": "tif"}
_EPOCH = (1980, 1, 1, 0, 0, 0)
_FOR_STAFF = ("account", "urgency")
"""What orders the shop's own queue, facts about the buyer's account among it, is nobody else's business."""


@dataclass(frozen=True)
class PackMaker:
    """Writes packs of the cases of one run.

    Attributes:
        config: the settings.
        origin: versions behind the verdicts.
        images: folder of the pictures, read again.
        language: of the page and of the statement.
        originals: whether the pictures' original bytes go in; without them their hashes still do.
    """

    config: EvidenceConfig
    origin: Origin
    images: Path
    language: Language = "zh"
    originals: bool = True

    def write_all(self, verdicts: Sequence[CaseVerdict], folder: Path) -> list[Path]:
        """Write packs of the cases whose outcome is grave enough, and ``SHA256SUMS``, into a new folder.

        Args:
            verdicts: of all cases.
            folder: made here.

        Returns:
            the packs, in the order of the cases.
        """
        folder.mkdir()
        chosen = [verdict for verdict in verdicts if as_grave_as(verdict.outcome, self.config.packs.least)]
        packs = [self.write(verdict, folder) for verdict in chosen]
        files = sorted(path for pack in packs for path in (pack, pack.with_suffix(".html")))
        sums = "".join(f"{_sha256(path)}  {path.name}\n" for path in files)
        (folder / SUMS).write_text(sums, encoding="utf-8")
        return packs

    def write(self, verdict: CaseVerdict, folder: Path) -> Path:
        """Write the pack of one case.

        Args:
            verdict: of the case.
            folder: that exists.

        Returns:
            path of the ``.zip``; the page lies beside it.
        """
        pack = folder / f"{pack_name(verdict.case.case_id)}.zip"
        facts = statement_for_platform(verdict, self.origin, self.language).encode("utf-8", "replace")
        with zipfile.ZipFile(pack, "x") as archive:
            entries = [self._store(archive, *numbered) for numbered in enumerate(verdict.pictures, 1)]
            _put(archive, FACTS, facts)
            manifest = self._manifest(verdict, entries, facts)
            _put(archive, MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1).encode("utf-8", "replace"))
        page = render_pack(verdict, self.config, self.origin, images=self.images, language=self.language)
        pack.with_suffix(".html").write_text(page, encoding="utf-8")
        return pack

    def _store(self, archive: zipfile.ZipFile, number: int, verdict: PictureVerdict) -> dict[str, Any]:
        """Put one original into the archive, if it is still the file that was judged."""
        entry = {"file": verdict.file, "sha256": verdict.sha256, "bytes": verdict.size, "stored_as": None}
        if not self.originals or verdict.sha256 is None:
            return entry
        picture = take_in(self.images, verdict.file, self.config.limits)
        if picture.sha256 != verdict.sha256:
            return {**entry, "changed_since": True}
        name = _stored_name(number, picture)
        _put(archive, name, picture.data)
        return {**entry, "stored_as": name}

    def _manifest(self, verdict: CaseVerdict, entries: list[dict[str, Any]], facts: bytes) -> dict[str, Any]:
        order = verdict.case.order
        return {
            "schema": SCHEMA,
            "origin": {
                "program": f"review-mining {self.origin.program}",
                "statement_method": self.origin.statement_method,
                "settings_sha256": self.origin.settings_sha256,
                "judged_at": self.origin.judged_at.isoformat(timespec="seconds"),
            },
            "order": order.model_dump(mode="json", exclude_none=True),
            "case": {key: value for key, value in case_document(verdict).items() if key not in _FOR_STAFF},
            "message_to_buyer": message_to_buyer(verdict, self.language),
            "pictures": entries,
            "facts": {"stored_as": FACTS, "sha256": hashlib.sha256(facts).hexdigest(), "bytes": len(facts)},
        }


def pack_name(case_id: str) -> str:
    """A file name for any case id, without suffix.

    Ids of capital letters, digits, ``-`` and ``_`` stay as they are; of any other what is safe is kept, and a digest
    tells apart ids that would look alike, on file systems that do not tell small letters from capitals too.

    Args:
        case_id: as given, possibly hostile.
    """
    if _PLAIN_ID.fullmatch(case_id):
        return f"case_{case_id}"
    digest = hashlib.sha256(case_id.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return f"case_{re.sub(r'[^0-9A-Za-z_-]+', '-', case_id)[:40]}-{digest}"


def _stored_name(number: int, picture: Picture) -> str:
    suffix = _SUFFIXES.get(picture.format or "", picture.format or "bin")
    return f"pictures/{number:02d}-{(picture.sha256 or '')[:12]}.{suffix}"


def _put(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.external_attr = 0o644 << 16
    entry.create_system = 3
    archive.writestr(entry, data)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

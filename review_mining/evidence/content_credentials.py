"""Signs in the C2PA record (Content Credentials) of a picture.

A record can be valid and yet be signed by anybody: only a signer on the user's own trust list counts as trusted, and
only that can decide a case. A broken record says that bytes changed after signing, never that a picture is AI-made.
No record is no sign.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from review_mining.evidence.c2pa_reader import C2paReader
from review_mining.evidence.c2pa_record import C2paRecord, SourceClaim
from review_mining.evidence.intake import Picture
from review_mining.evidence.signs import Fact, Sign

_GENERATED = "trainedalgorithmicmedia"
_EDITED = "compositewithtrainedalgorithmicmedia"
_AI = frozenset({_GENERATED, _EDITED, "compositesynthetic"})
_CAPTURED = frozenset({"digitalcapture", "computationalcapture"})
_CREATED = "c2pa.created"

_CHANGED_PICTURE = frozenset(
    {"assertion.dataHash.mismatch", "assertion.bmffHash.mismatch", "assertion.boxesHash.mismatch"}
)
_CHANGED_RECORD = frozenset({"assertion.hashedURI.mismatch", "assertion.missing", "assertion.undeclared"})
_CHANGED_CLAIM = frozenset({"claimSignature.mismatch"})
_CHANGES = (
    (_CHANGED_CLAIM, "c2pa.tampered_claim"),
    (_CHANGED_RECORD, "c2pa.tampered_record"),
    (_CHANGED_PICTURE, "c2pa.tampered_picture"),
)


class ContentCredentials:
    """Looks for signs in C2PA records.

    Args:
        trust_anchors: certificates (PEM) of whom to trust, or None to trust nobody.

    Raises:
        ConfigError: the file cannot be read or holds no certificate.
        MissingExtraError: c2pa-python is not installed.
    """

    def __init__(self, trust_anchors: Path | None = None) -> None:
        self._reader = C2paReader(trust_anchors)
        digest = hashlib.sha256(trust_anchors.read_bytes()).hexdigest() if trust_anchors else ""
        self._trust_list = digest[:16]

    def signs(self, picture: Picture) -> list[Sign]:
        """Signs in the record of a picture, none for a picture without one; ordinary files cost nothing.

        Args:
            picture: as taken in.
        """
        if not picture.contents.holds_c2pa:
            return []
        record = self._reader.read(picture.data, f"image/{picture.format}")
        return [] if record is None else list(_signs(record, self._trust_list))


def _signs(record: C2paRecord, trust_list: str) -> Iterator[Sign]:
    facts: dict[str, Fact] = {
        "state": record.state,
        "signer": record.signer or "?",
        "generator": record.generator or "?",
        "signed_at": record.signed_at,
        "trust_list": trust_list,
    }
    for codes, message in _CHANGES:
        if failed := sorted(codes & set(record.failures)):
            declared = ", ".join(sorted({claim.source for claim in record.own}))
            yield Sign("c2pa_tampered", "moderate", message, {**facts, "failed": failed[0], "declares": declared})
            return
    own = _gravest(record.own)
    earlier = _gravest(record.earlier)
    if own is not None:
        yield _own_sign(own, facts)
    elif earlier is not None:
        found: dict[str, Fact] = {**facts, "source": earlier.source, "action": earlier.action}
        if earlier.trusted:
            yield Sign("c2pa_trusted_ai", "moderate", "c2pa.trusted_ingredient", found)
        else:
            yield Sign("c2pa_untrusted_ai", "moderate", "c2pa.untrusted_ingredient", found)
    elif _is_capture(record):
        yield Sign("c2pa_camera", "supports_buyer", "c2pa.camera", facts)


def _own_sign(claim: SourceClaim, facts: dict[str, Fact]) -> Sign:
    """Only a trusted signer's word that the whole picture was generated is strong: an edit may be a mere clean-up."""
    found: dict[str, Fact] = {**facts, "source": claim.source, "action": claim.action}
    whole = _is_whole(claim)
    part = "generated" if whole else "edited"
    if not claim.trusted:
        return Sign("c2pa_untrusted_ai", "moderate", f"c2pa.untrusted_{part}", found)
    return Sign("c2pa_trusted_ai", "strong" if whole else "moderate", f"c2pa.trusted_{part}", found)


def _gravest(claims: tuple[SourceClaim, ...]) -> SourceClaim | None:
    """The claim of AI to speak about: of a whole picture before a part, trusted before untrusted; None without one."""
    found = [claim for claim in claims if claim.source in _AI]
    return max(found, key=lambda claim: (_is_whole(claim), claim.trusted), default=None)


def _is_whole(claim: SourceClaim) -> bool:
    return claim.action == _CREATED and claim.source == _GENERATED


def _is_capture(record: C2paRecord) -> bool:
    created = [claim for claim in record.own if claim.action == _CREATED]
    return record.state == "Trusted" and bool(created) and all(claim.source in _CAPTURED for claim in created)

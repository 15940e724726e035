"""What a C2PA record says: who signed it, whether it is intact, and which sources it names.

Source: C2PA 2.2, sections 15 (validation) and 18.15 (actions); digital source types of IPTC.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

State = Literal["Invalid", "Valid", "Trusted"]

_MAX_MANIFESTS = 64
_MAX_ACTIONS = 256
_MAX_TEXT = 80
_TRUSTED, _UNTRUSTED = "signingCredential.trusted", "signingCredential.untrusted"


@dataclass(frozen=True)
class SourceClaim:
    """One action that names where the picture, or a part of it, comes from.

    Attributes:
        action: for example ``c2pa.created``.
        source: the last part of its digital source type, lower case, for example ``trainedalgorithmicmedia``.
        trusted: whether the manifest that holds it was checked and its signer is on the trust list.
    """

    action: str
    source: str
    trusted: bool


@dataclass(frozen=True)
class C2paRecord:
    """The record of a picture.

    Attributes:
        state: of the whole record; ``Valid`` means intact, and says nothing about who signed.
        failures: codes of what failed in the active manifest.
        signer: organisation of the signing certificate; anyone can write any name unless the state is ``Trusted``.
        generator: program that wrote the active manifest, as it names itself.
        signed_at: time of signing by a time stamp, empty without one.
        own: claims of the active manifest.
        earlier: claims of the pictures that it was made from.
    """

    state: State
    failures: tuple[str, ...]
    signer: str
    generator: str
    signed_at: str
    own: tuple[SourceClaim, ...]
    earlier: tuple[SourceClaim, ...]

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> C2paRecord:
        """Build from what :func:`dataclasses.asdict` made of one."""
        claims = {name: tuple(SourceClaim(**claim) for claim in content[name]) for name in ("own", "earlier")}
        return cls(**{**content, "failures": tuple(content["failures"]), **claims})


def read_record(store: Mapping[str, Any], state: State) -> C2paRecord:
    """Take from a manifest store what the signs need.

    Args:
        store: the store as c2pa-python gives it as JSON.
        state: its validation state.
    """
    manifests = _mapping(store, "manifests")
    active = _mapping(manifests, str(store.get("active_manifest", "")))
    earlier = [
        claim
        for name, trusted in _ancestors(store, active).items()
        for claim in _claims(_mapping(manifests, name), trusted=state == "Trusted" and trusted)
    ]
    signature = _mapping(active, "signature_info")
    return C2paRecord(
        state=state,
        failures=tuple(sorted(_codes(_mapping(_mapping(store, "validation_results"), "activeManifest"), "failure"))),
        signer=_text(signature.get("issuer") or signature.get("common_name")),
        generator=_generator(active),
        signed_at=_text(signature.get("time")),
        own=tuple(_claims(active, trusted=state == "Trusted")),
        earlier=tuple(dict.fromkeys(earlier)),
    )


def _claims(manifest: Mapping[str, Any], *, trusted: bool) -> Iterator[SourceClaim]:
    for assertion in _mappings(manifest, "assertions"):
        if str(assertion.get("label", "")).startswith("c2pa.actions"):
            for action in _mappings(_mapping(assertion, "data"), "actions")[:_MAX_ACTIONS]:
                kind = action.get("digitalSourceType")
                source = _text(kind.strip().rstrip("/").rpartition("/")[2]).lower() if isinstance(kind, str) else ""
                if source:
                    yield SourceClaim(_text(action.get("action")), source, trusted)


def _ancestors(store: Mapping[str, Any], active: Mapping[str, Any]) -> dict[str, bool]:
    """The manifests that the active one leads to through its ingredients → whether they are intact and trusted now."""
    manifests = _mapping(store, "manifests")
    found: dict[str, bool] = {}
    waiting = [active]
    while waiting and len(found) < _MAX_MANIFESTS:
        for ingredient in _mappings(waiting.pop(), "ingredients"):
            name = ingredient.get("active_manifest")
            if isinstance(name, str) and name in manifests and name not in found:
                found[name] = _is_trusted(name, ingredient, store)
                waiting.append(_mapping(manifests, name))
    return found


def _is_trusted(name: str, ingredient: Mapping[str, Any], store: Mapping[str, Any]) -> bool:
    """The store keeps what was found when the ingredient was taken, and now only what differs from it."""
    then = _mapping(_mapping(ingredient, "validation_results"), "activeManifest")
    deltas = [
        _mapping(delta, "validationDeltas")
        for delta in _mappings(_mapping(store, "validation_results"), "ingredientDeltas")
    ]
    failures = _codes(then, "failure") | {
        _text(status.get("code")) for status in _mappings(ingredient, "validation_status")
    }
    fails_now = any(_codes(delta, "failure", name) for delta in deltas)
    trusted_now = any(_TRUSTED in _codes(delta, "success", name) for delta in deltas)
    trusted = trusted_now or _TRUSTED in _codes(then, "success")
    return trusted and not fails_now and failures <= ({_UNTRUSTED} if trusted_now else set())


def _codes(results: Mapping[str, Any], outcome: str, manifest: str = "") -> set[str]:
    """Codes of one outcome, of all manifests or of one."""
    return {
        _text(entry.get("code"))
        for entry in _mappings(results, outcome)
        if not manifest or f"/{manifest}/" in f"{entry.get('url', '')}/"
    }


def _generator(manifest: Mapping[str, Any]) -> str:
    names = [_text(info.get("name")) for info in _mappings(manifest, "claim_generator_info")]
    return names[0] if names else _text(manifest.get("claim_generator"))


def _mapping(parent: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = parent.get(key)
    return value if isinstance(value, Mapping) else {}


def _mappings(parent: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    value = parent.get(key)
    return [entry for entry in value if isinstance(entry, Mapping)] if isinstance(value, list) else []


def _text(value: object) -> str:
    text = value if isinstance(value, str) else ""
    return "".join(character for character in text[: 3 * _MAX_TEXT] if character.isprintable()).strip()[:_MAX_TEXT]

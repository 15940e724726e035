"""Signers and C2PA records made for a test: a root of its own, certificates below it, pictures signed with them."""

import json
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

import c2pa
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from evidence_makers import encoded

OFFLINE = {"verify": {"remote_manifest_fetch": False, "ocsp_fetch": False, "verify_after_sign": False}}
SOURCES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
MEDIA_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "AVIF": "image/avif"}
MEDIA_TYPES |= {"TIFF": "image/tiff", "GIF": "image/gif"}


@dataclass(frozen=True)
class Signer:
    """A signer, with the root that vouches for it (PEM)."""

    chain: str
    key: str
    root: str


def signer(organisation="Invented Camera Works"):
    root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root_name, name = _name("Invented Root"), _name(organisation)
    root = _certificate(root_name, root_name, root_key, root_key, authority=True)
    leaf = _certificate(name, root_name, key, root_key, authority=False)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return Signer(_pem(leaf) + _pem(root), private.decode(), _pem(root))


def actions(*pairs):
    """Actions with their digital source type, None for one without."""
    return [
        {"action": f"c2pa.{name}", **({"digitalSourceType": SOURCES + source} if source else {})}
        for name, source in pairs
    ]


def signed(by, *pairs, data=None, media_type="image/jpeg", parent=None):
    """A picture with a record.

    Args:
        by: the signer.
        pairs: names and source types of the actions.
        data: the picture, a small one when None.
        media_type: its type.
        parent: bytes of the picture that it was made from, if any; the action of opening it comes by itself.
    """
    manifest = {
        "claim_generator_info": [{"name": "Invented Maker", "version": "1"}],
        "assertions": [{"label": "c2pa.actions.v2", "data": {"actions": actions(*pairs)}}],
    }
    context = c2pa.Context.from_dict({**OFFLINE, "builder": {"thumbnail": {"enabled": False}}})
    info = c2pa.C2paSignerInfo(b"es256", by.chain.encode(), by.key.encode(), None)
    out = BytesIO()
    with c2pa.Builder.from_json(json.dumps(manifest), context=context) as builder:
        if parent is not None:
            builder.set_intent(c2pa.C2paBuilderIntent.EDIT)
            builder.add_ingredient({"title": "before", "relationship": "parentOf"}, media_type, BytesIO(parent))
        with c2pa.Signer.from_info(info) as tool:
            builder.sign(tool, media_type, BytesIO(data or encoded("JPEG")), out)
    return out.getvalue()


def _name(organisation):
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, organisation),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
        ]
    )


def _certificate(name, issuer, key, issuer_key, *, authority):
    usage = {
        "digital_signature": not authority,
        "key_cert_sign": authority,
        "crl_sign": authority,
        "content_commitment": False,
        "key_encipherment": False,
        "data_encipherment": False,
        "key_agreement": False,
        "encipher_only": False,
        "decipher_only": False,
    }
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2024, 1, 1))
        .not_valid_after(datetime(2054, 1, 1))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )
    if not authority:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


def _pem(certificate):
    return certificate.public_bytes(serialization.Encoding.PEM).decode()

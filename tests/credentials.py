"""Real Content Credentials: a certificate chain of our own, files signed with c2pa's own signer."""

import io
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import c2pa
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

SOURCE = "http://cv.iptc.org/newscodes/digitalsourcetype/"
MIME = {
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "WEBP": "image/webp",
    "GIF": "image/gif",
    "AVIF": "image/avif",
}


@dataclass(frozen=True)
class Signer:
    """`root` is what a trust list holds; `chain` and `key` sign."""

    root: bytes
    chain: bytes
    key: bytes

    def c2pa(self) -> c2pa.Signer:
        return c2pa.Signer.from_info(c2pa.C2paSignerInfo(b"es256", self.chain, self.key, None))


def new_signer(organisation: str, ocsp: str | None = None) -> Signer:
    """Valid from two days ago for a month; `ocsp` is the address that says whether it was revoked."""
    root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root_name, name = _name(f"{organisation} Root"), _name(organisation)
    root = (
        _certificate(root_name, root_name, root_key)
        .add_extension(x509.BasicConstraints(True, None), critical=True)
        .add_extension(_usage(certificates=True), critical=True)
        .sign(root_key, hashes.SHA256())
    )
    leaf = (
        _certificate(name, root_name, key)
        .add_extension(x509.BasicConstraints(False, None), critical=True)
        .add_extension(_usage(certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
        .add_extension(_issued_by(root_key), critical=False)
    )
    if ocsp is not None:
        leaf = leaf.add_extension(_asked_at(ocsp), critical=False)
    pems = [
        each.public_bytes(serialization.Encoding.PEM) for each in (root, leaf.sign(root_key, hashes.SHA256()))
    ]
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return Signer(pems[0], pems[1] + pems[0], private)


def created(source: str, **more: Any) -> dict[str, Any]:
    return {"action": "c2pa.created", "digitalSourceType": SOURCE + source, **more}


def signed(
    data: bytes,
    signer: Signer,
    actions: list[dict[str, Any]],
    kind: str = "JPEG",
    program: str = "Test Camera",
    ingredient: tuple[bytes, str] | None = None,
    server: str | None = None,
) -> bytes:
    """`ingredient`: the picture this one was made from, and its relationship; `server` keeps the manifest."""
    manifest = {
        "claim_generator_info": [{"name": program, "version": "1.0"}],
        "assertions": [{"label": "c2pa.actions.v2", "data": {"actions": actions}}],
    }
    out = io.BytesIO()
    with c2pa.Builder.from_json(json.dumps(manifest)) as builder:
        if ingredient is not None:
            about = {"title": "before", "relationship": ingredient[1], "label": "before"}
            builder.add_ingredient(about, MIME[kind], io.BytesIO(ingredient[0]))
        if server is not None:
            builder.set_no_embed()
            builder.set_remote_url(server)
        builder.sign(signer.c2pa(), MIME[kind], io.BytesIO(data), out)
    return out.getvalue()


def opened(*more: str) -> list[dict[str, Any]]:
    """Actions of an editor on the ingredient."""
    first = {"action": "c2pa.opened", "parameters": {"ingredientIds": ["before"]}}
    return [first, *({"action": action} for action in more)]


def _name(organisation: str) -> x509.Name:
    oids = (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME)
    return x509.Name([x509.NameAttribute(oid, organisation) for oid in oids])


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=-2))
        .not_valid_after(now + timedelta(days=30))
    )


def _issued_by(root: ec.EllipticCurvePrivateKey) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(root.public_key())


def _asked_at(ocsp: str) -> x509.AuthorityInformationAccess:
    place = x509.UniformResourceIdentifier(ocsp)
    return x509.AuthorityInformationAccess(
        [x509.AccessDescription(AuthorityInformationAccessOID.OCSP, place)]
    )


def _usage(certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not certificates, key_cert_sign=certificates, crl_sign=certificates,
        content_commitment=False, key_encipherment=False, data_encipherment=False, key_agreement=False,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip

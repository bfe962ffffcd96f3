"""The trust list: certificates whose holders are believed, a PEM file in the user's data folder.

Without one every signer is unknown. `python -m backend trust update` installs one, `trust show` shows it.
"""

import json
import re
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from backend.data_folder import open_data_folder, write_private
from backend.errors import TrustListError

if TYPE_CHECKING:
    from cryptography import x509

MAX_BYTES: Final = 4 * 1024 * 1024  # the official list has some 30 KB
PEM: Final = "trust-list.pem"
ABOUT: Final = "trust-list.json"


@dataclass(frozen=True, slots=True)
class TrustList:
    """`names`: whose certificates; `source`: the file or address. Days are ISO 8601."""

    pem: str
    names: tuple[str, ...]
    source: str
    day: str  # of installation
    issued: str | None  # the list's own, where its file has one


def parse(pem: bytes, source: str, day: date) -> TrustList:
    """Raises TrustListError where the bytes are no list of certificates."""
    # Where there is no list, which is usual, nothing waits for these 80 modules.
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    if len(pem) > MAX_BYTES:
        raise TrustListError(f"{source} has {len(pem):,} bytes; a trust list has at most {MAX_BYTES:,}.")
    try:
        certificates = x509.load_pem_x509_certificates(pem)
    except ValueError as error:
        raise TrustListError(
            f"{source} is no trust list: it must hold certificates in PEM ({error})."
        ) from error
    # Without the comments between them, which c2pa need not understand.
    clean = "".join(certificate.public_bytes(Encoding.PEM).decode("ascii") for certificate in certificates)
    names = tuple(_name(certificate) for certificate in certificates)
    return TrustList(clean, names, source, day.isoformat(), _issued(pem, day))


def version(folder: Path) -> tuple[int, int] | None:
    """Changes with the list; None where none is installed, or where its folder is closed to us."""
    try:
        state = (folder / PEM).stat()
    except OSError:
        return None
    return state.st_mtime_ns, state.st_size


def installed(folder: Path) -> TrustList | None:
    """None where none is. Raises TrustListError where it cannot be read."""
    found = version(folder)
    return _read(folder, found) if found else None


def install(folder: Path, trust: TrustList) -> None:
    """Whole or not at all; a running service takes it up. Raises DataFolderError."""
    open_data_folder(folder)
    about = {"source": trust.source, "installed": trust.day, "issued": trust.issued}
    write_private(folder / ABOUT, json.dumps(about, indent=2))
    write_private(folder / PEM, trust.pem)


@lru_cache(maxsize=2)
def _read(folder: Path, version: tuple[int, int]) -> TrustList:
    try:
        pem = (folder / PEM).read_bytes()
    except OSError as error:
        raise TrustListError(f"{folder / PEM} cannot be read ({error.strerror}).") from error
    try:
        about = json.loads((folder / ABOUT).read_text())
        source, day = str(about["source"]), date.fromisoformat(about["installed"])
        issued = date.fromisoformat(about["issued"]).isoformat() if about.get("issued") else None
    except (OSError, ValueError, KeyError, TypeError):  # it only says where the list is from
        source, day, issued = str(folder / PEM), date.fromtimestamp(version[0] / 1e9), None
    found = parse(pem, source, day)
    return replace(found, issued=issued or found.issued)  # what is kept has no comments


def _issued(pem: bytes, day: date) -> str | None:
    """The first day that is written above the certificates; PEM has no field for it. A day after that of
    installation is another one, such as that of the next list."""
    above = pem.partition(b"-----BEGIN")[0].decode(errors="replace")
    for found in re.findall(r"(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)", above, re.ASCII):
        try:
            if date.fromisoformat(found) <= day:
                return str(found)
        except ValueError:
            continue
    return None


def _name(certificate: "x509.Certificate") -> str:
    from cryptography import x509

    oids = (x509.NameOID.COMMON_NAME, x509.NameOID.ORGANIZATION_NAME)
    found = [entry.value for oid in oids for entry in certificate.subject.get_attributes_for_oid(oid)]
    return str(found[0]) if found else certificate.subject.rfc4514_string()

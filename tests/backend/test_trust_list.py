"""The trust list: fetched from sites that prove who they are, encrypted all the way; how old it is."""

import ipaddress
import os
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from typer.testing import CliRunner

from backend.commandline.commands import commands
from backend.evidence.trust_list import install, installed, parse
from tests.credentials import created, new_signer, signed
from tests.pictures import encoded, pixels

ROOT = Path(__file__).parents[2]
CAMERA = new_signer("Test Camera Works")


@dataclass
class Site:
    """A server: what lies at which path (bytes, or the address that it leads to), and what was asked."""

    address: str
    pages: dict[str, bytes | str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)


@contextmanager
def serving(context: ssl.SSLContext | None) -> Iterator[Site]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append(self.path)
            page = site.pages[self.path]
            self.send_response(302 if isinstance(page, str) else 200)
            if isinstance(page, str):
                self.send_header("Location", page)
            self.end_headers()
            if isinstance(page, bytes):
                self.wfile.write(page)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    site = Site(f"{'http' if context is None else 'https'}://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def certificate(folder: Path) -> Path:
    """Of 127.0.0.1, signed by itself, with its key: also the list of authorities that know it."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test site")])
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    usage = x509.KeyUsage(
        digital_signature=True, key_cert_sign=True, crl_sign=False, content_commitment=False,
        key_encipherment=False, data_encipherment=False, key_agreement=False, encipher_only=False,
        decipher_only=False,
    )  # fmt: skip
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(here, critical=False)
        .add_extension(x509.BasicConstraints(True, None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "site.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file


def update(address: str, data: Path, authorities: Path | None) -> subprocess.CompletedProcess[str]:
    known = {} if authorities is None else {"SSL_CERT_FILE": str(authorities)}
    return subprocess.run(
        [sys.executable, "-m", "backend", "trust", "update", address, "--data", str(data)],
        env={**os.environ, **known, "NO_PROXY": "127.0.0.1"}, cwd=ROOT,
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_a_list_is_fetched_encrypted_all_the_way_from_a_site_that_proves_who_it_is(tmp_path: Path) -> None:
    own = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(own)
    with ExitStack() as stack:
        plain, site = stack.enter_context(serving(None)), stack.enter_context(serving(context))
        site.pages = {"/list.pem": CAMERA.root, "/moved": "/list.pem", "/away": f"{plain.address}/back"}
        plain.pages = {"/back": f"{site.address}/list.pem"}

        stranger = update(f"{site.address}/list.pem", tmp_path, None)
        assert (stranger.returncode, "cannot be fetched" in stranger.stderr) == (1, True)
        # Who can change what is answered on the way could lead back to another list.
        away = update(f"{site.address}/away", tmp_path, own)
        assert (away.returncode, "without encryption" in away.stderr, plain.asked) == (1, True, [])
        assert installed(tmp_path / "trust") is None

        good = update(f"{site.address}/moved", tmp_path, own)
        assert (good.returncode, good.stderr) == (0, "")
    found = installed(tmp_path / "trust")
    assert found is not None
    assert (found.names, found.source) == (("Test Camera Works Root",), f"{site.address}/moved")


@pytest.mark.parametrize(
    ("above", "issued"),
    [
        ("", None),
        ("# Trust list of 2026-09-18T10:00:00Z, next one on 2026-12-18\n", "2026-09-18"),
        ("# expires 2027-01-01\n# issued 2026-09-18\n", "2026-09-18"),  # it was installed between the two
        ("# list 12026-09-181, 2026-13-45\n", None),
    ],
    ids=["without", "with", "later ones", "no days"],
)
def test_the_day_of_a_list_is_what_stands_above_its_certificates(
    tmp_path: Path, above: str, issued: str | None
) -> None:
    pem = above.encode() + CAMERA.root + b"# certificate of 2026-01-02\n" + CAMERA.root
    install(tmp_path, parse(pem, "list.pem", date(2026, 11, 1)))
    found = installed(tmp_path)
    assert found is not None
    assert (found.issued, found.day) == (issued, "2026-11-01")


@pytest.mark.parametrize("issued", [None, "2026-09-18"])
def test_the_terminal_tells_how_old_the_list_is_and_which_day_that_is(
    model_folder: Path, tmp_path: Path, issued: str | None
) -> None:
    def run(*arguments: object) -> str:
        asked = [str(argument) for argument in arguments]
        done = CliRunner().invoke(commands, asked, env={"COLUMNS": "300", "CANDID_DATA": str(tmp_path)})
        assert done.exit_code == 0, done.output
        return done.stdout

    pem, photo = tmp_path / "list.pem", tmp_path / "photo.jpg"
    pem.write_bytes((f"# {issued}\n".encode() if issued else b"") + CAMERA.root)
    photo.write_bytes(signed(encoded(pixels()), CAMERA, [created("digitalCapture")]))
    run("trust", "update", pem)
    trust = installed(tmp_path / "trust")
    assert trust is not None
    own = f"the list is of {issued}" if issued else "the list has no date of its own"
    assert f"installed on {trust.day}; {own}" in run("trust", "show")
    told = f"trust list issued: {issued}" if issued else f"trust list installed: {trust.day}"
    assert told in run("check", photo, "--model", model_folder)

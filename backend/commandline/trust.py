"""`python -m backend trust ...`: whose Content Credentials are believed.

The download of a list is the only network request of the backend: on the user's command, never in the
service.
"""

import urllib.error
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from backend.commandline.options import Data, give_up, settings_from
from backend.data_folder import TRUST, open_data_folder
from backend.errors import DataFolderError, TrustListError
from backend.evidence.trust_list import MAX_BYTES, TrustList, install, installed, parse

TIMEOUT = 30  # seconds
SHOWN = 60  # names

HELP = """Whose Content Credentials are believed.

python -m backend trust update C2PA-TRUST-LIST.pem
"""
commands = typer.Typer(no_args_is_help=True, help=HELP)
Source = Annotated[str, typer.Argument(metavar="FILE|URL", help="Certificates in PEM; https only.")]


@commands.command("update")
def update(source: Source, data: Data = None) -> None:
    """Installs a trust list in place of the one before; a service that runs takes it up by itself.

    python -m backend trust update C2PA-TRUST-LIST.pem
    """
    try:
        trust = parse(_bytes_of(source), source, datetime.now(UTC).date())
        install(open_data_folder(settings_from(data=data).data) / TRUST, trust)
    except (TrustListError, DataFolderError) as error:
        give_up(error, "The trust list was not installed.")
    print(f"Installed: {_about(trust)}.")


@commands.command("show")
def show(data: Data = None) -> None:
    """Shows the installed list: its day, where it is from, whose certificates it holds.

    python -m backend trust show
    """
    try:
        trust = installed(settings_from(data=data).data / TRUST)
    except TrustListError as error:
        give_up(error, "The trust list cannot be shown.")
    if trust is None:
        print("No trust list is installed: every signer counts as unknown.")
        print("`python -m backend trust update FILE|URL` installs one; docs/evidence.md says which.")
        return
    print(f"{_about(trust)}:")
    for name in trust.names[:SHOWN]:
        print(f"  {name}")
    if len(trust.names) > SHOWN:
        print(f"  and {len(trust.names) - SHOWN} more")


class _Encrypted(urllib.request.HTTPRedirectHandler):
    """Every step of the way: whoever can change one of them can lead to a list of their own."""

    def redirect_request(
        self, req: urllib.request.Request, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        if not newurl.startswith("https://"):
            raise TrustListError(f"{req.full_url} leads to {newurl}, an address without encryption.")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _about(trust: TrustList) -> str:
    own = f"the list is of {trust.issued}" if trust.issued else "the list has no date of its own"
    return f"{len(trust.names)} certificates from {trust.source}, installed on {trust.day}; {own}"


def _bytes_of(source: str) -> bytes:
    if "://" not in source:
        try:
            return Path(source).read_bytes()
        except OSError as error:
            raise TrustListError(f"{source} cannot be read ({error.strerror}).") from error
    if not source.startswith("https://"):
        raise TrustListError(f"{source} is not fetched: a list that anyone on the way can change is no use.")
    try:
        with urllib.request.build_opener(_Encrypted).open(source, timeout=TIMEOUT) as answer:
            found: bytes = answer.read(MAX_BYTES + 1)
            return found
    except (OSError, ValueError) as error:
        reason = error.reason if isinstance(error, urllib.error.URLError) else error
        raise TrustListError(f"{source} cannot be fetched ({reason}).") from error

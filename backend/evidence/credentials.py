"""The first rung: Content Credentials (C2PA), read and verified with c2pa-python; never over the network.

Three results are kept apart: trusted (the certificate chain ends in the installed trust list), valid but
of an unknown signer, and invalid (changed after signing, or a certificate that is no good). Only a trusted
one may say `real`. A valid statement that AI made the picture may say `fake` whoever signed it: nobody
gains by claiming that falsely.
"""

import io
import json
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from backend.contract import CredentialsDetails, CredentialsStatus, Evidence, Says, Strength
from backend.evidence.containers import mime_type
from backend.evidence.credentials_words import summary
from backend.evidence.hints import Hints
from backend.evidence.plain import plain
from backend.evidence.provenance import Provenance, provenance
from backend.evidence.trust_list import TrustList, installed

if TYPE_CHECKING:
    import c2pa

STATUS: Final[dict[str, CredentialsStatus]] = {
    "Trusted": "trusted",
    "Valid": "unknown_signer",
    "Invalid": "invalid",
}
# Nothing leaves the machine: no manifest from a server, no question whether a certificate was revoked.
OFFLINE: Final = {"verify": {"remote_manifest_fetch": False, "ocsp_fetch": False, "verify_trust": True}}
# What c2pa raises where the file only names a server that keeps its credentials.
STORED_ELSEWHERE: Final = "Remote: must fetch remote manifests"


def read_credentials(folder: Path, data: bytes, _: Hints) -> Evidence | None:
    """The rung; `folder` holds the trust list, which is looked at for each picture, so a new one counts.

    None without credentials. Raises C2paError where they cannot be read, TrustListError.
    """
    import c2pa  # in workers alone: the service itself reads no credentials

    kind = mime_type(data)
    if kind is None:
        return None
    trust = installed(folder)
    try:
        found = c2pa.Reader.try_create(kind, io.BytesIO(data), context=_context(trust.pem if trust else None))
    except c2pa.C2paError as error:
        if STORED_ELSEWHERE in str(error):
            return _unsure(CredentialsDetails(status="elsewhere"))
        raise
    if found is None:
        return None
    with found as reader:
        report: dict[str, Any] = json.loads(reader.json())
    return judge_report(report, trust)


@lru_cache(maxsize=2)
def _context(anchors: str | None) -> "c2pa.Context":
    """c2pa parses the certificates of a list once, not for every picture."""
    import c2pa

    trust = {"trust": {"trust_anchors": anchors}} if anchors else {}
    return c2pa.Context.from_dict({**OFFLINE, **trust})


def judge_report(report: dict[str, Any], trust: TrustList | None) -> Evidence:
    """c2pa's report of a file to evidence. Pure."""
    status = STATUS.get(str(report.get("validation_state")), "invalid")
    if status == "invalid":  # whatever it claims is not told: nobody signed this file
        return _unsure(CredentialsDetails(status=status, problems=_problems(report), **_dated(trust)))
    history = provenance(report)
    details = CredentialsDetails(
        status=status,
        signer=history.signer,
        signed_at=history.signed_at,
        generator=history.generator,
        origin=history.origin,
        source_type=history.source_type,
        actions=list(history.actions),
        problems=_problems(report),
        **_dated(trust),
    )
    says, strength = _weigh(status, history)
    return Evidence(
        kind="content_credentials",
        says=says,
        strength=strength,
        summary=summary(details, history.unedited),
        details=details.model_dump(),
    )


def _dated(trust: TrustList | None) -> dict[str, Any]:
    """The details that tell how old the trust list is."""
    if trust is None:
        return {}
    return {
        "trust_list": trust.issued or trust.day,
        "trust_list_day": "issued" if trust.issued else "installed",
    }


def _weigh(status: CredentialsStatus, history: Provenance) -> tuple[Says, Strength]:
    if history.origin in ("ai", "ai_edited"):
        return "fake", "proof" if status == "trusted" else "strong"
    if status == "trusted" and history.origin == "camera" and history.unedited:
        return "real", "proof"
    return "unsure", "moderate" if status == "trusted" else "weak"


def _problems(report: dict[str, Any]) -> list[str]:
    return [plain(entry.get("code", "")) for entry in report.get("validation_status") or []][:10]


def _unsure(details: CredentialsDetails) -> Evidence:
    return Evidence(
        kind="content_credentials",
        says="unsure",
        strength="weak",
        summary=summary(details, unedited=False),
        details=details.model_dump(),
    )

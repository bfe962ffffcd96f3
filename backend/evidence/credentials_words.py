"""Content Credentials in plain words, for people who never heard of a manifest. Pure."""

from datetime import datetime
from typing import Final

from backend.contract import CredentialsDetails

ACTIONS: Final = {
    "c2pa.created": "created",
    "c2pa.opened": "opened in an editor",
    "c2pa.placed": "another picture placed into it",
    "c2pa.removed": "a part taken out",
    "c2pa.edited": "edited",
    "c2pa.edited.metadata": "its metadata edited",
    "c2pa.drawing": "drawn on",
    "c2pa.filtered": "filtered",
    "c2pa.cropped": "cropped",
    "c2pa.resized": "resized",
    "c2pa.resized.proportional": "resized",
    "c2pa.orientation": "turned",
    "c2pa.color_adjustments": "colours adjusted",
    "c2pa.adjustedColor": "colours adjusted",
    "c2pa.enhanced": "enhanced",
    "c2pa.converted": "saved in another format",
    "c2pa.transcoded": "compressed again",
    "c2pa.repackaged": "repackaged",
    "c2pa.published": "published",
    "c2pa.redacted": "information blacked out",
    "c2pa.watermarked": "watermarked",
    "c2pa.watermarked.bound": "watermarked",
    "c2pa.watermarked.unbound": "watermarked",
    "c2pa.unknown": "changed in an unknown way",
}
CERTIFICATE: Final = ("signingCredential.", "timeStamp.")


def action_words(label: str) -> str:
    """In words; an action that is not in the standard keeps its label."""
    return ACTIONS.get(label, f"“{label}”")


def summary(details: CredentialsDetails, unedited: bool) -> str:
    """One or two sentences: what was signed, by whom, and how far to believe it."""
    if details.status == "elsewhere":
        return "Its Content Credentials lie on a server, which is not asked: nothing leaves this machine."
    if details.status == "invalid":
        return f"It carries Content Credentials that do not hold: {_why(details)}. They prove nothing."
    return f"{_statement(details, unedited)} {_signature(details)}"


def _statement(details: CredentialsDetails, unedited: bool) -> str:
    tool = f" ({details.generator})" if details.generator else ""
    later = [action for action in details.actions if action != "created"]
    if details.origin == "ai":
        return f"Signed credentials say that generative AI made this picture{tool}."
    if details.origin == "ai_edited":
        return f"Signed credentials say that generative AI changed this picture{tool}."
    if details.origin == "camera":
        done = f"; since then: {', '.join(later)}" if later else ""
        beyond = "" if unedited or details.status != "trusted" else " What they show may have been changed."
        return f"Signed credentials say that a camera took this picture{tool}{done}.{beyond}"
    done = f": {', '.join(details.actions)}" if details.actions else ""
    return f"Signed credentials tell its history{tool}{done}. They do not say how it was made."


def _signature(details: CredentialsDetails) -> str:
    who = details.signer or "someone without a name"
    when = f", dated {_day(details.signed_at)}" if details.signed_at else ""
    if details.status == "trusted":
        return f"Signed by {who}{when}; the signer is on the trust list."
    why = "the signer is not on the trust list" if details.trust_list else "no trust list is installed"
    return f"The signature holds, but anyone may have made it: it names {who}{when}, and {why}."


def _why(details: CredentialsDetails) -> str:
    if any(code.endswith("expired") for code in details.problems):
        return "the certificate had expired"
    if details.problems and all(code.startswith(CERTIFICATE) for code in details.problems):
        return "the certificate is no good"
    return "the file was changed after it was signed"


def _day(time: str) -> str:
    try:
        moment = datetime.fromisoformat(time)
    except ValueError:
        return time
    return f"{moment.day} {moment:%B %Y}"

"""The first rung, on files signed here: trusted, of an unknown signer, tampered; and what may say `real`."""

import concurrent.futures
import io
import json
import random
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import c2pa
import numpy as np
import pytest

from backend.contract import CredentialsDetails, Evidence
from backend.evidence.credentials import judge_report, read_credentials
from backend.evidence.hints import Hints
from backend.evidence.ladder import Rung, climb
from backend.evidence.trust_list import install, parse
from backend.picture import decode
from tests.credentials import MIME, Signer, created, new_signer, opened, signed
from tests.pictures import encoded, pixels

PICTURE = encoded(pixels())
CAMERA, EDITOR, STRANGER = (new_signer(name) for name in ("Test Camera Works", "Test Editor", "Nobody Known"))
PHOTO = signed(PICTURE, CAMERA, [created("digitalCapture")])


Reader = Callable[[bytes, Hints], Evidence | None]


@pytest.fixture
def trusting(tmp_path: Path) -> Reader:
    """Trusts camera and editor, not the stranger."""
    return reader_of(tmp_path, CAMERA, EDITOR)


def reader_of(folder: Path, *signers: Signer) -> Reader:
    if signers:
        install(folder, parse(b"".join(each.root for each in signers), "test", date(2026, 11, 1)))
    return partial(read_credentials, folder)


def read(reader: Reader, data: bytes) -> tuple[Evidence, CredentialsDetails]:
    evidence = reader(data, Hints())
    assert evidence is not None
    return evidence, CredentialsDetails.model_validate(evidence.details)


def test_a_trusted_camera_says_real_and_who_signed(trusting: Reader) -> None:
    evidence, details = read(trusting, PHOTO)
    assert (evidence.says, evidence.strength, details.status) == ("real", "proof", "trusted")
    assert (details.signer, details.generator) == ("Test Camera Works", "Test Camera 1.0")
    assert (details.actions, details.trust_list, details.trust_list_day) == (
        ["created"], "2026-11-01", "installed",
    )  # fmt: skip
    assert "a camera took this picture" in evidence.summary


@pytest.mark.parametrize("installed", [(), (EDITOR,)], ids=["no list", "another list"])
def test_a_camera_of_an_unknown_signer_never_says_real(tmp_path: Path, installed: tuple[Signer, ...]) -> None:
    evidence, details = read(reader_of(tmp_path, *installed), PHOTO)
    assert (evidence.says, details.status) == ("unsure", "unknown_signer")
    assert "anyone may have made it" in evidence.summary


@pytest.mark.parametrize(("signer", "strength"), [(EDITOR, "proof"), (STRANGER, "strong")])
@pytest.mark.parametrize("term", ["trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia"])
def test_ai_says_fake_whoever_signed(trusting: Reader, signer: Signer, strength: str, term: str) -> None:
    agent = {"name": "Picture Machine"}
    data = signed(PICTURE, signer, [created(term, softwareAgent=agent)], program="Some Library")
    evidence, details = read(trusting, data)
    assert (evidence.says, evidence.strength, details.generator) == ("fake", strength, "Picture Machine")
    assert details.source_type == term


@pytest.mark.parametrize("kind", list(MIME))
def test_a_changed_file_proves_nothing_in_every_format(trusting: Reader, kind: str) -> None:
    picture = encoded(pixels(), kind)
    data = signed(picture, CAMERA, [created("digitalCapture")], kind)
    assert read(trusting, data)[0].says == "real"
    changed = bytearray(data)
    # A byte among the coded pixels; padding within the manifest is not signed, and shows nothing.
    changed[data.index(picture[len(picture) // 2 :][:12])] ^= 0x55
    evidence, details = read(trusting, bytes(changed))
    assert (evidence.says, details.status) == ("unsure", "invalid")
    assert "changed after it was signed" in evidence.summary


def test_bytes_behind_the_end_break_the_signature(trusting: Reader) -> None:
    evidence, details = read(trusting, PHOTO + b"more")
    assert (evidence.says, details.status, details.problems) == (
        "unsure", "invalid", ["assertion.dataHash.mismatch"],
    )  # fmt: skip


def test_an_expired_certificate_is_named_as_the_reason() -> None:
    # c2pa does not sign with an expired certificate: its report of such a file, as far as it is read.
    report = {"validation_state": "Invalid", "validation_status": [{"code": "signingCredential.expired"}]}
    evidence = judge_report(report, None)
    assert evidence.says == "unsure"
    assert "had expired" in evidence.summary


@pytest.mark.parametrize(
    ("time", "told"),
    [
        ("2026-11-03T23:30:00+00:00", ", dated 3 November 2026"),
        ("one of these days", ", dated one of these days"),
        (None, None),
    ],
)
@pytest.mark.parametrize("state", ["Trusted", "Valid"])
def test_the_time_of_signing_is_told_where_it_was_signed(
    state: str, time: str | None, told: str | None
) -> None:
    # A time stamp comes from an authority on the network: c2pa's report of a file without one, and the time.
    with c2pa.Reader("image/jpeg", io.BytesIO(PHOTO)) as reader:
        report = json.loads(reader.json())
    report["validation_state"] = state
    report["manifests"][report["active_manifest"]]["signature_info"]["time"] = time
    evidence = judge_report(report, None)
    assert evidence.details["signed_at"] == time
    assert f"Test Camera Works{told}" in evidence.summary if told else "dated" not in evidence.summary


def edited(before: bytes, signer: Signer, *actions: str) -> bytes:
    return signed(before, signer, opened(*actions), program="Editor", ingredient=(before, "parentOf"))


def composed(part: bytes, relation: str) -> bytes:
    action = "c2pa.placed" if relation == "componentOf" else "c2pa.edited"
    placed = {"action": action, "parameters": {"ingredientIds": ["before"]}}
    actions = [created("digitalCapture"), placed]
    return signed(PICTURE, EDITOR, actions, program="Editor", ingredient=(part, relation))


TAMPERED = PHOTO[:-40] + bytes([PHOTO[-40] ^ 0x55]) + PHOTO[-39:]
AI_PICTURE = signed(PICTURE, STRANGER, [created("trainedAlgorithmicMedia")])
HISTORIES: dict[str, tuple[bytes, str]] = {
    "resized": (edited(PHOTO, EDITOR, "c2pa.resized", "c2pa.color_adjustments"), "real"),
    "drawn on": (edited(PHOTO, EDITOR, "c2pa.drawing"), "unsure"),
    "edited somehow": (edited(PHOTO, EDITOR, "c2pa.edited"), "unsure"),
    "action of a vendor": (edited(PHOTO, EDITOR, "com.vendor.magic"), "unsure"),
    "resized by a stranger": (edited(PHOTO, STRANGER, "c2pa.resized"), "unsure"),
    "of a strange camera": (
        edited(signed(PICTURE, STRANGER, [created("digitalCapture")]), EDITOR, "c2pa.resized"), "unsure",
    ),
    "of a tampered photo": (edited(TAMPERED, EDITOR, "c2pa.resized"), "unsure"),
    "of a picture without credentials": (edited(PICTURE, EDITOR, "c2pa.resized"), "unsure"),
    "of an AI picture": (edited(AI_PICTURE, EDITOR, "c2pa.resized"), "fake"),
    "with an AI picture as a part": (composed(AI_PICTURE, "componentOf"), "fake"),
    "with an AI picture as the prompt": (composed(AI_PICTURE, "inputTo"), "unsure"),
    "filled by AI": (
        signed(PICTURE, CAMERA, [
            created("digitalCapture"),
            created("trainedAlgorithmicMedia") | {"action": "c2pa.edited"},
        ]), "fake",
    ),
    "drawn by hand": (signed(PICTURE, CAMERA, [created("digitalCreation")]), "unsure"),
}  # fmt: skip


@pytest.mark.parametrize(("data", "says"), HISTORIES.values(), ids=HISTORIES.keys())
def test_real_needs_an_unbroken_trusted_line_from_a_camera(trusting: Reader, data: bytes, says: str) -> None:
    assert read(trusting, data)[0].says == says


def test_actions_are_told_in_plain_words_oldest_first(trusting: Reader) -> None:
    _, details = read(trusting, edited(PHOTO, EDITOR, "c2pa.cropped", "c2pa.color_adjustments"))
    assert details.actions == ["created", "opened in an editor", "cropped", "colours adjusted"]


def test_credentials_on_a_server_are_not_fetched_and_said_so(trusting: Reader) -> None:
    data = signed(PICTURE, CAMERA, [created("digitalCapture")], server="http://127.0.0.1:9/manifest")
    evidence, details = read(trusting, data)
    assert (evidence.says, details.status) == ("unsure", "elsewhere")


def test_text_of_the_manifest_is_made_fit_to_be_shown(trusting: Reader) -> None:
    name = "Nice\x1b[31m\n\u202etool " + "x" * 500
    evidence, details = read(trusting, signed(PICTURE, CAMERA, [created("digitalCapture")], program=name))
    assert details.generator is not None
    assert details.generator.startswith("Nice [31m tool xxx") or details.generator.startswith("Nice[31m tool")
    assert len(details.generator) <= 80
    assert "\x1b" not in evidence.summary


@pytest.mark.parametrize("kind", [*MIME, "BMP"])
def test_a_picture_without_credentials_says_nothing(trusting: Reader, kind: str) -> None:
    assert trusting(encoded(pixels(), kind), Hints()) is None


def test_a_broken_manifest_raises_so_that_the_ladder_reports_it(trusting: Reader) -> None:
    second = PHOTO.find(b"jumb", PHOTO.find(b"jumb") + 8)
    broken = PHOTO[: second + 8] + b"\xaa" * 72 + PHOTO[second + 80 :]
    with pytest.raises(c2pa.C2paError):
        trusting(broken, Hints())


def test_a_new_trust_list_counts_at_once(tmp_path: Path) -> None:
    reader = reader_of(tmp_path)
    assert read(reader, PHOTO)[0].says == "unsure"
    install(tmp_path, parse(CAMERA.root, "test", date(2026, 11, 2)))
    assert read(reader, PHOTO)[0].says == "real"


def test_several_threads_read_at_the_same_time(trusting: Reader) -> None:
    def says(data: bytes) -> Any:
        return read(trusting, data)[0].says

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert list(pool.map(says, [PHOTO, AI_PICTURE, TAMPERED] * 16)) == ["real", "fake", "unsure"] * 16


def mutated(data: bytes, rng: random.Random) -> bytes:
    place, kind = rng.randrange(len(data)), rng.random()
    if kind < 0.6:
        return data[:place] + bytes([data[place] ^ rng.randrange(1, 256)]) + data[place + 1 :]
    length = rng.randrange(1, 40)
    return data[:place] + (rng.randbytes(length) + data[place:] if kind < 0.8 else data[place + length :])


def test_no_mutation_that_changes_the_picture_keeps_real(tmp_path: Path) -> None:
    """Bytes within the statement's padding may change: they show nothing."""
    rng, shown = random.Random(8), decode(PHOTO).pixels
    rung = Rung("content_credentials", reader_of(tmp_path, CAMERA), proves_real=True)
    for data in (mutated(PHOTO, rng) for _ in range(400)):
        decided = climb([rung], data, Hints()).decided
        if decided is not None:
            assert decided.says == "real"
            assert np.array_equal(decode(data).pixels, shown)

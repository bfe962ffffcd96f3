"""The whole ladder in judge, service and terminal; that it asks nobody; the trust list's commands."""

import json
import socket
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any, NoReturn

import pytest
from click.testing import Result
from typer.testing import CliRunner

from backend.commandline.commands import commands
from backend.contract import Judged
from backend.evidence.hints import Hints
from backend.evidence.rungs import rungs
from backend.evidence.trust_list import installed
from backend.judge import Judge
from tests.backend.test_metadata import A1111, BOMB, png, source, xmp
from tests.conftest import RunningService
from tests.credentials import created, new_signer, signed
from tests.pictures import encoded, pixels

CAMERA = new_signer("Test Camera Works")
BRIGHT = pixels(300, 300, level=220)  # the model of the tests says fake
PHOTO = signed(encoded(BRIGHT), CAMERA, [created("digitalCapture")])


def run(*arguments: str, data: Path) -> Result:
    return CliRunner().invoke(commands, arguments, env={"CANDID_DATA": str(data), "COLUMNS": "120"})


def test_trust_list_installed_by_command_decides_in_the_terminal(model_folder: Path, tmp_path: Path) -> None:
    data, photo, roots, heat = (tmp_path / name for name in ("data", "photo.jpg", "roots.pem", "heat.png"))
    photo.write_bytes(PHOTO)
    roots.write_bytes(b"# a comment between\n" + CAMERA.root)
    check = ("check", str(photo), "--model", str(model_folder))

    assert "No trust list is installed" in run("trust", "show", data=data).stdout
    before = run(*check, data=data)
    assert (before.exit_code, "fake, decided by the model" in before.stdout) == (3, True)

    assert run("trust", "update", str(roots), data=data).exit_code == 0
    shown = run("trust", "show", data=data).stdout
    assert "1 certificates from" in shown
    assert "Test Camera Works Root" in shown
    after = run(*check, "--heat", str(heat), data=data)
    assert after.exit_code == 0
    assert "real, decided by Content Credentials" in after.stdout
    assert "→ Content Credentials: says real (proof)" in after.stdout
    assert "signer: Test Camera Works" in after.stdout
    assert heat.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"no certificates", "is no trust list"),
        (b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "is no trust list"),
        (None, "cannot be read"),
    ],
)
def test_trust_list_that_is_none_is_refused_and_the_old_one_stays(
    tmp_path: Path, content: bytes | None, says: str
) -> None:
    good, bad = tmp_path / "good.pem", tmp_path / "bad.pem"
    good.write_bytes(CAMERA.root)
    if content is not None:
        bad.write_bytes(content)
    assert run("trust", "update", str(good), data=tmp_path).exit_code == 0
    refused = run("trust", "update", str(bad), data=tmp_path)
    assert (refused.exit_code, says in refused.stderr, "Traceback" in refused.stderr) == (1, True, False)
    assert installed(tmp_path / "trust") is not None


def test_trust_list_is_not_fetched_without_encryption(tmp_path: Path) -> None:
    refused = run("trust", "update", "http://127.0.0.1:9/list.pem", data=tmp_path)
    assert (refused.exit_code, "is not fetched" in refused.stderr) == (1, True)


def test_a_broken_trust_list_fails_the_rung_and_the_next_decides(model_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "trust-list.pem").write_text("half writ")
    judged = Judge.from_folder(model_folder, rungs=rungs(tmp_path)).judge(PHOTO)
    assert (judged.decided_by, judged.evidence[0].says) == ("model", "failed")
    assert "is no trust list" in judged.evidence[0].summary


def test_the_rungs_stand_in_their_order(model_folder: Path, tmp_path: Path) -> None:
    """One picture with all of it: credentials of a stranger, a label, metadata."""
    told = encoded(BRIGHT, xmp=xmp(source("trainedAlgorithmicMedia")))
    data = signed(told, CAMERA, [created("digitalCapture")])
    judged = Judge.from_folder(model_folder, rungs=rungs(tmp_path)).judge(data, Hints("Made with AI"))
    said = [(entry.kind, entry.says) for entry in judged.evidence]
    assert said == [
        ("content_credentials", "unsure"), ("platform_label", "fake"), ("metadata", "fake"),
        ("model", "fake"),
    ]  # fmt: skip
    assert judged.decided_by == "platform_label"


def test_the_service_climbs_the_whole_ladder(service: RunningService) -> None:
    dark = encoded(pixels(300, 300, level=40), "PNG")
    with service.client() as client:
        by_model = client.post("/v1/score", content=dark)
        label = {"Candid-Platform-Label": "KI%2Dgeneriert"}
        by_label = client.post("/v1/score", content=dark, headers=label)
        signed_by_nobody = client.post("/v1/score", content=PHOTO)
        by_metadata = client.post("/v1/score", content=png(("parameters", A1111)))
        failed = client.post("/v1/score", content=encoded(BRIGHT, xmp=BOMB))
    said = [Judged.model_validate(answer.json()) for answer in (by_model, by_label, by_metadata, failed)]
    assert [(judged.verdict, judged.decided_by) for judged in said] == [
        ("real", "model"), ("fake", "platform_label"), ("fake", "metadata"), ("fake", "model"),
    ]  # fmt: skip
    assert said[3].evidence[0].says == "failed"
    credentials = Judged.model_validate(signed_by_nobody.json()).evidence[0]
    assert credentials.details["status"] == "unknown_signer"


def test_judging_asks_nobody(model_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Python's sockets refuse, and a listener stands where a manifest says that it is kept and a certificate
    that its revocation is answered (c2pa's own network code is not Python's)."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.3)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/manifest"
        revocable = new_signer("Revocable Camera", ocsp=address)
        photo = signed(encoded(BRIGHT), revocable, [created("digitalCapture")])
        kept_there = signed(encoded(BRIGHT), CAMERA, [created("digitalCapture")], server=address)
        outside = encoded(BRIGHT, xmp=f'<!DOCTYPE x [<!ENTITY e SYSTEM "{address}">]><x>&e;</x>'.encode())

        with monkeypatch.context() as patch:

            def refuse(*_: Any, **__: Any) -> NoReturn:
                raise AssertionError("judging asked the network")

            for name in ("connect", "connect_ex", "sendto"):
                patch.setattr(socket.socket, name, refuse)
            patch.setattr(socket, "getaddrinfo", refuse)
            judge = Judge.from_folder(model_folder, rungs=rungs(tmp_path))
            judged = [judge.judge(data, Hints("AI info")) for data in (photo, kept_there, outside)]
            judge.draw(judge.prepare(photo))
        with pytest.raises(TimeoutError):
            listener.accept()
    assert [entry.evidence[0].kind for entry in judged[:2]] == ["content_credentials"] * 2
    assert "is not asked" in judged[1].evidence[0].summary
    assert json.loads(judged[0].model_dump_json())["evidence"][0]["details"]["status"] == "unknown_signer"


NOWHERE = "http://192.0.2.1"  # RFC 5737: no machine has it


def test_the_service_judges_without_a_network_and_tries_to_reach_nobody(
    service: RunningService, tmp_path: Path
) -> None:
    """All of it, worker processes and c2pa's own code too, in a network namespace without a route."""
    inside = ["unshare", "-rn", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"]
    try:
        subprocess.run([*inside, "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        warnings.warn(f"No network namespace can be made here, the test is skipped: {error}", stacklevel=1)
        pytest.skip("needs unshare -rn")
    camera = new_signer("Revocable Camera", ocsp=f"{NOWHERE}/ocsp")
    bodies = {
        "unsigned.jpg": encoded(BRIGHT),
        "signed.jpg": signed(encoded(BRIGHT), camera, [created("trainedAlgorithmicMedia")]),
        "elsewhere.jpg": signed(encoded(BRIGHT), camera, [created("digitalCapture")], server=NOWHERE),
        "metadata.jpg": encoded(BRIGHT, xmp=f'<!DOCTYPE x SYSTEM "{NOWHERE}"><x/>'.encode()),
    }
    for name, body in bodies.items():
        (tmp_path / name).write_bytes(body)
    command = [sys.executable, "-m", "tests.without_network", service.model, tmp_path / "data"]
    asked = [*inside, *command, *(tmp_path / name for name in bodies)]
    done = subprocess.run(asked, check=True, capture_output=True, text=True, timeout=120)
    said = json.loads(done.stdout)
    with service.client() as client:
        outside = [client.post("/v1/score", content=body).json() for body in bodies.values()]
    assert said["answers"] == outside
    assert [answer["decided_by"] for answer in outside[:2]] == ["model", "content_credentials"]
    assert said["tried"] == 0


def test_words_of_a_file_are_not_taken_for_markup(model_folder: Path, tmp_path: Path) -> None:
    name = "[bold red]real[/bold red]"
    evil = tmp_path / "[red]x.jpg"
    evil.write_bytes(signed(encoded(BRIGHT), CAMERA, [created("digitalCapture")], program=name))
    shown = run("check", str(evil), "--model", str(model_folder), data=tmp_path).stdout
    assert f"made with: {name}" in shown
    assert "[red]x.jpg" in shown

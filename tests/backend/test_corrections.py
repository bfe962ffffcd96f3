"""Corrections of the reader: over HTTP into a folder that training reads."""

import json
from pathlib import Path

import pytest

from backend.corrections import keep
from backend.errors import NotKept
from backend.settings import Settings
from tests.backend.test_verdict_cache import judged
from tests.conftest import running_service
from tests.pictures import encoded, pixels
from training.gather import gather


def test_feedback_becomes_samples_of_training(model_folder: Path, tmp_path: Path) -> None:
    with running_service(Settings(model=model_folder, data=tmp_path)) as service, service.client() as client:
        for label, level in (("real", 220), ("fake", 40)):
            body = encoded(pixels(300, 300, level=level))
            assert client.post(f"/v1/feedback?label={label}", content=body).status_code == 204
        bad = [
            client.post("/v1/feedback?label=unsure", content=body),
            client.post("/v1/feedback", content=body),
            client.post("/v1/feedback?label=fake", content=b"no picture"),
        ]
    assert [answer.status_code for answer in bad] == [422, 422, 415]
    gathered = gather([tmp_path / "corrections"])
    assert sorted(sample.label for sample in gathered.samples) == [0, 1]
    real = next(sample.path for sample in gathered.samples if sample.label == 0)
    assert real.read_bytes() == encoded(pixels(300, 300, level=220))
    said = json.loads(real.with_suffix(".json").read_text())
    assert (said["label"], said["judged"]["verdict"]) == ("real", "fake")
    assert real.stat().st_mode & 0o077 == 0


def test_who_changes_their_mind_has_one_word_on_a_picture(tmp_path: Path) -> None:
    keep(tmp_path, b"bytes", "real", judged())
    keep(tmp_path, b"bytes", "fake", judged())
    names = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.*"))
    assert names == [f"fake/{'a' * 64}.jpg", f"fake/{'a' * 64}.json"]


def test_a_correction_that_cannot_be_written_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "real").touch()
    with pytest.raises(NotKept):
        keep(tmp_path, b"bytes", "real", judged())

"""The evidence map: where the model sees traces, as a picture to lay over the judged one."""

import io
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from backend.heat import COOL, WARM, draw
from backend.judge import Judge
from backend.views import View
from tests.conftest import RunningService
from tests.model_folders import write_model_folder
from tests.pictures import encoded, pixels


def view(left: int, top: int, side: int = 100) -> View:
    return View(np.zeros((side, side, 3), np.uint8), left, top, side, side)


def opened(png: bytes) -> NDArray[np.uint8]:
    image = Image.open(io.BytesIO(png))
    assert (image.format, image.mode) == ("PNG", "RGBA")
    return np.asarray(image)


def test_warm_where_fake_cool_where_real_clear_where_not_looked() -> None:
    cells = np.stack([np.full((2, 2), 0.98), np.full((2, 2), 0.02)]).astype(np.float32)
    drawn = opened(draw(300, 200, [view(0, 0), view(200, 100)], cells))
    assert drawn.shape == (200, 300, 4)
    assert drawn[50, 50, :3].tolist() == WARM.tolist()
    assert drawn[150, 250, :3].tolist() == COOL.tolist()
    assert drawn[150, 50, 3] == 0
    assert min(drawn[50, 50, 3], drawn[150, 250, 3]) > 100


def test_the_surer_the_more_opaque_and_overlaps_are_averaged() -> None:
    cells = np.stack([np.full((2, 2), 0.9), np.full((2, 2), 0.5)]).astype(np.float32)
    drawn = opened(draw(200, 100, [view(0, 0), view(50, 0)], cells))
    sure, both, even = (int(drawn[50, x, 3]) for x in (25, 75, 130))
    assert sure > both > even > 0


@pytest.mark.parametrize(
    ("size", "drawn"), [((4000, 1000), (512, 128)), ((60, 5000), (6, 512)), ((64, 80), (64, 80))]
)
def test_the_drawing_has_the_aspect_of_the_picture_and_is_small(
    size: tuple[int, int], drawn: tuple[int, int]
) -> None:
    cells = np.full((1, 7, 7), 0.9, np.float32)
    png = draw(*size, [view(0, 0, min(size))], cells)
    assert Image.open(io.BytesIO(png)).size == drawn


def halves() -> bytes:
    picture = np.full((300, 400, 3), 20, np.uint8)
    picture[:, 200:] = 235
    return encoded(picture, "PNG")


def test_the_service_draws_where_the_model_sees_traces(service: RunningService) -> None:
    with service.client() as client:
        answer = client.post("/v1/heat", content=halves())
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    drawn = opened(answer.content)
    assert drawn.shape == (300, 400, 4)
    # The edge in the middle is what the views look at: its dark side is cool, its bright one warm.
    for side, colour in ((drawn[:, :175], COOL), (drawn[:, 225:], WARM)):
        assert np.unique(side[side[..., 3] > 0][:, :3], axis=0).tolist() == [colour.tolist()]


def test_the_service_draws_no_heat_of_what_is_no_picture(service: RunningService) -> None:
    with service.client() as client:
        answer = client.post("/v1/heat", content=b"no picture")
    assert (answer.status_code, answer.json()["reason"]) == (415, "not_a_picture")


def test_a_model_without_a_map_says_so(tmp_path: Path) -> None:
    judge = Judge.from_folder(write_model_folder(tmp_path, output={"logit": "logit"}))
    with pytest.raises(Exception, match="does not say where") as raised:
        judge.draw(judge.prepare(encoded(pixels())))
    assert raised.value.reason == "not_found"  # type: ignore[attr-defined]

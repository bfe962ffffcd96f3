"""Views: where crops lie, in which order, and what odd pictures get."""

import numpy as np
import pytest

from backend.contract import ModelInput, NativeCrops, ResizedWhole
from backend.views import aggregate, overlap, overviews, views
from tests.pictures import pixels

SIDE = 96
SIZE = ModelInput(height=SIDE, width=SIDE)
MANY = NativeCrops(first=5, more=60)


@pytest.mark.parametrize(
    ("width", "height", "count"),
    [
        (96, 96, 1),  # exact
        (70, 80, 1),  # small
        (100, 100, 1),  # barely larger: a second crop would show the same
        (143, 96, 1),
        (144, 96, 2),  # half a side more
        (192, 96, 2),
        (192, 192, 4),
        (500, 96, 5),
        (1000, 960, 65),  # more than the policy takes
    ],
)
def test_views_number_of_crops_follows_the_picture(width: int, height: int, count: int) -> None:
    assert len(views(pixels(width, height), MANY, SIZE)) == count


@pytest.mark.parametrize(("width", "height"), [(144, 96), (170, 250), (500, 300), (1000, 960)])
def test_views_are_native_pixels_and_overlap_at_most_half(width: int, height: int) -> None:
    picture = pixels(width, height)
    found = views(picture, MANY, SIZE)
    for view in found:
        assert np.array_equal(view.pixels, picture[view.top : view.top + SIDE, view.left : view.left + SIDE])
    pairs = [overlap(a, b) for index, a in enumerate(found) for b in found[:index]]
    assert max(pairs) <= 0.51  # rounding to whole pixels


def test_views_cover_the_edges_of_a_picture() -> None:
    found = views(pixels(500, 300), MANY, SIZE)
    assert min(view.left for view in found) == 0
    assert max(view.left + view.width for view in found) == 500
    assert max(view.top + view.height for view in found) == 300


def test_views_begin_with_the_most_textured_place() -> None:
    picture = pixels(960, 960, level=128)
    rng = np.random.default_rng(0)
    picture[480:576, 672:768] = rng.integers(0, 256, (96, 96, 3))
    first = views(picture, NativeCrops(first=1), SIZE)[0]
    assert (first.top, first.left) == (480, 672)


def test_views_of_one_busy_corner_are_spread_before_they_touch() -> None:
    picture = pixels(960, 960, level=128)
    picture[:288, :288] = np.random.default_rng(0).integers(0, 256, (288, 288, 3))
    first, second, third = views(picture, NativeCrops(first=3), SIZE)
    for a, b in [(first, second), (first, third), (second, third)]:
        assert max(abs(a.top - b.top), abs(a.left - b.left)) > SIDE


def test_views_of_a_small_picture_continue_it_by_mirroring() -> None:
    picture = pixels(70, 80)
    view = views(picture, MANY, SIZE)[0]
    assert (view.width, view.height) == (70, 80)
    assert np.array_equal(view.pixels[:80, :70], picture)
    assert np.array_equal(view.pixels[:80, 70], picture[:, 69])
    assert np.array_equal(view.pixels[80, :70], picture[79])


def test_views_of_a_flat_picture_are_the_same_every_time() -> None:
    flat = pixels(400, 400, level=90)
    assert [(v.top, v.left) for v in views(flat, MANY, SIZE)] == [
        (v.top, v.left) for v in views(flat, MANY, SIZE)
    ]


def test_resized_whole_shows_the_whole_picture_once() -> None:
    (view,) = views(pixels(400, 200), ResizedWhole(), SIZE)
    assert view.pixels.shape == (SIDE, SIDE, 3)
    assert (view.left, view.top, view.width, view.height) == (0, 0, 400, 200)


@pytest.mark.parametrize(("share", "expected"), [(1.0, 1.0), (0.5, 2.5), (0.25, 3.0), (0.01, 3.0)])
def test_aggregate_is_the_mean_of_the_highest_share(share: float, expected: float) -> None:
    logits = np.array([3.0, -2.0, 1.0, 2.0], np.float32)
    assert aggregate(logits, NativeCrops(first=4, top_share=share)) == pytest.approx(expected)


OVERVIEWS = NativeCrops(first=1, overviews=[1.0, 0.5], overview_weight=0.25)


def test_overviews_come_first_and_show_the_middle_resized() -> None:
    picture = pixels(400, 300)
    whole, middle, crop = found = views(picture, OVERVIEWS, SIZE)
    assert overviews(found) == 2
    assert not crop.overview
    assert (whole.left, whole.top, whole.width, whole.height) == (0, 0, 400, 300)
    assert (middle.left, middle.top, middle.width, middle.height) == (100, 75, 200, 150)
    inner = views(picture[75:225, 100:300], ResizedWhole(), SIZE)[0]
    assert np.array_equal(middle.pixels, inner.pixels)


@pytest.mark.parametrize(
    ("width", "height", "expected"), [(96, 96, 0), (97, 60, 1), (192, 192, 1), (195, 90, 2)]
)
def test_a_part_that_fits_a_crop_is_no_overview(width: int, height: int, expected: int) -> None:
    assert overviews(views(pixels(width, height), OVERVIEWS, SIZE)) == expected


def test_overviews_make_up_their_share_of_the_logit() -> None:
    logits = np.array([4.0, 2.0, -1.0], np.float32)
    assert aggregate(logits, OVERVIEWS, 2) == pytest.approx(0.25 * 3.0 + 0.75 * -1.0)
    assert aggregate(logits[:2], OVERVIEWS, 0) == pytest.approx(3.0)  # a small picture has none

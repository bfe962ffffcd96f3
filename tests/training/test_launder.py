"""Laundering: the same for a seed, the same for both classes, and each regime within its promises."""

import io
from typing import get_args

import numpy as np
import pytest
from PIL import Image

from backend.picture import decode
from tests.pictures import pixels
from training.launder import (
    LONGEST,
    PROFILES,
    REGIMES,
    Codec,
    Profile,
    Step,
    Subsampling,
    carry_out,
    launder,
    laundered_pixels,
    plan,
    plan_piece,
)

NAMES = [*PROFILES, *(name for name, profile in REGIMES.items() if profile is not None)]
SAMPLING = {"4:4:4": 1, "4:2:2": 2, "4:2:0": 4}  # luma samples per chroma sample


def profile_of(name: str) -> Profile:
    profile = REGIMES.get(name) or PROFILES[name]
    assert profile is not None
    return profile


def step(
    scale: float = 1.0,
    sharpen: float = 0.0,
    codec: Codec = "JPEG",
    quality: int = 80,
    subsampling: Subsampling = "4:2:0",
) -> Step:
    return Step(scale, "lanczos", sharpen, codec, quality, subsampling)


@pytest.mark.parametrize("name", NAMES)
def test_launder_gives_the_same_bytes_for_a_seed_and_others_for_another(name: str) -> None:
    picture = pixels(700, 500)
    assert launder(picture, name, 3).data == launder(picture, name, 3).data
    assert len({launder(picture, name, seed).data for seed in range(4)}) > 1


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("width", "height"), [(2400, 1600), (300, 2000), (120, 90)], ids=str)
def test_plans_hold_what_the_profile_promises(name: str, width: int, height: int) -> None:
    profile = profile_of(name)
    lowest, highest = profile.long_side or (max(width, height),) * 2
    for seed in range(30):
        long_side = max(width, height)
        steps = plan(profile, long_side, np.random.default_rng(seed))
        assert profile.generations[0] <= len(steps) <= profile.generations[1]
        for one in steps:
            assert one.codec in profile.codecs
            assert profile.quality[0] <= one.quality <= profile.quality[1]
            assert one.subsampling in profile.subsampling
            assert profile.sharpen[0] <= one.sharpen <= profile.sharpen[1] or one.sharpen == 0
            long_side = round(long_side * one.scale)
        assert min(lowest, max(width, height)) <= long_side <= min(highest, max(width, height))


@pytest.mark.parametrize(
    ("regime", "long_side", "quality", "generations"),
    [("web", 1080, (70, 90), 1), ("hard", 512, (30, 60), 2), ("thumbnail", 256, (60, 85), 1)],
)
def test_regimes_hold_their_promises_in_the_file_itself(
    regime: str, long_side: int, quality: tuple[int, int], generations: int
) -> None:
    picture = pixels(1300, 900)
    for seed in range(6):
        laundered = launder(picture, regime, seed)
        found = decode(laundered.data)
        assert len(laundered.steps) == generations
        assert found.format == laundered.format == laundered.steps[-1].codec
        assert found.long_side <= long_side
        assert abs(found.width / found.height - 1300 / 900) < 0.02  # sides are whole pixels
        if found.format == "JPEG":
            assert found.jpeg_quality is not None
            # The estimate from the quantisation table is off by one at most.
            assert quality[0] - 1 <= found.jpeg_quality <= quality[1] + 1


def test_as_is_and_unknown_names_are_refused() -> None:
    with pytest.raises(ValueError, match="own bytes"):
        launder(pixels(), "as-is", 0)
    with pytest.raises(KeyError):
        launder(pixels(), "myspace", 0)


def test_pictures_are_never_scaled_up() -> None:
    for name in NAMES:
        assert decode(launder(pixels(96, 80), name, 1).data).long_side == 96


@pytest.mark.parametrize("codec", get_args(Codec))
def test_screenshots_longer_than_webp_allows_are_scaled_to_its_limit(codec: Codec) -> None:
    long = np.zeros((17000, 64, 3), np.uint8)
    assert Image.open(io.BytesIO(carry_out(long, (step(codec=codec),)).data)).size == (62, LONGEST)


@pytest.mark.parametrize("codec", get_args(Codec))
def test_every_codec_is_written_at_its_quality(codec: Codec) -> None:
    sizes = [len(carry_out(pixels(), (step(codec=codec, quality=q),)).data) for q in (30, 60, 90)]
    assert sizes == sorted(sizes)
    assert Image.open(io.BytesIO(carry_out(pixels(), (step(codec=codec),)).data)).format == codec


@pytest.mark.parametrize("subsampling", get_args(Subsampling))
def test_jpeg_has_the_chroma_subsampling_of_its_step(subsampling: Subsampling) -> None:
    image = Image.open(io.BytesIO(carry_out(pixels(), (step(subsampling=subsampling),)).data))
    horizontal, vertical = image.layer[0][1:3]  # type: ignore[attr-defined]  # sampling of luma; chroma has 1, 1
    assert horizontal * vertical == SAMPLING[subsampling]


def test_each_generation_starts_from_the_file_of_the_one_before() -> None:
    first, second = step(quality=35), step(scale=0.5, quality=90)
    once = laundered_pixels(pixels(), (first,))
    assert np.array_equal(laundered_pixels(pixels(), (first, second)), laundered_pixels(once, (second,)))


def test_sharpening_after_scaling_raises_the_contrast_of_neighbours() -> None:
    def texture(sharpen: float) -> float:
        found = laundered_pixels(pixels(400, 300), (step(scale=0.5, sharpen=sharpen, quality=95),))
        return float(np.abs(np.diff(found.astype(float), axis=1)).mean())

    assert texture(0.6) > 1.05 * texture(0.0)


def test_without_steps_the_pixels_stay_and_there_is_no_file() -> None:
    picture = pixels()
    assert laundered_pixels(picture, ()) is picture
    with pytest.raises(ValueError, match="no steps"):
        carry_out(picture, ())


def test_both_halves_of_a_pair_go_through_the_same_steps() -> None:
    real, fake = pixels(300, 200, seed=1), pixels(300, 200, seed=2)
    for seed in range(8):
        steps = plan_piece(np.random.default_rng(seed))
        if not steps:
            continue
        one, other = carry_out(real, steps), carry_out(fake, steps)
        assert one.steps == other.steps
        pictures = [decode(half.data) for half in (one, other)]
        assert len({(p.format, p.width, p.height, p.jpeg_quality) for p in pictures}) == 1


def test_pieces_keep_their_own_resolution_often_and_stay_untouched_sometimes() -> None:
    drawn = [plan_piece(np.random.default_rng(seed)) for seed in range(1500)]
    untouched = sum(not steps for steps in drawn) / len(drawn)
    scaled = sum(any(one.scale < 1 for one in steps) for steps in drawn) / len(drawn)
    twice = sum(len(steps) == 2 for steps in drawn) / len(drawn)
    # Four standard deviations of a share of 1,500 draws are 0.04 to 0.05.
    assert (untouched, scaled, twice) == pytest.approx((0.2, 0.4, 0.2), abs=0.05)
    assert min(one.scale for steps in drawn for one in steps) >= 0.4
    assert {one.codec for steps in drawn for one in steps} == set(get_args(Codec))

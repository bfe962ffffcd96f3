"""Training crops: balanced, the same for a seed, and laundered before anyone knows the label."""

import io
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from backend.contract import ModelInput, NativeCrops
from backend.views import views
from tests.pictures import encoded, pixels
from training import crops
from training.aligned import Pair
from training.crops import Crops
from training.errors import DataError
from training.gather import Sample

SIDE = 48


def picture(
    folder: Path, name: str, label: int, seed: int, source: str = "a", size: tuple[int, int] = (96, 80)
) -> Sample:
    path = folder / f"{name}.png"
    path.write_bytes(encoded(pixels(*size, seed=seed), "PNG"))
    return Sample(path, label, source, "all")


def pair(folder: Path) -> list[Sample]:
    return [picture(folder, "one", 0, 1), picture(folder, "other", 1, 2)]


def swapped(samples: Sequence[Sample]) -> list[Sample]:
    """The same files with their labels exchanged."""
    return [Sample(s.path, 1 - s.label, s.source, s.category) for s in samples]


def test_a_draw_is_the_same_for_a_seed_and_number(tmp_path: Path) -> None:
    samples = pair(tmp_path)
    one, other = Crops(samples, SIDE, seed=5), Crops(samples, SIDE, seed=5)
    later = other.draw(9)  # the order of the draws does not matter
    for number in range(9):
        first, second = one.draw(number), other.draw(number)
        assert np.array_equal(first.pixels, second.pixels)
        assert (first.label, first.index) == (second.label, second.index)
    assert np.array_equal(later.pixels, one.draw(9).pixels)
    assert any(
        not np.array_equal(one.draw(n).pixels, Crops(samples, SIDE, 6).draw(n).pixels) for n in range(3)
    )


def test_swapping_the_labels_changes_the_picture_but_not_its_laundering(tmp_path: Path) -> None:
    samples = pair(tmp_path)
    plain, changed = Crops(samples, SIDE, seed=2), Crops(swapped(samples), SIDE, seed=2)
    for number in range(25):
        one, other = plain.encoded(number), changed.encoded(number)
        assert one.label == other.label
        assert one.index != other.index  # the class was drawn alike, so the other file came
        assert properties(one.data) == properties(other.data)


def properties(data: bytes) -> tuple[object, ...]:
    image = Image.open(io.BytesIO(data))
    return image.format, image.size, getattr(image, "quantization", None)


def test_crops_of_equal_pictures_are_equal_whatever_their_label(tmp_path: Path) -> None:
    """Both halves of an aligned pair would get the same steps, place, flip and light."""
    samples = [picture(tmp_path, "one", 0, 1), picture(tmp_path, "other", 1, 1)]
    plain, changed = Crops(samples, SIDE, seed=2), Crops(swapped(samples), SIDE, seed=2)
    for number in range(25):
        assert np.array_equal(plain.draw(number).pixels, changed.draw(number).pixels)


def test_classes_are_drawn_alike_and_sources_by_the_root_of_their_number(tmp_path: Path) -> None:
    path = picture(tmp_path, "one", 0, 1, size=(48, 48)).path
    counts = {(0, "small"): 1, (0, "large"): 16, (1, "only"): 3}
    samples = [Sample(path, label, source, "all") for (label, source), n in counts.items() for _ in range(n)]
    drawn = Crops(samples, SIDE, seed=1, launder=False)
    found = Counter((samples[c.index].label, samples[c.index].source) for c in crops.in_order(drawn, 1200))
    shares = {source: count / 1200 for (_, source), count in found.items()}
    # 1 against 16 pictures are 1 against 4 draws; four standard deviations of 1,200 draws are 0.06.
    assert shares == pytest.approx({"small": 0.1, "large": 0.4, "only": 0.5}, abs=0.06)


@pytest.mark.parametrize("only", [0, 1], ids=["real", "fake"])
def test_pictures_of_one_class_alone_are_refused(only: int, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=("fake", "real")[only]):
        Crops([picture(tmp_path, "one", only, 1)], SIDE, seed=1)


def test_the_encoded_file_is_what_the_crop_is_cut_from(tmp_path: Path) -> None:
    drawn = Crops(pair(tmp_path), 96, seed=4)
    untouched = 0
    for number in range(20):
        crop, file = drawn.draw(number), drawn.encoded(number)
        own = drawn.samples[file.index].path.read_bytes()
        untouched += file.data == own
        assert (crop.label, crop.index) == (file.label, file.index)
        plan = drawn._plan(number)
        if not plan.relight:
            whole = np.asarray(Image.open(io.BytesIO(file.data)).convert("RGB"))
            expected = crops.cut(whole, 96, plan.x, plan.y)
            assert np.array_equal(crop.pixels, expected[:, ::-1] if plan.flip else expected)
    assert 0 < untouched < 20  # a fifth of the draws is left as it is


def test_without_laundering_a_crop_is_a_native_piece_of_the_picture(tmp_path: Path) -> None:
    drawn = Crops(pair(tmp_path), SIDE, seed=1, launder=False)
    plain = next(n for n in range(50) if not (drawn._plan(n).relight or drawn._plan(n).flip))
    crop = drawn.draw(plain)
    whole = pixels(96, 80, seed=crop.index + 1)
    windows = np.lib.stride_tricks.sliding_window_view(whole, (SIDE, SIDE, 3))[:, :, 0]
    assert any(np.array_equal(crop.pixels, window) for row in windows for window in row)


def test_a_photograph_on_its_side_is_turned_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    path = tmp_path / "phone.jpg"
    path.write_bytes(encoded(pixels(96, 40), "JPEG", exif=exif))
    drawn = Crops([Sample(path, label, "a", "all") for label in (0, 1)], 40, seed=1, launder=False)
    assert drawn._pixels(0).shape == (96, 40, 3)


@pytest.mark.parametrize(
    ("x", "y", "left", "top"), [(0, 0, 0, 0), (1, 1, 152, 102), (0.5, 0.25, 76, 26)], ids=str
)
def test_cut_takes_the_square_at_its_relative_place(x: float, y: float, left: int, top: int) -> None:
    picture = pixels(200, 150)
    assert np.array_equal(crops.cut(picture, SIDE, x, y), picture[top : top + SIDE, left : left + SIDE])


@pytest.mark.parametrize(("width", "height"), [(64, 64), (64, 90), (30, 20)], ids=str)
def test_cut_continues_small_pictures_as_the_views_of_inference_do(width: int, height: int) -> None:
    small = pixels(width, height)
    view = views(small, NativeCrops(first=1), ModelInput(height=96, width=96))[0]
    assert np.array_equal(crops.cut(small, 96, 0.5, 0.5), view.pixels)


def test_an_overview_is_a_part_of_the_picture_resized_as_inference_does() -> None:
    picture = pixels(200, 150)
    policy = NativeCrops(first=1, overviews=[1.0], overview_weight=0.5)
    served = views(picture, policy, ModelInput(height=SIDE, width=SIDE))[0].pixels
    assert np.array_equal(crops.overview(picture, SIDE, 0.3, 0.7, 1.0), served)
    square = picture[:, :150]
    least = crops.overview(square, SIDE, 1.0, 1.0, 0.0)
    assert np.array_equal(least, square[-SIDE:, -SIDE:])  # at its own resolution


def test_so_many_draws_are_overviews_and_the_others_stay_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "large.png"
    path.write_bytes(encoded(pixels(300, 260), "PNG"))
    samples = [Sample(path, label, "a", "all") for label in (0, 1)]
    drawn = Crops(samples, SIDE, seed=1, overviews=0.4)
    found = [drawn._plan(number).extent for number in range(400)]
    parts = [extent for extent in found if extent is not None]
    assert 120 < len(parts) < 200
    assert 0.35 < sum(extent == 1.0 for extent in parts) / len(parts) < 0.65
    none = Crops(samples, SIDE, seed=1)
    assert all(none._plan(number).extent is None for number in range(50))
    small = Crops(samples, 320, seed=1, overviews=1.0, launder=False)
    assert small.draw(0).pixels.shape == (320, 320, 3)  # nothing is scaled up


def test_dataset_gives_the_draws_in_order_from_any_place(tmp_path: Path) -> None:
    drawn = Crops(pair(tmp_path), SIDE, seed=3)
    batches = [(np.asarray(p), np.asarray(y)) for p, y in crops.dataset(drawn, batch=3, first=4, steps=2)]
    assert [p.shape for p, _ in batches] == [(3, SIDE, SIDE, 3)] * 2
    for place, number in enumerate(range(4, 10)):
        found, label = batches[place // 3][0][place % 3], batches[place // 3][1][place % 3]
        assert found.dtype == np.uint8
        assert np.array_equal(found, drawn.draw(number).pixels)
        assert label.tolist() == [drawn.draw(number).label]


def test_other_backends_get_the_same_batches(tmp_path: Path) -> None:
    drawn = Crops(pair(tmp_path), SIDE, seed=3)
    batches = crops._Batches(drawn, batch=2, first=6, steps=2)
    assert len(batches) == 2
    found, labels = batches[1]
    assert np.array_equal(found, np.stack([drawn.draw(n).pixels for n in (8, 9)]))
    assert labels.ravel().tolist() == [drawn.draw(n).label for n in (8, 9)]


def aligned_pair(folder: Path) -> Pair:
    real = Sample(folder / "half.jpg", 0, "aligned", "all")
    real.path.write_bytes(encoded(pixels(96, 80, seed=3), "JPEG"))
    fake = Sample(folder / "half.png", 1, "aligned", "all")
    fake.path.write_bytes(encoded(pixels(96, 80, seed=3) ^ 1, "PNG"))
    return Pair(real, fake)


def test_both_halves_of_a_pair_get_the_same_crop_and_the_same_laundering(tmp_path: Path) -> None:
    drawn = Crops(pair(tmp_path), SIDE, seed=1, pairs=[aligned_pair(tmp_path)], paired=1.0)
    kinds = set()
    for number in range(0, 20, 2):
        real, fake = drawn.draw(number), drawn.draw(number + 1)
        assert (real.label, fake.label) == (0, 1)
        assert not np.array_equal(real.pixels, fake.pixels)
        # The halves differ by one step of 255: what is between the crops is that and the compression.
        assert np.abs(real.pixels.astype(int) - fake.pixels).mean() < 25
        one, other = properties(drawn.encoded(number).data), properties(drawn.encoded(number + 1).data)
        assert one == other
        kinds.add(one[0])
    assert len(kinds) > 1  # laundered in several ways, so never the PNG and the JPEG of the folder alone


def test_pairs_take_their_share_of_the_draws_and_leave_the_others_as_they_were(tmp_path: Path) -> None:
    samples = pair(tmp_path)
    plain = Crops(samples, SIDE, seed=4)
    mixed = Crops(samples, SIDE, seed=4, pairs=[aligned_pair(tmp_path)], paired=0.3)
    paired = [number for number in range(200) if mixed.encoded(number).index >= len(samples)]
    assert 30 <= len(paired) <= 90  # 60 expected of 200; four deviations
    assert all((number ^ 1) in paired for number in paired)
    others = [number for number in range(20) if number not in paired]
    assert all(np.array_equal(plain.draw(n).pixels, mixed.draw(n).pixels) for n in others)

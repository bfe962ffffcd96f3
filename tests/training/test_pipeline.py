"""Files to batches; changes of training pictures."""

from pathlib import Path

import numpy as np
import pytest

from backend.contract import ModelInput, ResizedWhole
from backend.picture import decode
from backend.views import views
from tests.pictures import encoded, pixels
from tests.training.folders import SIDE, write_folder, write_formats
from training.augment import augment
from training.gather import listed
from training.pipeline import Reader, held_out, square, training, unreadable


def test_every_format_becomes_an_rgb_square(tmp_path: Path) -> None:
    for path in write_formats(tmp_path / "real"):
        assert unreadable(path) is None, path
        assert square(path, SIDE).shape == (SIDE, SIDE, 3), path
    assert len(listed([tmp_path])) == 8  # every ending is known


def test_a_picture_looks_as_it_will_to_the_backend(tmp_path: Path) -> None:
    data = encoded(pixels(300, 200, 3), "JPEG")
    (tmp_path / "a.jpg").write_bytes(data)
    served = views(decode(data).pixels, ResizedWhole(), ModelInput(height=SIDE, width=SIDE))[0].pixels
    assert np.array_equal(square(tmp_path / "a.jpg", SIDE), served)


def test_held_out_pictures_come_in_order_and_unchanged(tmp_path: Path) -> None:
    samples = listed([write_folder(tmp_path, 5)])
    batches = list(held_out(samples, Reader(SIDE), 4).as_numpy_iterator())
    assert [len(labels) for _, labels in batches] == [4, 4, 2]
    found = np.concatenate([pictures for pictures, _ in batches])
    assert np.array_equal(found, [square(sample.path, SIDE) for sample in samples])
    assert np.concatenate([labels for _, labels in batches])[:, 0].tolist() == [s.label for s in samples]


def test_training_pictures_are_shuffled_and_changed_anew_each_epoch(tmp_path: Path) -> None:
    samples = listed([write_folder(tmp_path, 8)])
    batches = training(samples, Reader(SIDE), 16, seed=1)
    (first, labels), (second, _) = (next(iter(batches.as_numpy_iterator())) for _ in range(2))
    plain = np.array([square(sample.path, SIDE) for sample in samples])
    assert first.shape == plain.shape
    assert not any(np.array_equal(picture, other) for picture in first for other in plain)
    assert not np.array_equal(first, second)
    assert sorted(labels[:, 0]) == [0] * 8 + [1] * 8
    assert labels[:, 0].tolist() != [sample.label for sample in samples]
    assert first.min() >= 0 and first.max() <= 255


def test_flips_alone_leave_every_pixel_as_it_was(tmp_path: Path) -> None:
    """Tiny pictures do not survive resampling: what tells them apart is in the pixels themselves."""
    samples = listed([write_folder(tmp_path, 8)])
    (found, _), (again, _) = list(
        training(samples, Reader(SIDE), 16, 1, "flips").repeat(2).as_numpy_iterator()
    )
    allowed = {
        turned.tobytes()
        for plain in (square(sample.path, SIDE).astype(np.float32) for sample in samples)
        for turned in (plain, plain[::-1], plain[:, ::-1], plain[::-1, ::-1])
    }
    assert {picture.tobytes() for picture in found} <= allowed
    assert not np.array_equal(found, again)


def test_the_reader_remembers_as_much_as_it_may(tmp_path: Path) -> None:
    names = [str(sample.path).encode() for sample in listed([write_folder(tmp_path, 1)])]
    reader = Reader(SIDE, most_bytes=SIDE * SIDE * 3)
    first = [reader.read(name) for name in names]
    assert reader.read(names[0]) is first[0]
    assert reader.read(names[1]) is not first[1]
    assert np.array_equal(reader.read(names[1]), first[1])


@pytest.mark.parametrize("seed", range(5))
def test_changes_are_the_same_for_a_seed_and_stay_within_range(seed: int) -> None:
    picture = pixels(48, 48, seed).astype(np.float32)
    changed = augment(picture, [seed, 7]).numpy()
    assert np.array_equal(changed, augment(picture, [seed, 7]).numpy())
    assert not np.array_equal(changed, augment(picture, [seed, 8]).numpy())
    assert changed.shape == picture.shape
    assert changed.min() >= 0 and changed.max() <= 255

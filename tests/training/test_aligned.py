"""Aligned fakes: what the picture shows stays, runs go on where they were cut off."""

import csv
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from PIL import Image

from tests import taesd_files
from tests.pictures import encoded, pixels
from training import aligned, fit, wild
from training.aligned import Upsampler, resample
from training.autoencoder import Autoencoder, psnr
from training.errors import DataError
from training.gather import gather


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return taesd_files.write(tmp_path_factory.mktemp("taesd"), *taesd_files.taesd(4, pool=False))


@pytest.fixture(scope="module")
def autoencoder(weights: tuple[Path, Path]) -> Autoencoder:
    return Autoencoder.load(*weights)


def write(folder: Path, names: list[str]) -> Path:
    for seed, name in enumerate(names):
        file = folder / "real" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(encoded(pixels(24, 16, seed=seed), "PNG" if name.endswith("png") else "JPEG"))
    return folder


def rows(out: Path) -> list[dict[str, str]]:
    with (out / "manifest.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("kind", get_args(Upsampler))
@pytest.mark.parametrize(("width", "height"), [(64, 48), (37, 51)], ids=str)
def test_resampled_fakes_show_the_same_picture_and_are_not_equal(
    kind: Upsampler, width: int, height: int
) -> None:
    real = pixels(width, height)
    for seed in range(8):
        fake = resample(real, np.random.default_rng(seed), kind)
        assert fake.shape == real.shape
        assert 15 < psnr(real, fake) < 60
        assert abs(float(fake.mean()) - float(real.mean())) < 3  # no brightness tells the fake
        assert np.array_equal(fake, resample(real, np.random.default_rng(seed), kind))


@pytest.mark.parametrize("kind", ["nearest", "bilinear"])
def test_flat_pictures_stay_flat_without_a_kernel(kind: Upsampler) -> None:
    flat = pixels(30, 22, level=77)
    assert np.array_equal(resample(flat, np.random.default_rng(0), kind), flat)


def test_a_transposed_convolution_leaves_its_checkerboard_on_flat_pictures() -> None:
    fake = resample(pixels(32, 32, level=128), np.random.default_rng(1), "transposed").astype(int)
    phases = [fake[8 + y : 24 : 2, 8 + x : 24 : 2, 0] for y in (0, 1) for x in (0, 1)]
    assert len({int(phase.mean()) for phase in phases}) > 1
    assert abs(fake.mean() - 128) < 2


def test_the_kind_of_a_fake_hangs_on_seed_and_path_alone(tmp_path: Path) -> None:
    few = write(tmp_path / "few", [f"a/{n}.jpg" for n in range(20)])
    many = write(tmp_path / "many", [f"{source}/{n}.jpg" for source in "abc" for n in range(20)])
    kinds = {job.real: job.kind for job in aligned.jobs(many, 1, None)}
    assert all(kinds[job.real] == job.kind for job in aligned.jobs(few, 1, None))
    assert any(kinds[job.real] != job.kind for job in aligned.jobs(few, 2, None))
    assert Counter(kinds.values()).most_common(1)[0][0] == "autoencoder"


def test_a_limit_draws_from_all_sources(tmp_path: Path) -> None:
    data = write(tmp_path, [f"{source}/{n}.jpg" for source in "abcd" for n in range(15)])
    drawn = aligned.jobs(data, 1, limit=24)
    assert len(drawn) == 24
    assert {job.source for job in drawn} == set("abcd")


def test_every_real_gets_a_fake_of_its_own_name(tmp_path: Path) -> None:
    names = ["a/1.jpg", "a/1.png", "a/b/1.jpg", "a/b_1.jpg", "top.jpg"]
    paths = [job.path.as_posix() for job in aligned.jobs(write(tmp_path, names), 1, None)]
    assert len(set(paths)) == len(names)
    assert {"fake/aligned_a/1.png", "fake/aligned_a/b_1.png", "fake/aligned_real/top.png"} <= set(paths)


def test_run_writes_a_fake_and_a_row_for_each_real(tmp_path: Path, autoencoder: Autoencoder) -> None:
    data = write(tmp_path, [f"a/{n}.jpg" for n in range(6)])
    todo = aligned.jobs(data, 1, None)
    assert aligned.run(data, tmp_path / "out", autoencoder, todo, batch=4) == []
    found = rows(tmp_path / "out")
    assert [row["path"] for row in found] == [job.path.as_posix() for job in todo]
    for row, job in zip(found, todo, strict=True):
        real, fake = Image.open(data / row["real"]), Image.open(tmp_path / "out" / row["path"])
        assert real.size == fake.size
        assert row["generator"] == f"aligned-{job.kind}"
        measured = psnr(np.asarray(real.convert("RGB")), np.asarray(fake))
        assert float(row["psnr"]) == pytest.approx(measured, abs=0.01)


@pytest.mark.parametrize("cut", [3, 30, 200], ids=["in the header", "in a row", "in a later row"])
def test_run_goes_on_after_a_cut_off_manifest(cut: int, tmp_path: Path, autoencoder: Autoencoder) -> None:
    data, out = write(tmp_path, [f"a/{n}.jpg" for n in range(5)]), tmp_path / "out"
    todo = aligned.jobs(data, 1, None)
    aligned.run(data, out, autoencoder, todo, batch=2)
    whole = rows(out)
    written = {job.path: (out / job.path).stat().st_mtime_ns for job in todo}
    text = (out / "manifest.csv").read_bytes()
    (out / "manifest.csv").write_bytes(text[:cut])
    kept = text[:cut].count(b"\n") - 1  # rows that were whole

    assert aligned.run(data, out, autoencoder, todo, batch=2) == []
    assert rows(out) == whole
    untouched = [job.path for job in todo if (out / job.path).stat().st_mtime_ns == written[job.path]]
    assert untouched == [job.path for job in todo[: max(0, kept)]]


def test_a_fake_that_is_gone_is_made_again_and_an_unreadable_real_is_named(
    tmp_path: Path, autoencoder: Autoencoder
) -> None:
    data, out = write(tmp_path, ["a/0.jpg", "a/1.jpg"]), tmp_path / "out"
    todo = aligned.jobs(data, 1, None)
    aligned.run(data, out, autoencoder, todo, batch=8)
    (out / todo[0].path).unlink()
    (data / "real/a/2.jpg").write_bytes(b"no picture")
    failed = aligned.run(data, out, autoencoder, aligned.jobs(data, 1, None), batch=8)
    assert (out / todo[0].path).is_file()
    assert len(failed) == 1
    assert "2.jpg" in failed[0]


def test_pictures_over_the_limit_are_named_not_made(
    tmp_path: Path, autoencoder: Autoencoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aligned, "LARGEST", 24 * 16 - 1)
    data = write(tmp_path, ["a/0.jpg"])
    failed = aligned.run(data, tmp_path / "out", autoencoder, aligned.jobs(data, 1, None), batch=1)
    assert "cut a piece of it first" in failed[0]


def test_photographs_on_their_side_give_upright_fakes(tmp_path: Path, autoencoder: Autoencoder) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    data = write(tmp_path, ["a/0.jpg"])
    (data / "real/a/0.jpg").write_bytes(encoded(pixels(24, 16), "JPEG", exif=exif))
    todo = aligned.jobs(data, 1, None)
    aligned.run(data, tmp_path / "out", autoencoder, todo, batch=1)
    assert Image.open(tmp_path / "out" / todo[0].path).size == (16, 24)


def test_a_folder_without_reals_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="must hold a folder real/"):
        aligned.jobs(tmp_path, 1, None)


def test_the_command_makes_only_the_kinds_asked_for(
    tmp_path: Path, weights: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    data = write(tmp_path, [f"a/{n}.jpg" for n in range(12)])
    encoder, decoder = (str(file) for file in weights)
    given = ["--data", str(data), "--encoder", encoder, "--decoder", decoder, "--kinds", "transposed"]
    assert aligned.main([*given, "--out", str(tmp_path / "out")]) == 0
    assert {row["generator"] for row in rows(tmp_path / "out")} <= {"aligned-transposed"}
    assert "0 pictures failed" in capsys.readouterr().out
    assert aligned.main(["--data", str(tmp_path / "none"), *given[2:], "--out", str(tmp_path / "other")]) == 2


def test_the_autoencoder_is_asked_for_only_where_a_fake_needs_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, out = write(tmp_path, [f"a/{n}.jpg" for n in range(12)]), tmp_path / "out"
    given = ["--data", str(data), "--out", str(out)]
    assert aligned.main(given) == 2
    assert "need --encoder and --decoder" in capsys.readouterr().err
    assert aligned.main([*given, "--kinds", "nearest", "transposed"]) == 0
    assert rows(out)


def test_fakes_find_their_real_halves_again(tmp_path: Path) -> None:
    data, elsewhere, out = (
        write(tmp_path / "data", ["a/1.png", "a/2.png"]),
        tmp_path / "other",
        tmp_path / "out",
    )
    fakes = [out / "fake" / "aligned_a" / f"{name}.png" for name in "123"]
    for fake in fakes:
        fake.parent.mkdir(parents=True, exist_ok=True)
        fake.write_bytes(encoded(pixels(24, 16), "PNG"))
    lines = [f"fake/aligned_a/{n}.png,real/a/{n}.png,1,aligned_a,aligned-nearest,30" for n in "123"]
    (out / "manifest.csv").write_text("\n".join([",".join(aligned.COLUMNS), *lines]) + "\n")
    found = aligned.pairs(out, [elsewhere, data])
    assert [(p.real.path, p.fake.path) for p in found] == [
        (data / "real/a/1.png", fakes[0]), (data / "real/a/2.png", fakes[1]),
    ]  # fmt: skip
    assert {(p.real.label, p.fake.label) for p in found} == {(0, 1)}


def test_a_folder_without_fakes_of_these_pictures_says_how_to_make_them(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"python -m training\.aligned"):
        aligned.pairs(tmp_path / "none", [write(tmp_path / "data", ["a/1.png"])])


def test_fit_draws_the_aligned_fakes_it_is_given(tmp_path: Path) -> None:
    data, out = write(tmp_path / "data", [f"a/{n}.png" for n in range(4)]), tmp_path / "out"
    (data / "fake").mkdir()
    (data / "fake" / "0.png").write_bytes(encoded(pixels(24, 16), "PNG"))
    todo = [replace(job, kind="nearest") for job in aligned.jobs(data, 1, None)]
    aligned.run(data, out, None, todo, batch=4)
    given = ["--data", str(data), "--size", "32", "--aligned", str(out)]
    train = gather([data])

    def share(*more: str) -> float:
        options = fit.parser([]).parse_args([*given, *more])
        drawn, pairs = wild.draws(options, train)
        assert pairs == 4
        halves = range(len(train.samples), len(drawn.samples))
        return sum(drawn.draw(number).index in halves for number in range(200)) / 200

    assert share("--aligned-share", "1") == 1
    assert 0.05 < share() < 0.4  # a fifth: 100 pairs, three deviations of 0.04 and more

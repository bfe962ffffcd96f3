"""Autoencoders of the TAESD family: built from their tensors alone, equal to the arithmetic of torch."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests import taesd_files
from tests.pictures import pixels
from tests.taesd_files import Tensors, taesd
from training.autoencoder import Autoencoder, psnr
from training.errors import WeightsUnreadable

Maps = NDArray[np.float64]  # [h, w, c]


@pytest.mark.parametrize(
    ("latents", "pool"), [(4, False), (16, False), (32, True)], ids=["taesd", "taef1", "taef2"]
)
def test_every_member_of_the_family_gives_what_torch_computes(
    latents: int, pool: bool, tmp_path: Path
) -> None:
    encoder, decoder = taesd(latents, pool)
    autoencoder = Autoencoder.load(*taesd_files.write(tmp_path, encoder, decoder))
    assert autoencoder.latent_channels == latents
    picture = pixels(32, 24)
    expected = reference(encoder, decoder, picture / 255)
    found = autoencoder.network.predict_on_batch(picture[None] / np.float32(255))[0]
    assert np.ptp(expected) > 0.05
    # The file holds half precision, 11 bits, through some thirty layers.
    assert np.allclose(found, expected, atol=0.01 * np.ptp(expected))


def reference(encoder: Tensors, decoder: Tensors, maps: Maps) -> Maps:
    """The Sequential of the published code, position by position."""
    maps = block(encoder, 1, conv(encoder, "0", maps))
    for start in (2, 6, 10):
        maps = conv(encoder, f"{start}", maps, stride=2)
        for place in range(start + 1, start + 4):
            maps = block(encoder, place, maps)
    maps = 3 * np.tanh(conv(encoder, "14", maps) / 3)
    maps = np.maximum(conv(decoder, "1", maps), 0)
    for start, blocks in ((3, 3), (8, 3), (13, 3), (18, 1)):
        for place in range(start, start + blocks):
            maps = block(decoder, place, maps)
        if start < 18:
            maps = conv(decoder, f"{start + 4}", maps.repeat(2, axis=0).repeat(2, axis=1))
    return conv(decoder, "19", maps)


def block(tensors: Tensors, place: int, maps: Maps) -> Maps:
    if f"{place}.pool.0.weight" in tensors:
        inner = conv(tensors, f"{place}.pool.0", maps)
        groups = inner.reshape(*inner.shape[:2], 4, -1)
        groups = groups - groups.mean(axis=(0, 1, 3), keepdims=True)
        inner = (groups / np.sqrt(groups.var(axis=(0, 1, 3), keepdims=True) + 1e-5)).reshape(inner.shape)
        inner = inner * tensors[f"{place}.pool.1.weight"] + tensors[f"{place}.pool.1.bias"]
        maps = maps + conv(tensors, f"{place}.pool.3", np.maximum(inner, 0))
    inner = np.maximum(conv(tensors, f"{place}.conv.0", maps), 0)
    inner = np.maximum(conv(tensors, f"{place}.conv.2", inner), 0)
    return np.maximum(conv(tensors, f"{place}.conv.4", inner) + maps, 0)


def conv(tensors: Tensors, name: str, maps: Maps, stride: int = 1) -> Maps:
    kernel = tensors[f"{name}.weight"]
    side = kernel.shape[2]
    margin = side // 2
    padded = np.pad(maps, ((margin, margin), (margin, margin), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (side, side), axis=(0, 1))[::stride, ::stride]
    return np.tensordot(windows, kernel, axes=([2, 3, 4], [1, 2, 3])) + tensors.get(f"{name}.bias", 0)


@pytest.fixture(scope="module")
def autoencoder(tmp_path_factory: pytest.TempPathFactory) -> Autoencoder:
    return Autoencoder.load(*taesd_files.write(tmp_path_factory.mktemp("taesd"), *taesd(4, pool=False)))


@pytest.mark.parametrize(("width", "height"), [(16, 8), (17, 9), (3, 1)], ids=str)
def test_reconstructions_keep_the_size_of_the_picture(
    width: int, height: int, autoencoder: Autoencoder
) -> None:
    found = autoencoder.reconstruct(np.stack([pixels(width, height, seed=s) for s in range(2)]))
    assert found.shape == (2, height, width, 3)
    assert found.dtype == np.uint8


def test_odd_sides_are_continued_by_mirroring(autoencoder: Autoencoder) -> None:
    picture = pixels(13, 11)
    whole = np.pad(picture, ((0, 5), (0, 3), (0, 0)), "symmetric")
    found = autoencoder.reconstruct(picture[None])
    assert np.array_equal(found, autoencoder.reconstruct(whole[None])[:, :11, :13])


def test_psnr_is_that_of_the_formula() -> None:
    flat = np.full((4, 4, 3), 100, np.uint8)
    assert psnr(flat, flat) == 99
    assert psnr(flat, flat + np.uint8(5)) == pytest.approx(20 * np.log10(255 / 5))


def renamed(tensors: Tensors) -> Tensors:
    return {f"encoder.layers.{name}": tensor for name, tensor in tensors.items()}


def without(tensors: Tensors, name: str) -> Tensors:
    return {key: tensor for key, tensor in tensors.items() if key != name}


ENCODER, DECODER = taesd(4, pool=False)


@pytest.mark.parametrize(
    ("encoder", "decoder", "words"),
    [
        (renamed(ENCODER), DECODER, "must begin with their position"),
        (without(ENCODER, "4.conv.2.weight"), DECODER, "no tensor `4.conv.2.weight`"),
        (ENCODER, taesd(16, pool=False)[1], "of the same TAESD model"),
        ({**ENCODER, "0.weight": np.zeros(3)}, DECODER, "has shape"),
        ({}, DECODER, "must begin"),
    ],
    ids=["other names", "tensor missing", "decoder of another model", "no kernel", "empty"],
)
def test_weights_of_another_kind_are_refused_in_words(
    encoder: Tensors, decoder: Tensors, words: str, tmp_path: Path
) -> None:
    with pytest.raises(WeightsUnreadable, match=words):
        Autoencoder.load(*taesd_files.write(tmp_path, encoder, decoder))


@pytest.mark.parametrize("data", [None, b"", b"no safetensors at all"], ids=["missing", "empty", "other"])
def test_a_file_that_cannot_be_read_is_named(data: bytes | None, tmp_path: Path) -> None:
    file = tmp_path / "encoder.safetensors"
    if data is not None:
        file.write_bytes(data)
    with pytest.raises(WeightsUnreadable, match=str(file)):
        Autoencoder.load(file, file)

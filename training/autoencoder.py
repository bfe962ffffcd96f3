"""Tiny autoencoders of the TAESD family: a picture through a generator's encoder and decoder.

In: the family's encoder and decoder weights as safetensors (taesd, taesdxl, taesd3, taef1, taef2 and
their like: the layers and the number of latent channels are read off the tensors). Out: the same picture,
same size, with the decoder's traces in it. Keras 3 layers only, so any of its backends runs it.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import keras
import numpy as np
from keras import layers, ops
from numpy.typing import NDArray

from training.errors import WeightsUnreadable

Pixels = NDArray[np.uint8]  # [n, height, width, 3], RGB
Tensors = dict[str, NDArray[np.float32]]
Role = Literal["encoder", "decoder"]
FACTOR = 8  # picture side / latent side
GROUPS = 4  # of the norm in pool blocks


class Autoencoder:
    """Encoder and decoder in one Keras model, pictures in 0..1 in and out."""

    def __init__(self, network: keras.Model, latent_channels: int) -> None:
        self.network, self.latent_channels = network, latent_channels

    @classmethod
    def load(cls, encoder_file: Path, decoder_file: Path) -> "Autoencoder":
        """Raises WeightsUnreadable where a file is missing, unreadable or of another kind."""
        encoder, decoder = _read(encoder_file), _read(decoder_file)
        pictures = keras.Input((None, None, 3), name="pictures")
        latents = _Builder(encoder, "encoder", encoder_file).build(pictures)
        decoded = _Builder(decoder, "decoder", decoder_file).build(latents)
        return cls(keras.Model(pictures, decoded, name="autoencoder"), int(latents.shape[-1]))

    def reconstruct(self, pixels: Pixels) -> Pixels:
        """uint8 [n, h, w, 3] -> the same shape; sides are continued by mirroring to multiples of 8."""
        height, width = pixels.shape[1:3]
        margin = ((0, 0), (0, -height % FACTOR), (0, -width % FACTOR), (0, 0))
        padded = np.pad(pixels, margin, "symmetric").astype(np.float32) / 255
        decoded = ops.convert_to_numpy(self.network.predict_on_batch(padded))
        cut = decoded[:, :height, :width]
        return np.asarray(np.clip(np.rint(cut * 255), 0, 255), np.uint8)


def psnr(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    """Peak signal-to-noise ratio in dB; equal pictures count as 99."""
    error = float(np.mean((one.astype(np.float32) - other.astype(np.float32)) ** 2))
    return 99.0 if error == 0 else 10 * float(np.log10(255**2 / error))


@dataclass(frozen=True, slots=True)
class _Builder:
    """Walks the tensors by position. What a position is shows in its parts: `conv.*` makes a block; a
    convolution without bias halves the maps in the encoder and follows an up-sampling in the decoder.
    Positions without tensors (clamp, ReLU, up-sampling) are implied, so their numbers do not matter."""

    tensors: Tensors
    role: Role
    file: Path

    def build(self, maps: Any) -> Any:
        decoder = self.role == "decoder"
        if decoder:
            maps = 3 * ops.tanh(maps / 3)
        names = {int(name.split(".")[0]) for name in self.tensors}
        for place, position in enumerate(sorted(names)):
            if f"{position}.conv.0.weight" in self.tensors:
                maps = self._block(maps, position)
            elif f"{position}.bias" in self.tensors:
                maps = self._convolution(maps, f"{position}")
                maps = ops.relu(maps) if decoder and place == 0 else maps
            elif decoder:
                maps = self._convolution(layers.UpSampling2D(2)(maps), f"{position}")
            else:
                maps = self._convolution(maps, f"{position}", stride=2)
        return maps

    def _block(self, maps: Any, position: int) -> Any:
        if f"{position}.pool.0.weight" in self.tensors:
            pooled = self._convolution(maps, f"{position}.pool.0")
            norm = layers.GroupNormalization(GROUPS, epsilon=1e-5)
            pooled = norm(pooled)
            norm.set_weights([self._tensor(f"{position}.pool.1.{part}") for part in ("weight", "bias")])
            maps = maps + self._convolution(ops.relu(pooled), f"{position}.pool.3")
        inner = ops.relu(self._convolution(maps, f"{position}.conv.0"))
        inner = ops.relu(self._convolution(inner, f"{position}.conv.2"))
        return ops.relu(self._convolution(inner, f"{position}.conv.4") + maps)

    def _convolution(self, maps: Any, name: str, stride: int = 1) -> Any:
        kernel = self._tensor(f"{name}.weight")  # torch: out, in, height, width
        if kernel.ndim != 4 or kernel.shape[1] != maps.shape[-1]:
            raise WeightsUnreadable(
                f"{self.file}: tensor `{name}.weight` has shape {kernel.shape}, wanted [out, "
                f"{maps.shape[-1]}, h, w]. Give an encoder and a decoder of the same TAESD model."
            )
        bias = self.tensors.get(f"{name}.bias")
        if kernel.shape[2] > 1:
            maps = layers.ZeroPadding2D(kernel.shape[2] // 2)(maps)  # on all sides, also at stride 2
        convolution = layers.Conv2D(kernel.shape[0], kernel.shape[2], stride, use_bias=bias is not None)
        maps = convolution(maps)
        convolution.set_weights([kernel.transpose(2, 3, 1, 0), *([bias] if bias is not None else [])])
        return maps

    def _tensor(self, name: str) -> NDArray[np.float32]:
        if name not in self.tensors:
            raise WeightsUnreadable(f"{self.file} has no tensor `{name}`: not a TAESD {self.role}.")
        return self.tensors[name]


def _read(file: Path) -> Tensors:
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        tensors = load_file(file)
    except (OSError, SafetensorError) as error:
        raise WeightsUnreadable(f"cannot read {file} as safetensors: {error}") from error
    if not tensors or not all(re.match(r"\d+\.", name) for name in tensors):
        raise WeightsUnreadable(
            f"{file}: tensor names must begin with their position (`0.weight`); "
            "use the files as published by madebyollin/taesd."
        )
    return {name: np.asarray(tensor, np.float32) for name, tensor in tensors.items()}

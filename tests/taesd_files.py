"""Weights of the TAESD family's shape with random numbers: what the autoencoder's tests load."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file

WIDTH = 64  # channels of the family
Tensors = dict[str, NDArray[np.float32]]


def taesd(latents: int, pool: bool, seed: int = 0) -> tuple[Tensors, Tensors]:
    """Encoder and decoder; `pool` gives the innermost blocks the extra branch of taef2."""
    draw = _Draw(seed)
    encoder = {
        **draw.convolution("0", 3),
        **draw.block(1),
        **{k: v for start in (2, 6, 10) for k, v in draw.level(start, pool and start == 10).items()},
        **draw.convolution("14", WIDTH, latents),
    }
    decoder = {
        **draw.convolution("1", latents),
        **{k: v for place in (3, 4, 5) for k, v in draw.block(place, pool).items()},
        **draw.level(7),
        **draw.level(12),
        **draw.convolution("17", bias=False),
        **draw.block(18),
        **draw.convolution("19", WIDTH, 3),
    }
    return encoder, decoder


def write(folder: Path, encoder: Tensors, decoder: Tensors) -> tuple[Path, Path]:
    """As published: half precision."""
    files = folder / "encoder.safetensors", folder / "decoder.safetensors"
    for file, tensors in zip(files, (encoder, decoder), strict=True):
        save_file({name: np.ascontiguousarray(t, np.float16) for name, t in tensors.items()}, file)
    return files


class _Draw:
    def __init__(self, seed: int) -> None:
        self._rng = np.random.default_rng(seed)

    def convolution(
        self, name: str, given: int = WIDTH, out: int = WIDTH, kernel: int = 3, bias: bool = True
    ) -> Tensors:
        scale = 0.5 / np.sqrt(given * kernel**2)
        tensors = {f"{name}.weight": scale * self._rng.normal(size=(out, given, kernel, kernel))}
        return {**tensors, f"{name}.bias": 0.1 * self._rng.normal(size=out)} if bias else tensors

    def block(self, place: int, pool: bool = False) -> Tensors:
        tensors = {k: v for part in (0, 2, 4) for k, v in self.convolution(f"{place}.conv.{part}").items()}
        if pool:
            tensors |= self.convolution(f"{place}.pool.0", WIDTH, 4 * WIDTH, 1, bias=False)
            tensors |= {f"{place}.pool.1.weight": self._rng.uniform(0.5, 1.5, 4 * WIDTH)}
            tensors |= {f"{place}.pool.1.bias": 0.1 * self._rng.normal(size=4 * WIDTH)}
            tensors |= self.convolution(f"{place}.pool.3", 4 * WIDTH, WIDTH, 1, bias=False)
        return tensors

    def level(self, start: int, pool: bool = False) -> Tensors:
        """A convolution that changes the size, and three blocks."""
        blocks = [self.block(start + place, pool) for place in (1, 2, 3)]
        return {**self.convolution(f"{start}", bias=False), **blocks[0], **blocks[1], **blocks[2]}

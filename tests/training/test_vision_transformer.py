"""DINOv2's transformer: places resized as torch does, attention as defined, saved and loaded."""

from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from training import vision_transformer
from training.vision_transformer import Attend, as_map, resized_places, vits14

RNG = np.random.default_rng(0)


def test_attention_is_the_softmax_of_its_definition_in_each_head() -> None:
    queries, keys, values = RNG.normal(size=(3, 2, 5, 8)).astype(np.float32)
    found = np.asarray(Attend(2)([queries, keys, values]))
    for head in (slice(0, 4), slice(4, 8)):
        weights = np.exp(queries[..., head] @ keys[..., head].swapaxes(1, 2) / 2)  # sqrt(4)
        weights /= weights.sum(-1, keepdims=True)
        assert np.allclose(found[..., head], weights @ values[..., head], atol=1e-6)


def test_places_of_the_same_grid_stay_and_a_plane_stays_a_plane() -> None:
    places = RNG.normal(size=(1, 1 + 37 * 37, 3)).astype(np.float32)
    assert np.allclose(resized_places(places, 37), places, atol=1e-6)
    rows = np.repeat(np.arange(36.0), 36)[:, None] + 0.5
    plane = np.concatenate([[[9.0]], rows])[None].astype(np.float32)
    small = resized_places(plane, 12)
    assert small[0, 0, 0] == 9
    inside = small[0, 1:, 0].reshape(12, 12)[1:-1]  # at the edges the last value is repeated
    assert np.allclose(inside, np.arange(1, 11)[:, None] * 3 + 1.5, atol=1e-4)


def test_the_bicubic_weights_are_torchs() -> None:
    """Values of torch.nn.functional.interpolate([0, 1, 4, 9], 3, mode="bicubic", align_corners=False):
    a = -0.75, half-pixel centres, edges repeated."""
    weights = vision_transformer._bicubic(4, 3)
    found = weights @ np.array([0.0, 1.0, 4.0, 9.0])
    assert np.allclose(weights.sum(1), 1)
    near, far = 1.25 * (1 / 6) ** 3 - 2.25 * (1 / 6) ** 2 + 1, 1.25 * (5 / 6) ** 3 - 2.25 * (5 / 6) ** 2 + 1

    def beyond(x: float) -> float:
        return float(-0.75 * (x**3 - 5 * x**2 + 8 * x - 4))

    half = 1.25 * 0.5**3 - 2.25 * 0.5**2 + 1
    assert np.allclose(found[0], near * 0 + far * 1 + beyond(7 / 6) * 0 + beyond(11 / 6) * 4)
    assert np.allclose(found[1], half * (1 + 4) + beyond(1.5) * (0 + 9))


def saved(network: keras.Model, folder: Path) -> keras.Model:
    network.save(folder / "model.keras")
    return keras.models.load_model(folder / "model.keras")


def pictures() -> NDArray[np.float32]:
    return RNG.normal(size=(2, 28, 28, 3)).astype(np.float32)


def test_a_saved_transformer_gives_the_same_maps(tmp_path: Path) -> None:
    given = keras.Input((28, 28, 3))
    network = vits14(given, given, depth=1)
    assert network.output_shape == (None, 2, 2, vision_transformer.WIDTH)
    shown = pictures()
    assert np.array_equal(network(shown), saved(network, tmp_path)(shown))


def test_a_map_holds_the_patches_in_their_places_without_the_class_token() -> None:
    tokens = np.arange(1 + 6, dtype=np.float32).reshape(1, 7, 1).repeat(vision_transformer.WIDTH, 2)
    given = keras.Input((7, vision_transformer.WIDTH))
    found = np.asarray(keras.Model(given, as_map(given, height=2))(tokens))
    assert found[0, :, :, 0].tolist() == [[1, 2, 3], [4, 5, 6]]

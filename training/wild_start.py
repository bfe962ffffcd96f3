"""Where a `wild` network starts: from nothing, from ImageNet, or from a file.

In: the option --weights. Out: the backbone's weights set.
"""

from pathlib import Path

import keras

from training import pretrained
from training.errors import WeightsUnreadable
from training.wild_network import Shape, build_trunk

CACHE = Path("runs") / "weights"  # fetched once
TORCH_FILES = (".pt", ".whl")


def load(network: keras.Model, shape: Shape, weights: str) -> None:
    """`none`, `imagenet`, MobileNetV2's torch file, or the weights of the same trunk
    (`training.distil`). Raises WeightsUnreadable."""
    if weights == "none":
        return
    trunk = _imagenet(shape) if weights == "imagenet" else _from_file(shape, Path(weights))
    for layer in trunk.layers:
        if layer.weights:
            network.get_layer(layer.name).set_weights(layer.get_weights())


def _imagenet(shape: Shape) -> keras.Model:
    if shape.backbone == "mobilenetv2":
        return _from_file(shape, pretrained.fetch_mobilenetv2(CACHE))
    trunk = build_trunk(shape)
    try:
        base = keras.applications.ResNet50(include_top=False, weights="imagenet")
    except Exception as error:  # the download: urllib, hashing and file errors of many kinds
        raise WeightsUnreadable(
            f"ResNet50's ImageNet weights could not be downloaded ({error}). Either give a file with "
            f"--weights FILE (`python -m training.distil` teaches ResNet50 from MobileNetV2), "
            f"or --weights none."
        ) from error
    for layer in trunk.layers:
        if layer.weights:
            layer.set_weights(base.get_layer(layer.name).get_weights())
    return trunk


def _from_file(shape: Shape, path: Path) -> keras.Model:
    trunk = build_trunk(shape)
    if path.suffix in TORCH_FILES:
        if shape.backbone != "mobilenetv2":
            raise WeightsUnreadable(
                f"{path} holds MobileNetV2's weights: give --backbone mobilenetv2, or teach them to ResNet50 "
                f"with `python -m training.distil`."
            )
        pretrained.assign_in_order(trunk, pretrained.read_torch_pickle(path))
        return trunk
    try:
        trunk.load_weights(path)
    except (OSError, ValueError, KeyError) as error:
        raise WeightsUnreadable(
            f"{path} cannot be loaded into {trunk.name} ({error}). Give a .weights.h5 file of the same "
            f"backbone, --weights imagenet or --weights none."
        ) from error
    return trunk

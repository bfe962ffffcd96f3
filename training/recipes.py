"""Recipes: what a run does unless an option says otherwise, one frozen dataclass each.

`--recipe NAME` picks one; every field that is an option of `training.fit` can be changed there.
"""

from dataclasses import dataclass
from typing import ClassVar, Literal

PaperModel = Literal["resnet50", "cnn"]
Augmentation = Literal["all", "flips"]


@dataclass(frozen=True, slots=True)
class Wild:
    """Pictures as feeds deliver them: native crops, laundered alike for both classes; what Candid ships.

    Purpose: a detector that holds on sources it has not seen.
    Command: python -m training.fit --data DIR [DIR ...] --val DIR
    Duration: an hour on two CPU cores, minutes on a GPU.
    Expected: with hundreds of sources, AUC near .88 on unseen ones from ImageNet weights, near .65 from none.
    """

    name: ClassVar[str] = "wild"
    size: int = 224  # px, side of the training crops: as served
    batch: int = 32
    weights: str = "pretrained"


@dataclass(frozen=True, slots=True)
class Paper:
    """The reference paper's recipe: whole pictures squeezed to a square, ResNet50 in two stages.

    Purpose: the paper's results, and a baseline for `wild`. Resizing destroys most traces of a generator,
    so it learns what is in the pictures more than how they were made: do not expect it to hold on others.
    Command: python -m training.fit --recipe paper --data DIR
    Duration: at 15 to 20 pictures a second on two CPU cores, 20 epochs of 3,800 take an hour and a half.
    Expected: not measured, for want of ImageNet weights where it was written.
    """

    name: ClassVar[str] = "paper"
    model: PaperModel = "resnet50"
    size: int = 224  # px, side of the square that a picture is resized to
    batch: int = 32
    weights: str = "imagenet"
    epochs: int = 20  # of all stages together
    held_out: float = 0.2  # share of the pictures
    split_by_source: bool = False
    dropout: float = 0.5
    augmentation: Augmentation = "all"  # the paper's; turning resamples, which tiny pictures do not survive
    head_share: float = 0.5  # of the epochs: the base stays frozen for so long
    unfrozen_from: int = 150  # index among the base's layers: the paper's, well inside conv5
    head_rate: float = 1e-3
    fine_rate: float = 1e-5  # smaller, so that the pretrained layers are adapted and not overwritten
    whole_rate: float = 5e-4  # everything from random weights
    patience: int = 5  # epochs without a better held-out loss until a stage ends
    plateau_patience: int = 2  # epochs without a better held-out loss until the rate falls
    plateau_factor: float = 0.3
    smallest_rate: float = 1e-7


@dataclass(frozen=True, slots=True)
class PaperCnn(Paper):
    """The paper's own CNN, learned from nothing through the same pipeline: the paper's baseline.

    Purpose: what a small network does without pretraining.
    Command: python -m training.fit --recipe paper --model cnn --data DIR
    Duration: an epoch of 3,800 pictures at 64 pixels takes 15 seconds on two CPU cores, twelve times that
    at 224.
    Expected: AUC .64 on held-out pictures of the same sources after two epochs at 64 pixels.
    """

    model: PaperModel = "cnn"
    weights: str = "none"

"""`model.json`: everything that must be known to use a model rightly, beside its weights.

Training and export write it; backend, evaluation and extension read it, and repeat none of its
numbers. A weight file whose sha256 differs from the one here is a start-up error.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from backend.contract.verdict import Probability, Sha256

wire = ConfigDict(extra="forbid", frozen=True)

Runtime = Literal["keras", "onnx", "onnx-fp16", "onnx-int8", "tfjs"]
Regime = Literal["clean", "web", "hard", "thumbnail"]


class WeightFile(BaseModel):
    """One file of one runtime; TF.js has several (graph first, then its shards)."""

    model_config = wire

    runtime: Runtime
    path: str = Field(description="Relative to model.json, forward slashes.")
    sha256: Sha256
    bytes: int = Field(gt=0)


class ModelInput(BaseModel):
    """The one input: uint8 [batch, height, width, 3], RGB, 0 to 255. Normalisation is in the graph."""

    model_config = wire

    name: str = "pictures"
    height: int = Field(gt=0, description="Pixels.")
    width: int = Field(gt=0, description="Pixels.")
    channels: Literal[3] = 3
    layout: Literal["NHWC"] = "NHWC"
    colour_order: Literal["RGB"] = "RGB"
    dtype: Literal["uint8"] = "uint8"


class ModelOutput(BaseModel):
    """`logit` [batch, 1]: above 0 leans to fake (label 1). `cells` [batch, h, w]: the same per cell of
    the last feature map, absent (None) for models without an evidence map."""

    model_config = wire

    logit: str = "logit"
    cells: str | None = None


class ResizedWhole(BaseModel):
    """The whole picture stretched to the input's size (bilinear, antialiased): the `paper` recipe."""

    model_config = wire

    kind: Literal["resized_whole"] = "resized_whole"


class NativeCrops(BaseModel):
    """Square crops of the input's side at the picture's own resolution, and overviews beside them.

    `first` crops are scored; where the probability lies within `uncertain` [low, high], `more` crops
    follow. Crops are spread over the picture, most textured first. A side shorter than the crop is
    continued by mirroring. Crop logits become one by the mean of the `top_share` highest.

    An overview is the middle of the picture, that share of its sides, resized (means of blocks, then
    bilinear) to the input: what crops are too small to see. A picture whose share is no larger than the
    input has none. The mean of their logits makes up `overview_weight` of the picture's logit, the crops
    the rest.
    """

    model_config = wire

    kind: Literal["native_crops"] = "native_crops"
    first: int = Field(ge=1, le=64)
    more: int = Field(default=0, ge=0, le=64)
    uncertain: tuple[Probability, Probability] = (0.0, 1.0)
    top_share: float = Field(default=1.0, gt=0.0, le=1.0, description="1 is the mean of all crops.")
    overviews: list[Annotated[float, Field(gt=0.0, le=1.0)]] = Field(
        default=[], max_length=8, description="Shares of the sides; 1 is the whole picture."
    )
    overview_weight: Probability = 0.0


ViewPolicy = Annotated[ResizedWhole | NativeCrops, Field(discriminator="kind")]


class RegimeRule(BaseModel):
    """The compression regime of a picture: the first rule that holds. None means no condition."""

    model_config = wire

    regime: Regime
    max_long_side: int | None = Field(default=None, description="Holds up to this many pixels.")
    max_jpeg_quality: int | None = Field(
        default=None, description="Holds up to this estimated quality; a lossless picture counts as 100."
    )


class Calibration(BaseModel):
    """Probability of fake = sigmoid(logit / temperature + bias), with the values of the regime."""

    model_config = wire

    regime: Regime
    temperature: float = Field(gt=0)
    bias: float = 0.0


class FakeThreshold(BaseModel):
    """Another place where `fake` may begin, for readers who fear one error more than the other."""

    model_config = wire

    fake: Probability
    false_alarm_rate: Probability = Field(description="Share of reals called fake from there on.")
    worst_source_false_alarm_rate: Probability | None = None
    recall: Probability = Field(description="Share of fakes called fake.")


class Thresholds(BaseModel):
    """probability >= fake: `fake`; probability <= real: `real`; between them: `unsure`."""

    model_config = wire

    fake: Probability
    real: Probability
    chosen_on: str = Field(description="The pictures they were chosen on.")
    false_alarm_rate: Probability = Field(description="Share of reals called fake there.")
    worst_source_false_alarm_rate: Probability | None = None
    missed_fake_rate: Probability = Field(description="Share of fakes called real there.")
    worst_source_missed_rate: Probability | None = None
    recall: Probability | None = Field(default=None, description="Share of fakes called fake.")
    cautious: FakeThreshold | None = Field(default=None, description="Fewer false alarms; none: not chosen.")
    eager: FakeThreshold | None = Field(default=None, description="More fakes found; none: not chosen.")

    @model_validator(mode="after")
    def ordered(self) -> "Thresholds":
        if self.real >= self.fake:
            raise ValueError(f"thresholds.real ({self.real}) must be below thresholds.fake ({self.fake})")
        cautious = self.cautious.fake if self.cautious else self.fake
        eager = self.eager.fake if self.eager else self.fake
        if not self.real < eager <= self.fake <= cautious:
            raise ValueError(
                f"thresholds.eager ({eager}) must be above thresholds.real ({self.real}) and not above "
                f"thresholds.fake ({self.fake}), and thresholds.cautious ({cautious}) not below that"
            )
        return self


class Metric(BaseModel):
    """One measured figure with its 95% interval, on pictures not trained on."""

    model_config = wire

    name: str
    value: float
    low: float | None = None
    high: float | None = None
    pictures: int = Field(ge=0)
    measured_on: str
    runtime: Runtime


class TrainingSummary(BaseModel):
    """What the model learned from, in figures."""

    model_config = wire

    recipe: str
    backbone: str
    real_pictures: int = Field(ge=0)
    fake_pictures: int = Field(ge=0)
    sources: int = Field(ge=0)
    epochs: float = Field(ge=0)
    seed: int
    notes: str = ""
    options: dict[str, Any] = Field(default_factory=dict)


class ModelJson(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid", frozen=True, protected_namespaces=())

    format: Literal[1] = 1
    name: str = Field(pattern=r"^[a-z0-9][a-z0-9.-]*$")
    version: str
    licence: str = "MIT"
    files: list[WeightFile]
    input: ModelInput
    output: ModelOutput = ModelOutput()
    labels: dict[str, int] = {"real": 0, "fake": 1}
    views: ViewPolicy
    regimes: list[RegimeRule] = Field(
        default=[RegimeRule(regime="clean")], min_length=1, description="The last one has no condition."
    )
    calibration: list[Calibration] = Field(min_length=1, description="One entry per regime in `regimes`.")
    thresholds: Thresholds
    training: TrainingSummary
    metrics: list[Metric] = []

    @model_validator(mode="after")
    def complete(self) -> "ModelJson":
        last = self.regimes[-1]
        if last.max_long_side is not None or last.max_jpeg_quality is not None:
            raise ValueError("the last entry of `regimes` must have no condition, so that one always holds")
        calibrated = {entry.regime for entry in self.calibration}
        missing = [rule.regime for rule in self.regimes if rule.regime not in calibrated]
        if missing:
            raise ValueError(f"`calibration` has no entry for the regimes {missing}")
        return self

"""The answer about one picture: `Judged`, the body of a 200 from POST /v1/score."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

CONTRACT_VERSION = 1

wire = ConfigDict(extra="forbid", frozen=True)

Verdict = Literal["fake", "real", "unsure"]
EvidenceKind = Literal["content_credentials", "platform_label", "metadata", "model"]
Says = Literal["fake", "real", "unsure", "failed"]
Strength = Literal["proof", "strong", "moderate", "weak"]

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Probability = Annotated[float, Field(ge=0.0, le=1.0, description="Calibrated probability of fake.")]


class Evidence(BaseModel):
    """What one rung of the ladder found. `failed` says that the rung could not be read: no verdict."""

    model_config = wire

    kind: EvidenceKind
    says: Says
    strength: Strength
    summary: str = Field(description="One plain sentence in English for people.")
    details: dict[str, Any] = Field(
        default_factory=dict, description="Facts of this rung: contract/details.py."
    )


class JudgedPicture(BaseModel):
    """The picture as it came in, before EXIF orientation is applied to its pixels."""

    model_config = wire

    sha256: Sha256 = Field(description="Of the bytes received.")
    width: int = Field(gt=0, description="Pixels, as shown (after EXIF orientation).")
    height: int = Field(gt=0, description="Pixels, as shown (after EXIF orientation).")
    format: str = Field(description="Container: JPEG, PNG, WEBP, GIF, AVIF or BMP.")


class JudgedModel(BaseModel):
    """Which model judged: the sha256 is that of the weight file that ran."""

    model_config = wire

    name: str
    version: str
    sha256: Sha256


class Judged(BaseModel):
    """A verdict with its evidence, strongest first; `decided_by` names the rung that decided."""

    model_config = wire

    contract: Literal[1] = 1
    verdict: Verdict
    probability: Probability
    decided_by: EvidenceKind
    evidence: list[Evidence] = Field(min_length=1)
    picture: JudgedPicture
    model: JudgedModel

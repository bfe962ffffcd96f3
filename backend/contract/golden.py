"""`golden/golden.json` of a model folder: pictures whose probability is known, for the test that the
judge in the browser makes of itself before it judges anything."""

from pydantic import BaseModel, ConfigDict, Field

from backend.contract.model_json import Regime
from backend.contract.verdict import Probability, Sha256

wire = ConfigDict(extra="forbid", frozen=True)


class GoldenPicture(BaseModel):
    """One file beside golden.json and what must be found in it."""

    model_config = wire

    path: str = Field(description="Relative to golden.json.")
    pixels: Sha256 | None = Field(description="Of its pixels, uint8 RGB; None where decoders may differ.")
    regime: Regime
    probability: Probability = Field(description="By the TF.js model under node, on the service's views.")
    served: Probability | None = Field(description="By the file that the service runs: int8 differs.")


class Golden(BaseModel):
    """`of` names the model that they hold for: it changes with its weights, views and calibration."""

    model_config = wire

    of: Sha256
    pictures: list[GoldenPicture] = Field(min_length=1)

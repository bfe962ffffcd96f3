"""What the service says of itself: GET /v1/health and GET /v1/model."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from backend.contract.verdict import JudgedModel

wire = ConfigDict(extra="forbid", frozen=True)


class Health(BaseModel):
    """`starting` until the model is loaded and warmed; no picture is taken before `ready`."""

    model_config = wire

    status: Literal["starting", "ready"]
    contract: Literal[1] = 1
    version: str = Field(description="Of the service.")
    provider: str | None = Field(description="What really runs the model: CUDAExecutionProvider, CPU...")
    device: str | None = Field(description="The same in words, as printed at start-up.")
    model: JudgedModel | None
    refused: str | None = Field(
        default=None,
        description="Why the model folder that is there now is not served: the model is an older one.",
    )
    minimum_side: int = Field(description="Pixels; a picture whose shorter side is below gets `too_small`.")

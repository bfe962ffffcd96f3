"""How a program gets its token: POST /v1/pairing, then POST /v1/pairing/{id} with the terminal's code."""

from pydantic import BaseModel, ConfigDict, Field

wire = ConfigDict(extra="forbid", frozen=True)


class PairingRequest(BaseModel):
    """Who asks. The name goes to a terminal: nothing but plain characters."""

    model_config = wire

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._()-]{0,39}$")


class PairingOpened(BaseModel):
    """A code was shown where the service runs; it is valid for this long."""

    model_config = wire

    id: str
    seconds: int = Field(gt=0)


class PairingCode(BaseModel):
    """What the reader typed."""

    model_config = wire

    code: str = Field(pattern=r"^[0-9]{6}$")


class PairingDone(BaseModel):
    """The token for `Authorization: Bearer`, said this one time."""

    model_config = wire

    token: str = Field(min_length=1)

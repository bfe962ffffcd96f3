"""What `Evidence.details` holds for each rung above the model, for programs and the extension's card."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

wire = ConfigDict(extra="forbid", frozen=True)

Origin = Literal["ai", "ai_edited", "camera", "other"]
CredentialsStatus = Literal["trusted", "unknown_signer", "invalid", "elsewhere"]

TrustListDay = Literal["issued", "installed"]


class CredentialsDetails(BaseModel):
    """Content Credentials. `invalid`: the statement does not hold for this file (changed after signing, or
    a certificate that is no good); `elsewhere`: they lie on a server, which is not asked."""

    model_config = wire

    status: CredentialsStatus
    signer: str | None = Field(default=None, description="The organisation in the certificate.")
    signed_at: str | None = Field(default=None, description="ISO 8601, where a time stamp was signed.")
    generator: str | None = Field(default=None, description="The program or camera that made the picture.")
    origin: Origin | None = None
    source_type: str | None = Field(default=None, description="The term of IPTC's digital source types.")
    actions: list[str] = Field(default=[], description="What was done, in plain English, oldest first.")
    problems: list[str] = Field(default=[], description="C2PA's codes of what does not hold.")
    trust_list: str | None = Field(
        default=None, description="Day of the installed trust list, if any: its own, or of its installation."
    )
    trust_list_day: TrustListDay | None = Field(default=None, description="Which of the two it is.")


class PlatformLabelDetails(BaseModel):
    """The platform's own label."""

    model_config = wire

    label: str = Field(description="As it is shown.")
    language: str = Field(description="ISO 639-1 code of the language of the words.")


class MetadataDetails(BaseModel):
    """Unsigned metadata: anyone can write or remove it."""

    model_config = wire

    generator: str | None = None
    origin: Origin | None = None
    source_type: str | None = Field(default=None, description="The term of IPTC's digital source types.")
    found_in: list[str] = Field(min_length=1, description="Places in the file, e.g. EXIF UserComment.")

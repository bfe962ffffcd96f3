"""Settings of the service: flags stand above the environment (CANDID_...), which stands above these."""

from pathlib import Path

import platformdirs
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from backend.model_folder import DEFAULT


class Settings(BaseSettings):
    """Every setting with its default and meaning."""

    model_config = SettingsConfigDict(env_prefix="CANDID_", frozen=True, extra="forbid")

    host: str = Field(default="127.0.0.1", description="The address to listen at.")
    expose: bool = Field(
        default=False, description="Needed for a `host` that other machines reach. They need a token, too."
    )
    port: int = Field(default=8017, ge=1, le=65535, description="The port. The extension asks at 8017.")
    model: Path = Field(default=DEFAULT, description="The model folder to serve.")
    data: Path = Field(
        default=platformdirs.user_data_path("candid", appauthor=False),
        description="The folder of tokens, remembered verdicts and corrections.",
    )
    queue: int = Field(default=64, ge=1, description="Pictures that may wait; more get 503 `busy`.")
    remembered: int = Field(
        default=50_000, ge=0, description="Verdicts kept on disk (2 kB each); 0 keeps none."
    )
    workers: int = Field(default=2, ge=1, description="Processes that decode pictures.")
    # 100 megapixels take 3 s, on a busy machine thrice that.
    patience: float = Field(default=20.0, gt=0, description="Seconds that decoding a picture may take.")

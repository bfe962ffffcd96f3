"""Settings of the service: flags stand above the environment (CANDID_...), which stands above these."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from backend.model_folder import DEFAULT


class Settings(BaseSettings):
    """Every setting with its default and meaning."""

    model_config = SettingsConfigDict(env_prefix="CANDID_", frozen=True, extra="forbid")

    port: int = Field(default=8017, ge=1, le=65535, description="The port on 127.0.0.1.")
    model: Path = Field(default=DEFAULT, description="The model folder to serve.")
    queue: int = Field(default=64, ge=1, description="Pictures that may wait; more get 503 `busy`.")
    workers: int = Field(default=2, ge=1, description="Pictures decoded at the same time.")

"""Settings of the service: flags stand above the environment (CANDID_...), above the file, above these."""

import os
import tomllib
from pathlib import Path
from typing import Literal

import platformdirs
from pydantic import Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from backend.data_folder import write_private
from backend.errors import DataFolderError, SettingsError
from backend.logs import Log
from backend.model_folder import DEFAULT

PREFIX = "CANDID_"
FILE = f"{PREFIX}SETTINGS"  # names another file
Origin = Literal["flag", "environment", "file", "default"]


def settings_file() -> Path:
    """TOML, `port = 8020` a line; it need not exist."""
    named = os.environ.get(FILE)
    return Path(named) if named else platformdirs.user_config_path("candid", appauthor=False) / "candid.toml"


class Settings(BaseSettings):
    """Every setting with its default and meaning."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

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
    log: Log = Field(
        default="text", description="`text`, `json` (a line for each request), or `quiet` (no such lines)."
    )
    # 100 megapixels take 3 s, on a busy machine thrice that.
    patience: float = Field(
        default=20.0,
        gt=0,
        description="Seconds that decoding a picture may take, and then the model; more is `timed_out`.",
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, settings_file())


def read_settings(**flags: object) -> Settings:
    """Flags that were given (None: not), above all else. Raises SettingsError, which names the culprit."""
    given = {name: value for name, value in flags.items() if value is not None}
    try:
        return Settings(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else ""
        raise SettingsError(f"{name} ({_where(name, given)}): {first['msg']}.") from error
    except (tomllib.TOMLDecodeError, OSError) as error:
        raise SettingsError(f"{settings_file()} cannot be read: {error}.") from error


def origins(**flags: object) -> dict[str, Origin]:
    """Where each setting's value comes from. Call it after `read_settings`, which tells what is wrong."""
    given = {name for name, value in flags.items() if value is not None}
    return {name: _origin(name, given) for name in Settings.model_fields}


def keep_setting(name: str, value: str) -> Path:
    """Writes it into the settings' file, whose other lines stay as they are. Raises SettingsError."""
    import tomlkit  # serving writes no settings

    file = settings_file()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        document = tomlkit.parse(file.read_text(encoding="utf-8") if file.exists() else "")
        document[name] = value
        write_private(file, tomlkit.dumps(document))
    except (tomlkit.exceptions.TOMLKitError, OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file} cannot be read ({error}).") from error
    except DataFolderError as error:
        raise SettingsError(str(error)) from error
    return file


def _origin(name: str, given: set[str]) -> Origin:
    if name in given:
        return "flag"
    if any(key.upper() == f"{PREFIX}{name.upper()}" for key in os.environ):
        return "environment"
    return "file" if name in _file() else "default"


def _file() -> dict[str, object]:
    try:
        return tomllib.loads(settings_file().read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}


def _where(name: str, given: dict[str, object]) -> str:
    names: dict[Origin, str] = {
        "flag": f"the flag --{name}",
        "environment": f"the variable {PREFIX}{name.upper()}",
        "file": str(settings_file()),
        "default": "the default",
    }
    return names[_origin(name, set(given))]

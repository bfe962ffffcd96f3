"""Writes the contract's JSON Schema for the extension: `python -m backend.contract.generate`.

The extension generates its TypeScript from that file (`npm run contract`); `make contract` does both.
"""

import json
from pathlib import Path

from pydantic.json_schema import models_json_schema

from backend.contract import (
    CredentialsDetails,
    Golden,
    Health,
    Judged,
    MetadataDetails,
    ModelJson,
    PairingDone,
    PairingOpened,
    PlatformLabelDetails,
    Problem,
)

SCHEMA = Path(__file__).parents[2] / "extension" / "src" / "contract" / "schema.json"
MESSAGES = (
    Judged, CredentialsDetails, PlatformLabelDetails, MetadataDetails, Problem, Health, ModelJson,
    PairingOpened, PairingDone, Golden,
)  # fmt: skip
HEADER = "Generated from backend/contract by `make contract`: do not edit."


def schema() -> str:
    """One schema with every message of the wire under $defs."""
    _, document = models_json_schema([(model, "serialization") for model in MESSAGES])
    return json.dumps({"$comment": HEADER, "title": "Contract", **document}, indent=2) + "\n"


if __name__ == "__main__":
    SCHEMA.parent.mkdir(parents=True, exist_ok=True)
    SCHEMA.write_text(schema())
    print(f"wrote {SCHEMA}")

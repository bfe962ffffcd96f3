"""The contract: the generated schema is up to date; golden files are taken or refused as they should.

The extension's unit tests run the same golden files through its guards.
"""

import json
from pathlib import Path

import jsonschema
import pytest
from pydantic import BaseModel, ValidationError

from backend.contract import CredentialsDetails, Health, Judged, ModelJson, Problem
from backend.contract.generate import SCHEMA, schema

FOLDER = Path(__file__).parent / "json"
MODELS: dict[str, type[BaseModel]] = {
    "judged": Judged,
    "problem": Problem,
    "health": Health,
    "model": ModelJson,
}


def golden(kind: str) -> list[Path]:
    return sorted((FOLDER / kind).glob("*.json"))


def test_the_committed_schema_is_what_the_models_say() -> None:
    assert SCHEMA.read_text() == schema(), "run `make contract`"


@pytest.mark.parametrize("path", golden("good"), ids=lambda path: path.stem)
def test_good_json_is_taken_by_models_and_schema(path: Path) -> None:
    model = MODELS[path.stem.split("-")[0]]
    model.model_validate_json(path.read_bytes())
    jsonschema.validate(json.loads(path.read_bytes()), part(model))


def test_details_of_credentials_are_of_the_contract() -> None:
    judged = Judged.model_validate_json((FOLDER / "good" / "judged-by-credentials.json").read_bytes())
    assert CredentialsDetails.model_validate(judged.evidence[0].details).signer == "Example Cameras Ltd"


@pytest.mark.parametrize("path", golden("bad"), ids=lambda path: path.stem)
def test_bad_json_is_refused_by_models_and_schema(path: Path) -> None:
    model = MODELS[path.stem.split("-")[0]]
    with pytest.raises(ValidationError):
        model.model_validate_json(path.read_bytes())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(json.loads(path.read_bytes()), part(model))


def part(model: type[BaseModel]) -> dict[str, object]:
    document = json.loads(schema())
    return {"$ref": f"#/$defs/{model.__name__}", "$defs": document["$defs"]}

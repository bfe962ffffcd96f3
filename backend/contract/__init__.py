"""The wire contract, one truth for all parts: verdicts, problems, health and `model.json`.

JSON Schema and TypeScript are generated from these models (`make contract`).
"""

from backend.contract.details import (
    CredentialsDetails,
    CredentialsStatus,
    MetadataDetails,
    Origin,
    PlatformLabelDetails,
)
from backend.contract.golden import Golden, GoldenPicture
from backend.contract.health import Health
from backend.contract.model_json import (
    Calibration,
    FakeThreshold,
    Metric,
    ModelInput,
    ModelJson,
    ModelOutput,
    NativeCrops,
    Regime,
    RegimeRule,
    ResizedWhole,
    Runtime,
    Thresholds,
    TrainingSummary,
    ViewPolicy,
    WeightFile,
)
from backend.contract.pairing import PairingCode, PairingDone, PairingOpened, PairingRequest
from backend.contract.problem import Problem, Reason
from backend.contract.verdict import (
    CONTRACT_VERSION,
    Evidence,
    EvidenceKind,
    Judged,
    JudgedModel,
    JudgedPicture,
    Says,
    Strength,
    Verdict,
)

__all__ = [
    "CONTRACT_VERSION",
    "Calibration",
    "CredentialsDetails",
    "CredentialsStatus",
    "Evidence",
    "EvidenceKind",
    "FakeThreshold",
    "Golden",
    "GoldenPicture",
    "Health",
    "Judged",
    "JudgedModel",
    "JudgedPicture",
    "MetadataDetails",
    "Metric",
    "ModelInput",
    "ModelJson",
    "ModelOutput",
    "NativeCrops",
    "Origin",
    "PairingCode",
    "PairingDone",
    "PairingOpened",
    "PairingRequest",
    "PlatformLabelDetails",
    "Problem",
    "Reason",
    "Regime",
    "RegimeRule",
    "ResizedWhole",
    "Runtime",
    "Says",
    "Strength",
    "Thresholds",
    "TrainingSummary",
    "Verdict",
    "ViewPolicy",
    "WeightFile",
]

"""Picture and hints to verdict: the one business function, shared by service, command line, evaluation."""

import hashlib
import pickle
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from backend import calibration, heat
from backend.contract import Judged, ModelJson, NativeCrops, Regime, Runtime, Verdict
from backend.errors import NoEvidenceMap
from backend.evidence import model as model_rung
from backend.evidence.hints import Hints
from backend.evidence.ladder import Rung
from backend.evidence.model import State
from backend.model_folder import ModelFolder, open_model_folder
from backend.picture import Picture
from backend.prepare import Prepared, prepare
from backend.session import VIEW_A_CORE, CpuPlan, Session
from backend.views import View, aggregate, overviews, views

# Views uint8 [n, side, side, 3] -> logits [n] and, where the model has them, cells [n, h, w].
Run = Callable[[NDArray[np.uint8]], tuple[NDArray[np.float32], NDArray[np.float32] | None]]


@dataclass(frozen=True, slots=True)
class ModelScore:
    """What the model alone says."""

    logit: float
    probability: float  # of fake, calibrated
    verdict: Verdict
    regime: Regime
    views: tuple[View, ...]
    view_logits: NDArray[np.float32]  # [views]
    cells: NDArray[np.float32] | None  # [views, h, w]


class Judge:
    """A loaded model and the rungs above it. Safe to call from several threads."""

    def __init__(self, folder: ModelFolder, rungs: Sequence[Rung] = (), plan: CpuPlan = VIEW_A_CORE) -> None:
        """Raises ModelFolderError."""
        self.folder, self.rungs = folder, tuple(rungs)
        self.session = Session(folder.weights_path, folder.model, plan)

    @classmethod
    def from_folder(cls, path: Path, runtime: Runtime | None = None, rungs: Sequence[Rung] = ()) -> "Judge":
        """Raises ModelFolderError."""
        return cls(open_model_folder(path, runtime), rungs)

    @property
    def stamp(self) -> str:
        """Names everything in this judge that a verdict depends on; another stamp, another verdict."""
        parts = (
            self.folder.weights.sha256,
            self.folder.model.model_dump_json(),
            pickle.dumps(self.rungs).hex(),
        )
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def judge(self, data: bytes, hints: Hints | None = None) -> Judged:
        """Raises a PictureError where the picture cannot be judged."""
        return self.decide(self.prepare(data, hints))

    def prepare(self, data: bytes, hints: Hints | None = None) -> Prepared:
        """Raises a PictureError where the picture cannot be judged."""
        model = self.folder.model
        return prepare(data, hints or Hints(), self.rungs, model.views, model.input)

    def decide(self, prepared: Prepared) -> Judged:
        """The verdict on what was prepared, here or in another process."""
        found = prepared.found
        score = self.score_views(prepared.views, calibration.regime(prepared, self.folder.model))
        state = self._state(prepared, score.regime)
        by_model = model_rung.describe(score.verdict, score.probability, state, self._details(score))
        decided = found.decided or by_model
        return Judged(
            verdict=decided.says if decided.says != "failed" else "unsure",
            probability=score.probability,
            decided_by=decided.kind,
            evidence=[*found.evidence, by_model],
            picture=prepared.picture,
            model=self.folder.judged_model,
        )

    def draw(self, prepared: Prepared) -> bytes:
        """PNG of where the model sees traces, to lay over the picture. Raises NoEvidenceMap."""
        score = self.score_views(prepared.views, calibration.regime(prepared, self.folder.model))
        if score.cells is None:
            raise NoEvidenceMap("This model does not say where it sees traces.")
        model = self.folder.model
        odds = [calibration.probability(float(logit), score.regime, model) for logit in score.cells.flat]
        cells = np.array(odds, np.float32).reshape(score.cells.shape)
        return heat.draw(prepared.picture.width, prepared.picture.height, score.views, cells)

    def score(self, picture: Picture) -> ModelScore:
        """The model's part: views, logits, one probability."""
        return score_picture(self.folder.model, self.session.run, picture)

    def score_views(self, cut: Sequence[View], regime: Regime) -> ModelScore:
        """The same of views that were cut before."""
        return score_views(self.folder.model, self.session.run, cut, regime)

    def _state(self, prepared: Prepared, regime: Regime) -> State:
        """A picture may be both small and heavily compressed; the regime names the first rule that held."""
        limits = [rule.max_jpeg_quality or 0 for rule in self.folder.model.regimes if rule.regime == "hard"]
        quality = prepared.jpeg_quality
        poor = regime == "hard" or (quality is not None and any(quality <= limit for limit in limits))
        return State(regime, prepared.picture.width, prepared.picture.height, quality, poor)

    def _details(self, score: ModelScore) -> dict[str, object]:
        limits = self.folder.model.thresholds
        others = {"cautious": limits.cautious, "eager": limits.eager}
        return {
            "logit": round(score.logit, 4),
            "views": len(score.views),
            "thresholds": {"fake": limits.fake, "real": limits.real}
            | {name: other.fake for name, other in others.items() if other},
        }


def score_picture(model: ModelJson, run: Run, picture: Picture) -> ModelScore:
    """Whatever runs the network: views, logits, one probability."""
    cut = views(picture.pixels, model.views, model.input)
    return score_views(model, run, cut, calibration.regime(picture, model))


def score_views(model: ModelJson, run: Run, cut: Sequence[View], regime: Regime) -> ModelScore:
    """All views of the policy; the later ones are looked at only where the first leave it uncertain."""
    policy, above = model.views, overviews(cut)
    first = above + policy.first if isinstance(policy, NativeCrops) else len(cut)
    used = cut[:first]
    logits, cells = run(_batch(used))
    logit = aggregate(logits, policy, above)
    probability = calibration.probability(logit, regime, model)
    if len(cut) > first and isinstance(policy, NativeCrops) and _within(probability, policy.uncertain):
        more_logits, more_cells = run(_batch(cut[first:]))
        used, logits = cut, np.concatenate([logits, more_logits])
        cells = None if cells is None or more_cells is None else np.concatenate([cells, more_cells])
        logit = aggregate(logits, policy, above)
        probability = calibration.probability(logit, regime, model)
    verdict = calibration.word(probability, model)
    return ModelScore(logit, probability, verdict, regime, tuple(used), logits, cells)


def _batch(cut: Sequence[View]) -> NDArray[np.uint8]:
    return np.stack([view.pixels for view in cut])


def _within(value: float, bounds: tuple[float, float]) -> bool:
    return bounds[0] <= value <= bounds[1]

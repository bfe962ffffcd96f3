"""The lowest rung: what the model says, in words that claim no more than it knows. Pure."""

from dataclasses import dataclass

from backend.contract import Evidence, Regime, Strength, Verdict


@dataclass(frozen=True, slots=True)
class State:
    """The state of the picture that the model judged."""

    regime: Regime
    width: int  # px
    height: int
    jpeg_quality: int | None  # estimated; None where not a JPEG
    heavily_compressed: bool


def describe(verdict: Verdict, probability: float, state: State, details: dict[str, object]) -> Evidence:
    """`details` joins the machine-readable facts: logit, views, thresholds."""
    sentence = {
        "fake": "The pixels look generated",
        "real": "No signs of AI generation found; that is no proof",
        "unsure": "The pixels do not tell",
    }[verdict]
    summary = f"{sentence} (probability of fake {_percent(probability)}). {_state_words(state)}".strip()
    return Evidence(
        kind="model",
        says=verdict,
        strength=_strength(verdict, state),
        summary=summary,
        details={"probability": probability, "regime": state.regime, **details},
    )


def _state_words(state: State) -> str:
    """Nothing where the picture is in a usual state."""
    poor = "heavily compressed"
    if state.jpeg_quality is not None:
        poor += f" (JPEG quality about {state.jpeg_quality})"
    if state.regime == "thumbnail":
        also = f" and {poor}" if state.heavily_compressed else ""
        size = f"small ({state.width} × {state.height} pixels)"
        return f"The picture is {size}{also}: weak evidence. Check the full one."
    return f"The picture is {poor}: weak evidence." if state.heavily_compressed else ""


def _percent(probability: float) -> str:
    """Never 0% or 100%: the model does not know that."""
    if probability < 0.005:
        return "under 1%"
    return "over 99%" if probability >= 0.995 else f"{100 * probability:.0f}%"


def _strength(verdict: Verdict, state: State) -> Strength:
    """A model alone never proves anything; on small or battered pictures it knows still less."""
    if verdict == "unsure" or state.heavily_compressed or state.regime == "thumbnail":
        return "weak"
    return "moderate"

"""The lowest rung: what the model says, in words that claim no more than it knows. Pure."""

from backend.contract import Evidence, Regime, Strength, Verdict

REGIME_WORDS: dict[Regime, str] = {
    "clean": "",
    "web": "",
    "hard": "The picture is heavily compressed: weak evidence.",
    "thumbnail": "The picture is small: weak evidence. Check the full one.",
}


def describe(verdict: Verdict, probability: float, regime: Regime, details: dict[str, object]) -> Evidence:
    """`details` joins the machine-readable facts: logit, views, thresholds."""
    sentence = {
        "fake": "The pixels look generated",
        "real": "No signs of AI generation found; that is no proof",
        "unsure": "The pixels do not tell",
    }[verdict]
    summary = f"{sentence} (probability of fake {_percent(probability)}). {REGIME_WORDS[regime]}".strip()
    return Evidence(
        kind="model",
        says=verdict,
        strength=_strength(verdict, regime),
        summary=summary,
        details={"probability": probability, "regime": regime, **details},
    )


def _percent(probability: float) -> str:
    """Never 0% or 100%: the model does not know that."""
    if probability < 0.005:
        return "under 1%"
    return "over 99%" if probability >= 0.995 else f"{100 * probability:.0f}%"


def _strength(verdict: Verdict, regime: Regime) -> Strength:
    """A model alone never proves anything; on small or battered pictures it knows still less."""
    if verdict == "unsure" or regime in ("hard", "thumbnail"):
        return "weak"
    return "moderate"

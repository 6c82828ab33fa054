"""Whether a dataset's model should be trained again."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from millrace_contracts import Dataset
from millrace_contracts.dataset import Retrain
from millrace_forecast.card import ModelCard
from millrace_forecast.errors import ModelRefused
from millrace_forecast.scoring import Scored


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether training is due, and why or why not."""

    due: bool
    reason: str


def is_judgeable(scored: Scored, horizon: int) -> bool:
    """Whether a model has shown enough to be judged: half a horizon is over.

    One bad day says little; a whole horizon would be long to wait.
    """
    return scored.relative_mase is not None and 2 * scored.periods >= horizon


def judge_training(spec: Dataset, card: ModelCard, scored: Scored, now: datetime) -> Verdict:
    """Apply what a dataset declares of retraining.

    Args:
        spec: The dataset; it declares a forecast.
        card: The promoted model's.
        scored: How the promoted model's own forecasts turned out.
        now: The time.
    """
    declared = spec.forecast
    assert declared is not None
    if declared.retrain is None:
        return Verdict(False, "the dataset declares no retraining")
    try:
        card.require(spec.name, declared)
    except ModelRefused as exc:
        return Verdict(True, str(exc))
    if card.history_sha256 == scored.history_sha256:
        return Verdict(False, "the history is the one that the model was trained on")
    age_days = (now - card.trained_at).days
    most_days = declared.retrain.after_days
    if most_days is not None and age_days >= most_days:
        return Verdict(True, f"the model is {age_days} days old; {most_days} are declared")
    drift = _drift(declared.retrain, card, scored, declared.horizon)
    return Verdict(drift is not None, drift or "the model is young and holds what it promised")


def _drift(declared: Retrain, card: ModelCard, scored: Scored, horizon: int) -> str | None:
    found = scored.relative_mase
    if not declared.on_drift or found is None or not is_judgeable(scored, horizon):
        return None
    if found > 1:
        return f"its forecasts are worse than seasonal naive: {found:.3f} of its MASE"
    promised = _promised(card)
    if promised is None or found <= promised * declared.drift_factor:
        return None
    return f"its MASE is {found:.3f} of seasonal naive's; its back-test promised {promised:.3f}"


def _promised(card: ModelCard) -> float | None:
    """The back-test's MASE relative to seasonal naive's; None when there was no back-test."""
    naive = card.mase.get("seasonal_naive")
    return card.mase_chosen / naive if card.mase_chosen is not None and naive else None


def tell_scores(spec: Dataset, card: ModelCard | None, scored: Scored, now: datetime) -> str:
    """What a scoring job leaves as its exit message, as JSON.

    ``judged`` says whether ``relative_mase`` rests on enough to raise an alarm by; ``training_due``
    and ``training_reason`` are the verdict on the promoted model, if one was given.
    """
    verdict = (
        judge_training(spec, card, scored, now) if card else Verdict(False, "no model is given")
    )
    assert spec.forecast is not None
    told = {
        "series_forecasts": scored.series_forecasts,
        "mase": scored.mase,
        "naive_mase": scored.naive_mase,
        "relative_mase": scored.relative_mase,
        "worse_than_naive": scored.worse_than_naive,
        "judged": is_judgeable(scored, spec.forecast.horizon),
        "training_due": verdict.due,
        # SageMaker keeps 1024 characters of the message, which is read as JSON.
        "training_reason": verdict.reason[:400],
    }
    return json.dumps(told)

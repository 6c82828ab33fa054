from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from conftest import make_spec, weekly_rows

from millrace_forecast.adapters.memory import MemoryInputs, MemoryModelStore
from millrace_forecast.retraining import is_judgeable, judge_training, tell_scores
from millrace_forecast.scoring import Scored
from millrace_forecast.training import Training

TRAINED = datetime(2024, 2, 29, 12, tzinfo=UTC)
LATER = TRAINED + timedelta(days=40)


@pytest.fixture(scope="module")
def card():
    """Its back-test promises half of seasonal naive's MASE."""
    trained = Training(
        MemoryInputs(make_spec(), weekly_rows(140, "EWR")), MemoryModelStore(), "v1", TRAINED
    ).train()
    return trained.model_copy(
        update={"windows": 3, "mase": {"seasonal_naive": 1.2}, "mase_chosen": 0.6}
    )


def scored(relative: float, periods: int = 14, history: str = "new") -> Scored:
    return Scored(3, relative, 1.0, periods, history)


def judge(card, found, now=TRAINED, **retrain):
    return judge_training(make_spec(retrain=retrain), card, found, now)


def test_a_dataset_that_declares_nothing_is_not_trained_again(card):
    verdict = judge_training(make_spec(), card, scored(9.0), LATER)

    assert (verdict.due, "declares no retraining" in verdict.reason) == (False, True)


def test_age_makes_it_due_on_the_declared_day_and_not_before(card):
    good = scored(0.5)

    assert not judge(card, good, TRAINED + timedelta(days=30, hours=-1), after_days=30).due
    verdict = judge(card, good, TRAINED + timedelta(days=30), after_days=30)
    assert (verdict.due, verdict.reason) == (True, "the model is 30 days old; 30 are declared")
    assert not judge(card, good, LATER).due


@pytest.mark.parametrize(
    ("relative", "says"),
    [
        (1.01, "worse than seasonal naive: 1.010"),
        (0.8, "0.800 of seasonal naive's; its back-test promised 0.500"),
        (0.7, ""),
    ],
)
def test_drift_is_worse_than_naive_or_than_the_promise_by_the_factor(card, relative, says):
    verdict = judge(card, scored(relative), drift_factor=1.5)

    assert verdict.due == bool(says)
    assert says in verdict.reason
    assert not judge(card, scored(relative), on_drift=False).due


def test_a_model_is_judged_once_half_a_horizon_is_over(card):
    assert not judge(card, scored(5.0, periods=6)).due
    assert judge(card, scored(5.0, periods=7)).due
    assert not is_judgeable(Scored(0, None, None), 14)


def test_without_a_promise_only_seasonal_naive_is_the_measure(card):
    unproven = card.model_copy(update={"mase": {}, "mase_chosen": None})

    assert not judge(unproven, scored(0.99)).due
    assert judge(unproven, scored(1.01)).due


def test_nothing_new_to_learn_from_is_no_reason_however_old_or_bad(card):
    same = scored(5.0, history=card.history_sha256)

    verdict = judge(card, same, LATER, after_days=30)

    assert (verdict.due, "trained on" in verdict.reason) == (False, True)


def test_a_model_that_fits_the_declaration_no_more_is_replaced(card):
    changed = make_spec(horizon=7, retrain={})

    verdict = judge_training(changed, card, scored(0.1), TRAINED)

    assert verdict.due
    assert "horizon is 14 in the model and 7 in the spec" in verdict.reason


def test_when_it_is_trained_again_is_no_part_of_what_a_model_fits(card):
    card.require("flights", make_spec(retrain={"after_days": 3}).forecast)


def test_what_is_told_is_short_enough_for_sagemaker_and_json(card):
    wild = make_spec(series=["origin"] * 1, horizon=7, intervals=[1, 2, 3, 4, 5], retrain={})

    told = json.loads(tell_scores(wild, card, scored(2.0), LATER))

    assert len(json.dumps(told)) <= 1024
    assert (told["training_due"], told["judged"], told["relative_mase"]) == (True, True, 2.0)


def test_seasonal_naive_that_was_right_is_no_division_by_zero():
    assert Scored(1, 0.5, 0.0, 7).relative_mase == 1000
    assert Scored(1, 0.0, 0.0, 7).relative_mase == 1

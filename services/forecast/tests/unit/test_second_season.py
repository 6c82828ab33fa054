"""Daily series that have a year behind their week."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from millrace_forecast.backtest import run_backtest
from millrace_forecast.calendar import FREQUENCIES
from millrace_forecast.features import view_origins
from millrace_forecast.history import Series
from millrace_forecast.model import fit_model, predict
from millrace_forecast.second_season import LEAST_KNOWN, forecast_two_seasons

DAILY = FREQUENCIES["D"]
HORIZON = 28


def years(count: int, days: int, *, level: float = 100.0) -> list[Series]:
    """A week, a year of another height for each series, and noise."""
    draws = np.random.default_rng(6)
    day = np.arange(days)
    week = 10 * np.sin(2 * np.pi * day / 7)
    made = []
    for index in range(count):
        year = (20 + 5 * index) * np.sin(2 * np.pi * (day / 365.25 + index / 9))
        made.append(Series((f"{index}",), 18_000, level + week + year + draws.normal(0, 3, days)))
    return made


def ask(history: list[Series], known: int, horizon: int = HORIZON):
    origins = np.array([(index, known) for index in range(len(history))])
    smoothed = view_origins(history, origins, DAILY, horizon).smoothed
    return forecast_two_seasons(history, origins, DAILY, horizon, smoothed), smoothed


@pytest.mark.parametrize("level", [100.0, 0.0], ids=["scaling", "adding"])
def test_where_the_year_turns_it_is_foreseen(level):
    """The week alone goes on as it went; four weeks of a year's steepest part are a tenth of it."""
    history = years(6, 1123, level=level)
    known = 1123 - HORIZON

    said, smoothed = ask(history, known)

    actual = np.array([one.values[known:] for one in history])
    assert np.abs(actual - said).mean() < 0.75 * np.abs(actual - smoothed).mean()


def test_two_years_are_needed_and_what_has_fewer_is_smoothed():
    history = years(2, LEAST_KNOWN)

    enough, smoothed = ask(history, LEAST_KNOWN)
    too_few, same = ask(history, LEAST_KNOWN - 1)

    assert (enough != smoothed).any()
    np.testing.assert_array_equal(too_few, same)


def test_company_and_what_comes_later_change_nothing():
    history = years(5, 900)
    together, _ = ask(history, 800)

    for index, one in enumerate(history):
        cut = Series(one.key, one.first, np.append(one.values[:800], [1e6] * 9))
        np.testing.assert_array_equal(ask([cut], 800)[0][0], together[index])


def test_the_back_test_chooses_it_where_there_is_a_year_and_it_predicts():
    history = years(2, 860)

    model, backtest, _ = fit_model(history, DAILY, 7, (80,), seed=1)

    scores = backtest.member_scores()
    assert scores["two_seasons"] < scores["smoothed"]
    assert model.weights.get("two_seasons", 0) > 0
    alone = replace(model, weights={"two_seasons": 1.0})
    np.testing.assert_array_equal(predict(alone, history).mean, ask(history, 860, 7)[0])


def test_a_year_of_days_is_not_asked_for_a_second_season():
    backtest = run_backtest(years(1, 365), DAILY, 14, seed=1)

    assert set(backtest.member_scores()) == {"seasonal_naive", "smoothed", "boosted"}

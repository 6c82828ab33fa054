from __future__ import annotations

import numpy as np
import pytest
from conftest import weekly_rows

from millrace_forecast.backtest import run_backtest
from millrace_forecast.boosting import fit_boosted
from millrace_forecast.calendar import FREQUENCIES
from millrace_forecast.features import FEATURES, view_origins
from millrace_forecast.history import Series, build_history
from millrace_forecast.members import weightings
from millrace_forecast.model import fit_model, predict
from millrace_forecast.naive import repeat_last_season
from millrace_forecast.origins import choose_origins, values_ahead
from millrace_forecast.panel import Panel

DAILY = FREQUENCIES["D"]


def walks(count: int, length: int, seed: int = 3) -> list[Series]:
    """Weekly patterns on random walks: there is something to learn, and noise."""
    draws = np.random.default_rng(seed)
    week = draws.normal(0, 8, (count, 7))
    level = 100 + np.cumsum(draws.normal(0, 1, (count, length)), axis=1)
    noise = draws.normal(0, 3, (count, length))
    values = level + np.take_along_axis(week, np.arange(length)[None] % 7, axis=1) + noise
    return [Series((f"{index:03}",), 0, row) for index, row in enumerate(values)]


def learn(history: list[Series], horizon: int, seed: int):
    origins = choose_origins(history, DAILY, horizon).learning
    view = view_origins(history, origins, DAILY, horizon)
    return fit_boosted(view, values_ahead(history, origins, horizon), seed)


def test_seasonal_naive_repeats_the_last_season():
    panel = Panel([np.arange(10.0)], 7)

    again = repeat_last_season(panel, np.array([[0, 10]]), 9)

    assert again.tolist() == [[3, 4, 5, 6, 7, 8, 9, 3, 4]]


def test_a_series_shorter_than_a_season_repeats_its_mean():
    panel = Panel([np.array([2.0, 4.0])], 7)

    assert repeat_last_season(panel, np.array([[0, 2]]), 3).tolist() == [[3, 3, 3]]


def test_nothing_after_an_origin_is_looked_at():
    """What is known at an origin stays the same, to the bit, when the future is another."""
    (series,) = walks(1, 60)
    changed = series.values.copy()
    changed[40:] = 1e6
    origin = np.array([[0, 40]])

    here = view_origins([series], origin, DAILY, 9)
    there = view_origins([Series(series.key, 0, changed)], origin, DAILY, 9)

    for part in ("naive", "smoothed", "scale", "features"):
        np.testing.assert_array_equal(getattr(here, part), getattr(there, part))


def test_a_view_in_company_is_the_view_alone():
    history = walks(9, 80)
    origins = np.array([[series, 70 + series] for series in range(9)])

    together = view_origins(history, origins, DAILY, 5)

    for index, one in enumerate(history):
        alone = view_origins([one], np.array([[0, 70 + index]]), DAILY, 5)
        np.testing.assert_array_equal(alone.smoothed[0], together.smoothed[index])
        np.testing.assert_array_equal(alone.features[0], together.features[index])


def test_features_look_back_by_whole_seasons():
    series = Series(("a",), 0, np.arange(1.0, 29.0))

    view = view_origins([series], np.array([[0, 28]]), DAILY, 9)

    lag = view.features[0, :, FEATURES.index("same_season_1")] * view.scale[0] + view.smoothed[0]
    assert lag.tolist() == pytest.approx([22, 23, 24, 25, 26, 27, 28, 22, 23], rel=1e-5)


def test_test_windows_come_after_what_was_learned_before_them():
    history = walks(3, 90)

    origins = choose_origins(history, DAILY, 14)

    first_window = origins.testing[:, 1].min()
    assert origins.windows == 3
    assert (origins.learning[origins.over_before(2)][:, 1] + 14).max() == first_window
    assert (origins.learning[:, 1] + 14).max() == 90


def test_too_many_origins_are_thinned_evenly():
    history = walks(3, 400)

    origins = choose_origins(history, DAILY, 14, most_rows=1400)

    counts = np.bincount(origins.learning[:, 0])
    assert len(origins.learning) <= 100
    assert counts.max() - counts.min() <= 1


def test_scale_does_not_change_what_is_predicted():
    history = walks(4, 120)
    bigger = [Series(one.key, one.first, one.values * 1024) for one in history]
    model, _, _ = fit_model(history, DAILY, 14, (80,), seed=1)

    small, big = predict(model, history).mean, predict(model, bigger).mean

    np.testing.assert_allclose(big, small * 1024, rtol=1e-6)


def test_the_same_history_and_seed_learn_the_same_text():
    history = walks(3, 90)

    assert learn(history, 7, seed=3) == learn(history, 7, seed=3)
    assert learn(history, 7, seed=3) != learn(history, 7, seed=4)


def test_a_large_table_is_learned_from_in_part_and_predicted_whole():
    history = walks(5_001, 20)

    model, backtest, _ = fit_model(history, DAILY, 2, (80,), seed=1)

    assert len(np.unique(backtest.series)) == 2_501
    assert predict(model, history).mean.shape == (5_001, 2)


def test_too_few_rows_teach_nothing():
    assert learn(walks(1, 20), 7, seed=1) is None


def test_a_back_test_scores_only_what_it_had_not_seen():
    """A jump on the last day cannot be foreseen: every member misses it whole."""
    history = build_history(weekly_rows(200, "a"), DAILY)
    jumped = history[0].values.copy()
    jumped[-1] += 1000.0
    changed = (Series(history[0].key, history[0].first, jumped),)

    backtest = run_backtest(changed, DAILY, 7, seed=1)

    newest = np.flatnonzero(backtest.known == 193)
    for said in backtest.said.forecasts.values():
        missed = backtest.actual[newest, -1] - said[newest, -1]
        assert missed[0] == pytest.approx(1000, rel=0.05)


def test_the_chosen_weights_are_no_worse_than_any_member_on_the_windows():
    backtest = run_backtest(walks(12, 150), DAILY, 7, seed=1)

    assert backtest.mase(backtest.weights) <= min(backtest.member_scores().values()) + 1e-9
    assert set(backtest.member_scores()) == {"seasonal_naive", "smoothed", "boosted"}


def test_a_history_too_short_for_a_window_is_forecast_by_seasonal_naive():
    history = build_history(weekly_rows(20, "a"), DAILY)

    backtest = run_backtest(history, DAILY, 14, seed=1)

    assert (backtest.windows, backtest.weights) == (0, {"seasonal_naive": 1.0})


def test_weights_are_quarters_that_add_up_to_one():
    nothing = np.empty((0, 1))

    found = weightings({"seasonal_naive": nothing, "smoothed": nothing, "boosted": nothing})

    assert len(found) == 15
    assert all(sum(weights.values()) == 1 for weights in found)
    assert found[0] == {"seasonal_naive": 1.0}


def test_what_is_learned_beats_seasonal_naive_where_there_is_noise():
    """Seasonal naive doubles the noise; a model that averages it must not."""
    history = walks(24, 120)
    known = [Series(one.key, 0, one.values[:-14]) for one in history]
    model, _, _ = fit_model(known, DAILY, 14, (80,), seed=1)

    predicted = predict(model, known)

    actual = np.array([one.values[-14:] for one in history])
    panel = Panel([one.values for one in known], 7)
    naive = repeat_last_season(panel, np.array([[i, 106] for i in range(24)]), 14)
    missed = np.abs(actual - predicted.mean).mean()
    assert missed < 0.85 * np.abs(actual - naive).mean()
    lower, upper = predicted.interval(80)
    assert np.mean((actual >= lower) & (actual <= upper)) == pytest.approx(0.8, abs=0.08)

from __future__ import annotations

import numpy as np
import pytest
from conftest import weekly_rows

from millrace_forecast.backtest import run_backtest
from millrace_forecast.calendar import FREQUENCIES
from millrace_forecast.features import FEATURES, level_of, rows_at_origin, training_rows
from millrace_forecast.history import Series, build_history
from millrace_forecast.intervals import calibrate
from millrace_forecast.models import fit_boosted, predict, seasonal_naive

DAILY = FREQUENCIES["D"]


def test_seasonal_naive_repeats_the_last_season():
    values = np.arange(10.0)

    assert seasonal_naive(values, 7, 9).tolist() == [3, 4, 5, 6, 7, 8, 9, 3, 4]


def test_a_series_shorter_than_a_season_repeats_its_mean():
    assert seasonal_naive(np.array([2.0, 4.0]), 7, 3).tolist() == [3, 3, 3]


def test_features_look_back_by_whole_seasons_and_never_ahead():
    series = Series(("a",), 0, np.arange(1.0, 29.0))

    rows = rows_at_origin(series, DAILY, 9)
    level = level_of(series.values, 7)
    same_season = rows[:, FEATURES.index("same_season_1")] * level

    assert same_season.tolist() == [22, 23, 24, 25, 26, 27, 28, 22, 23]
    assert np.nanmax(rows[:, 1:8]) * level <= 28


def test_training_rows_ask_for_what_came_after_each_origin():
    series = Series(("a",), 0, np.arange(1.0, 22.0))

    rows = training_rows([series], DAILY, 3)

    newest = rows.targets[:3] * level_of(series.values[:18], 7)
    assert newest.tolist() == pytest.approx([19, 20, 21])
    assert len(rows.targets) == (21 - 3 - 7 + 1) * 3


def test_scale_does_not_change_what_is_learned():
    small, big = build_history(weekly_rows(120, "a", "b"), DAILY)
    booster = fit_boosted([small], DAILY, 14, seed=1)

    for_small = predict("boosted", booster, [small], DAILY, 14)
    for_big = predict("boosted", booster, [big], DAILY, 14)

    np.testing.assert_allclose(for_big, for_small * 10, rtol=1e-9)


def test_the_same_history_and_seed_give_the_same_model():
    history = build_history(weekly_rows(90, "a"), DAILY)
    texts = {fit_boosted(history, DAILY, 7, seed=3).model_to_string() for _ in range(2)}

    assert len(texts) == 1


def test_a_back_test_scores_only_what_it_had_not_seen():
    """A jump on the last day cannot be foreseen: with it, every model misses by the jump."""
    history = build_history(weekly_rows(200, "a"), DAILY)
    jumped = history[0].values.copy()
    jumped[-1] += 1000.0
    changed = (Series(history[0].key, history[0].first, jumped),)

    missed = run_backtest(changed, DAILY, 7, seed=1).scaled_errors["seasonal_naive"]

    assert missed[0, -1] * level_of(jumped[:-7], 7) == pytest.approx(1000, rel=1e-6)


def test_a_history_too_short_for_a_window_is_not_scored():
    history = build_history(weekly_rows(20, "a"), DAILY)

    backtest = run_backtest(history, DAILY, 14, seed=1)

    assert (backtest.windows, backtest.best) == (0, "seasonal_naive")


def test_intervals_cover_what_they_promise_on_errors_of_the_same_kind():
    """Exchangeable errors: coverage on fresh draws is the nominal one, to sampling error."""
    draws = np.random.default_rng(7)
    calibration = np.abs(draws.normal(size=(2000, 1)))
    fresh = np.abs(draws.normal(size=20_000))

    for coverage in (0.5, 0.8, 0.95):
        (width,) = calibrate(calibration, coverage)
        assert np.mean(fresh <= width) == pytest.approx(coverage, abs=0.025)


def test_intervals_do_not_narrow_with_the_horizon():
    errors = np.random.default_rng(1).random((40, 14))

    widths = calibrate(errors, 0.8)

    assert widths == sorted(widths)

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from millrace_forecast.intervals import calibrate, measure_coverage


def test_intervals_cover_what_they_promise_on_errors_of_the_same_kind():
    """Exchangeable errors, skewed: fresh draws are covered as promised, to sampling error."""
    draws = np.random.default_rng(7)
    calibration = draws.gumbel(size=(3000, 1))
    fresh = draws.gumbel(size=20_000)

    for percent, band in calibrate(calibration, (50, 80, 95)).items():
        inside = np.mean((fresh >= band.lower[0]) & (fresh <= band.upper[0]))
        assert inside == pytest.approx(percent / 100, abs=0.02)


@given(st.integers(1, 60), st.integers(1, 6), st.integers(0, 99))
def test_a_wider_coverage_holds_the_narrower(origins, horizon, seed):
    errors = np.random.default_rng(seed).normal(size=(origins, horizon))

    bands = calibrate(errors, (50, 80, 95))

    for narrow, wide in ((50, 80), (80, 95)):
        assert (np.array(bands[wide].lower) <= bands[narrow].lower).all()
        assert (np.array(bands[wide].upper) >= bands[narrow].upper).all()


def test_coverage_is_measured_on_series_that_calibrated_nothing():
    """Two groups whose errors differ tenfold: the other's bands cover neither as its own would."""
    draws = np.random.default_rng(1)
    groups = np.repeat([0, 1], 500)
    errors = draws.normal(size=(1000, 1)) * np.where(groups == 1, 10, 1)[:, None]

    assert measure_coverage(errors, groups, (80,))[80] == pytest.approx((1 + 0.1) / 2, abs=0.04)
    assert measure_coverage(errors[groups == 0], groups[groups == 0], (80,)) == {}

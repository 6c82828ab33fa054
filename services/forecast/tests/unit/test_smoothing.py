"""The recursions against the textbook's, written out for one member and one series at a time."""

from __future__ import annotations

import numpy as np
import pytest

from millrace_forecast.grid import TRENDS, Grid, make_grid
from millrace_forecast.smoothing import initial_states, smooth


def only(grid: Grid, member: int) -> Grid:
    """The grid with one member left."""
    row = slice(member, member + 1)
    drifts = member >= grid.drifting.start
    place = member - grid.drifting.start
    return Grid(
        grid.kind,
        grid.trend[row],
        grid.alpha[row],
        grid.beta[row],
        grid.phi[row],
        grid.gamma[row],
        slice(0 if drifts else 1, 1),
        grid.part[place : place + 1] if drifts else grid.part[:0],
    )


def forecast_slowly(values, grid: Grid, season: int, horizon: int):
    """Hyndman et al. (2008), table 2.1, component form, for the member that is left."""
    alpha, beta, phi, gamma = (
        float(found[0, 0]) for found in (grid.alpha, grid.beta, grid.phi, grid.gamma)
    )
    level, pattern = initial_states(values[:, None], np.array([len(values)]), season, grid.kind)
    level, pattern, slope = float(level[0]), list(pattern[:, 0]), 0.0
    adjusted = []
    for now, value in enumerate(values):
        place = now % season
        multiplies = grid.kind == "multiplicative"
        adjusted.append(value / pattern[place] if multiplies else value - pattern[place])
        renewed = alpha * adjusted[-1] + (1 - alpha) * (level + phi * slope)
        if TRENDS[int(grid.trend[0])] in ("theta", "drift"):
            if len(adjusted) >= 3:
                line = np.polyfit(np.arange(len(adjusted)), adjusted, 1)[0]
                slope = float(line) * float(grid.part[0, 0])
        else:
            slope = beta * (renewed - level) + (1 - beta) * phi * slope
        level = renewed
        now_season = value / level if multiplies else value - level
        pattern[place] = gamma * now_season + (1 - gamma) * pattern[place]
    damping = np.cumsum(phi ** np.arange(1, horizon + 1))
    ahead = level + slope * damping
    seasons = np.array([pattern[(len(values) + step) % season] for step in range(horizon)])
    return ahead * seasons if grid.kind == "multiplicative" else ahead + seasons


def wave(length: int) -> np.ndarray:
    draws = np.random.default_rng(4)
    time = np.arange(length)
    return 50 + 0.2 * time + 10 * np.sin(2 * np.pi * time / 12) + draws.normal(0, 1, length)


@pytest.mark.parametrize("kind", ["none", "additive", "multiplicative"])
def test_every_member_is_the_textbooks_recursion(kind):
    values, grid = wave(60), make_grid(kind)
    for member in range(len(grid.alpha)):
        alone = only(grid, member)
        said = smooth([values], np.array([[0, 60]]), 12, 18, alone)

        expected = forecast_slowly(values, alone, 12, 18)
        np.testing.assert_allclose(said.forecasts[0, grid.trend[member]], expected, rtol=1e-9)


def test_a_form_is_the_mean_of_its_members_by_their_past_errors():
    """On a level that jumps, the member that follows fastest gets nearly all of the weight."""
    values = np.concatenate([np.zeros(30), np.full(30, 100.0)]) + 10
    said = smooth([values], np.array([[0, 34]]), 1, 1, make_grid("none"))

    assert said.forecasts[0, TRENDS.index("none"), 0] == pytest.approx(110, abs=3)


def test_company_and_order_change_nothing():
    """To the bit: instances of a job share the series out."""
    series = [wave(length) for length in (40, 90, 60, 90)]
    origins = np.array([[0, 40], [1, 90], [2, 55], [3, 26]])
    grid = make_grid("multiplicative")

    together = smooth(series, origins, 12, 1, grid)

    for index, (one, known) in enumerate(origins):
        alone = smooth([series[one]], np.array([[0, known]]), 12, 1, grid)
        np.testing.assert_array_equal(alone.forecasts[0], together.forecasts[index])
        np.testing.assert_array_equal(alone.loss[0], together.loss[index])

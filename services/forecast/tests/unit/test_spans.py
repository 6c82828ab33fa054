"""What of a series smoothing looks at."""

from __future__ import annotations

import numpy as np
import pytest

from millrace_forecast.grid import make_grid
from millrace_forecast.smoothing import smooth
from millrace_forecast.spans import find_spans


def days(length: int) -> np.ndarray:
    draws = np.random.default_rng(5)
    return 100 + 10 * (np.arange(length) % 7 == 2) + draws.normal(0, 2, length)


def said_of(values: np.ndarray, *origins: int) -> np.ndarray:
    asked = np.array([(0, origin) for origin in origins])
    return smooth([values], asked, 7, 5, make_grid("additive")).forecasts


def test_a_year_of_days_is_looked_back_on_by_28_to_35_weeks():
    origins = np.array([(0, known) for known in range(1, 1500)])

    spans, own = find_spans(origins, 7)

    looked_at = origins[:, 1] - spans[own, 1]
    assert looked_at[:196].tolist() == list(range(1, 197))
    assert (looked_at[196:].min(), looked_at.max()) == (196, 245 - 1)
    assert set(spans[:, 1] % 49) == {0}


@pytest.mark.parametrize(("season", "longest"), [(1, 120), (4, 128), (12, 336), (52, 1456)])
def test_what_people_keep_of_months_quarters_and_years_is_looked_at_whole(season, longest):
    spans, _ = find_spans(np.array([(0, longest)]), season)

    assert spans[0, 1] == 0


def test_what_lies_before_changes_nothing_and_what_lies_after_neither():
    values = days(700)
    changed = values.copy()
    changed[: 650 - 245] = -1e6
    changed[650:] = 1e6

    np.testing.assert_array_equal(said_of(values, 650), said_of(changed, 650))


def test_an_origin_is_forecast_alike_alone_and_beside_others_of_its_series():
    values = days(700)

    together = said_of(values, 3, 5, 300, 340, 341, 700)

    for place, origin in enumerate((3, 5, 300, 340, 341, 700)):
        np.testing.assert_array_equal(said_of(values, origin)[0], together[place])


def test_an_origin_inside_the_first_season_does_not_see_its_rest():
    values = days(30)
    changed = values.copy()
    changed[4:] = 1e6

    here, there = (
        smooth([one], np.array([[0, 4], [0, 30]]), 7, 5, make_grid("none")).forecasts[0]
        for one in (values, changed)
    )

    np.testing.assert_array_equal(here, there)

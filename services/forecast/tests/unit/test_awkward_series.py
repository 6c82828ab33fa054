"""Each kind of series that a table may hold, beside ordinary ones, from rows to forecast rows."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from conftest import FIRST_DAY, make_spec, weekly_rows

from millrace_forecast.adapters.memory import MemoryInputs, MemoryModelStore, MemoryOutput
from millrace_forecast.errors import HistoryUnusable
from millrace_forecast.prediction import FALL_BACK, Prediction
from millrace_forecast.share import Share
from millrace_forecast.training import Training

NOON = datetime(2024, 2, 29, 12, tzinfo=UTC)
DAYS = 150
SUMMED = make_spec(target={"sum": "seats"})


def rows_of(name: str, values: dict[int, float]):
    return [(name, FIRST_DAY + timedelta(days=day), value) for day, value in values.items()]


def noisy(seed: int, mean: float = 100.0) -> dict[int, float]:
    draws = np.random.default_rng(seed)
    return {day: mean + 20 * (day % 7 == 5) + draws.normal(0, 5) for day in range(DAYS)}


def poisson() -> dict[int, float]:
    draws = np.random.default_rng(8).poisson(0.35, DAYS)
    return {day: float(count) for day, count in enumerate(draws)}


ORDINARY = [*rows_of("a", noisy(1)), *rows_of("b", noisy(2))]
AWKWARD = {
    "missing dates": {day: value for day, value in noisy(3).items() if day % 10},
    "begins late": {day: value for day, value in noisy(4).items() if day > 120},
    "ends early": {day: value for day, value in noisy(5).items() if day < 90},
    "intermittent": poisson(),
    "short": {day: value for day, value in noisy(6).items() if day >= DAYS - 9},
    "one value": {DAYS - 1: 7.0},
    "constant": dict.fromkeys(range(DAYS), 42.5),
    "negative": {day: value - 300 for day, value in noisy(7).items()},
    "zero": dict.fromkeys(range(DAYS), 0.0),
}


def train(rows, spec=SUMMED) -> MemoryModelStore:
    models = MemoryModelStore()
    Training(MemoryInputs(spec, rows), models, "v1", NOON).train()
    return models


def predict(rows, models, spec=SUMMED, **options):
    output = MemoryOutput()
    Prediction(
        MemoryInputs(spec, rows), models, output, "r1", date(2024, 2, 29), NOON, **options
    ).predict()
    return [row for table in output.tables.values() for row in table.to_pylist()]


def forecast(rows, *, spec=SUMMED):
    return predict(rows, train(rows, spec), spec)


def of(rows, name: str):
    return [row for row in rows if row["origin"] == name]


@pytest.fixture(scope="module")
def forecasts():
    awkward = [row for name, values in AWKWARD.items() for row in rows_of(name, values)]
    return forecast([*ORDINARY, *awkward])


@pytest.mark.parametrize("name", [*AWKWARD, "a"])
def test_every_series_gets_whole_rows_whose_intervals_hold_their_forecast(forecasts, name):
    rows = of(forecasts, name)

    assert [row["forecast_time"] for row in rows] == [
        FIRST_DAY + timedelta(days=DAYS + step) for step in range(14)
    ]
    for row in rows:
        assert np.isfinite([row["mean"], row["lower_80"], row["upper_95"]]).all()
        inside = [row["lower_95"], row["lower_80"], row["mean"], row["upper_80"], row["upper_95"]]
        assert inside == sorted(inside)


def mean_of(forecasts, name: str) -> float:
    return float(np.mean([row["mean"] for row in of(forecasts, name)]))


def test_a_constant_series_goes_on_as_it_is(forecasts):
    assert [row["mean"] for row in of(forecasts, "constant")] == pytest.approx([42.5] * 14)


def test_zeros_stay_zero_and_so_does_a_series_that_ended(forecasts):
    assert [row["mean"] for row in of(forecasts, "zero")] == [0.0] * 14
    assert mean_of(forecasts, "ends early") < 5


def test_an_intermittent_series_is_forecast_by_its_rate_not_by_its_median(forecasts):
    assert mean_of(forecasts, "intermittent") == pytest.approx(0.35, abs=0.2)


def test_a_series_that_began_late_or_has_gaps_is_forecast_at_its_own_level(forecasts):
    for name in ("begins late", "missing dates"):
        assert mean_of(forecasts, name) == pytest.approx(100, rel=0.15)
    assert 30 < mean_of(forecasts, "short") < 130


def test_negative_values_are_forecast_below_zero(forecasts):
    assert mean_of(forecasts, "negative") == pytest.approx(-197, rel=0.05)


def test_a_series_that_training_never_saw_is_forecast_by_what_it_learned_of_others():
    new = rows_of("new", {day: value for day, value in noisy(9).items() if day > DAYS - 20})

    rows = predict([*ORDINARY, *new], train(ORDINARY))

    assert mean_of(rows, "new") == pytest.approx(103, rel=0.15)


def test_every_value_null_is_not_taken_for_an_empty_table():
    rows = [(name, day, None) for name, day, _ in weekly_rows(20, "a")]

    with pytest.raises(HistoryUnusable, match="every value of the target is null"):
        forecast(rows)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_value_that_is_no_number_is_named(value):
    with pytest.raises(HistoryUnusable, match=r"series \['a'\] has the value .* on 2023-01-02"):
        forecast(rows_of("a", {0: value, 1: 2.0}))


def test_daily_and_monthly_series_in_one_table_are_refused_by_name():
    months = rows_of("months", dict.fromkeys((0, 30, 58, 89, 119, 149), 3000.0))

    with pytest.raises(HistoryUnusable, match=r"mixed frequencies: .*'a'.*'months'"):
        forecast([*ORDINARY, *months])


def test_counting_one_flight_a_week_beside_daily_ones_is_fine():
    weekly = rows_of("weekly", {day: 1.0 if day % 7 == 0 else 0.0 for day in range(0, DAYS, 7)})

    rows = forecast([*ORDINARY, *weekly], spec=make_spec())

    means = [row["mean"] for row in of(rows, "weekly")]
    assert (DAYS + np.argmax(means)) % 7 == 0


def test_shares_of_the_series_add_up_to_the_whole_forecast():
    rows = [row for name in "abcdefgh" for row in rows_of(name, noisy(ord(name)))]
    models = train(rows)
    whole = predict(rows, models)

    shared = [predict(rows, models, share=Share(position, 3)) for position in range(3)]

    key = lambda row: (row["origin"], row["forecast_time"])  # noqa: E731
    assert sorted((row for part in shared for row in part), key=key) == whole


def test_series_that_the_budget_does_not_reach_fall_back_and_say_so():
    late = iter([0.0, 99.0])

    rows = predict(ORDINARY, train(ORDINARY), budget_s=60.0, clock=lambda: next(late))

    assert {row["method"] for row in rows} == {FALL_BACK}
    assert [row["mean"] for row in of(rows, "a")][:7] == [
        noisy(1)[day] for day in range(DAYS - 7, DAYS)
    ]
    assert all(row["lower_80"] < row["mean"] < row["upper_80"] for row in rows)


@pytest.mark.parametrize(
    ("frequency", "months", "periods", "expected"),
    [
        ("QS", 3, 40, [date(2010, 1, 1), date(2010, 4, 1), date(2010, 7, 1), date(2010, 10, 1)]),
        ("YS", 12, 30, [date(2030, 1, 1), date(2031, 1, 1), date(2032, 1, 1), date(2033, 1, 1)]),
    ],
)
def test_quarters_and_years_are_added_up_and_forecast(frequency, months, periods, expected):
    """Rows are of the months' last days: a quarter or year is the sum of its months."""
    spec = make_spec(target={"sum": "seats"}, frequency=frequency, horizon=4)
    rows = [
        (name, date(2000 + month // 12, month % 12 + 1, 28), size * (1 + (month // months) % 4))
        for name, size in (("a", 10.0), ("b", 300.0))
        for month in range(periods * months)
    ]
    # The last period is whole only when its last day is there.
    rows += [(name, date(expected[0].year - 1, 12, 31), 0.0) for name in ("a", "b")]

    found = forecast(rows, spec=spec)

    assert [row["forecast_time"] for row in of(found, "a")] == expected
    for name, size in (("a", 10.0), ("b", 300.0)):
        means = [row["mean"] for row in of(found, name)]
        if frequency == "QS":
            assert means == pytest.approx([months * size * part for part in (1, 2, 3, 4)], rel=0.02)
        else:
            assert all(months * size < mean < 4 * months * size for mean in means)


def test_a_year_that_the_data_ends_inside_is_left_out():
    spec = make_spec(target={"sum": "seats"}, frequency="YS", horizon=2)
    rows = [
        ("a", date(2000 + month // 12, month % 12 + 1, 28), 1.0) for month in range(20 * 12 + 5)
    ]

    found = of(forecast(rows, spec=spec), "a")

    assert [row["forecast_time"].year for row in found] == [2020, 2021]
    assert [row["mean"] for row in found] == pytest.approx([12, 12])

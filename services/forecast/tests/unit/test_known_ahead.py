"""Holidays and columns known ahead, from rows to forecast rows."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from conftest import FIRST_DAY, make_spec

from millrace_forecast.adapters.memory import MemoryInputs, MemoryModelStore, MemoryOutput
from millrace_forecast.calendar import FREQUENCIES
from millrace_forecast.errors import HistoryUnusable, HolidaysUnknown, KnownAheadMissing
from millrace_forecast.history import hash_history, read_history
from millrace_forecast.prediction import Prediction
from millrace_forecast.public_holidays import holiday_columns
from millrace_forecast.training import Training

NOON = datetime(2024, 2, 29, 12, tzinfo=UTC)
PROMOTED = make_spec(target={"sum": "seats"}, known_ahead=["promotion"])
DAYS = 180


def forecast(rows, spec, trained_on=None):
    models, output = MemoryModelStore(), MemoryOutput()
    Training(MemoryInputs(spec, trained_on or rows), models, "v1", NOON).train()
    card = models.files["card.json"].decode()
    Prediction(MemoryInputs(spec, rows), models, output, "r1", date(2024, 2, 29), NOON).predict()
    return card, [row for table in output.tables.values() for row in table.to_pylist()]


def promoted_rows(ahead: int = 14, series: str = "abc"):
    """A promotion by chance on one day in five adds 60 to about 100; rows ahead have no value."""
    draws = np.random.default_rng(11)
    rows = []
    for name in series:
        for day in range(DAYS + ahead):
            on = float(draws.random() < 0.2)
            value = 100 + 60 * on + draws.normal(0, 3)
            moment = FIRST_DAY + timedelta(days=day)
            rows.append((name, moment, value if day < DAYS else None, on))
    return rows


def test_what_is_known_ahead_is_in_the_forecast():
    rows = promoted_rows()

    card, found = forecast(rows, PROMOTED)

    on = {(row[0], row[1]): row[3] for row in rows}
    means = {0.0: [], 1.0: []}
    for row in found:
        means[on[row["origin"], row["forecast_time"]]].append(row["mean"])
    assert found[0]["forecast_time"] == FIRST_DAY + timedelta(days=DAYS)
    assert '"known_promotion"' in card
    assert np.mean(means[0.0]) == pytest.approx(100, abs=8)
    assert np.mean(means[1.0]) == pytest.approx(160, abs=8)


def test_a_value_that_is_missing_ahead_is_named_and_nothing_is_written():
    rows = promoted_rows(14, "a")
    short = [row for row in rows if row[1] != FIRST_DAY + timedelta(days=DAYS + 3)]
    models, output = MemoryModelStore(), MemoryOutput()
    Training(MemoryInputs(PROMOTED, short), models, "v1", NOON).train()
    prediction = Prediction(
        MemoryInputs(PROMOTED, short), models, output, "r1", date(2024, 2, 29), NOON
    )

    with pytest.raises(KnownAheadMissing, match=r"series \('a',\) has no promotion for 2023-07-04"):
        prediction.predict()

    assert output.tables == {}


def test_rows_ahead_are_no_history_and_a_period_takes_the_mean_of_its_rows():
    spec = PROMOTED.forecast.model_copy(update={"frequency": "W", "horizon": 2})
    rows = promoted_rows(14, "a")

    _, (series,) = read_history(rows, spec)

    assert series.last == FREQUENCIES["W"].period_of(FIRST_DAY + timedelta(days=DAYS)) - 1
    told = np.array([row[3] for row in rows])[: 27 * 7].reshape(-1, 7).mean(axis=1)
    np.testing.assert_allclose(series.beside[0][:27], told)


def test_a_history_is_another_when_what_stood_beside_it_is():
    rows = promoted_rows(14, "a")
    changed = [(*rows[0][:3], 1 - rows[0][3]), *rows[1:]]
    later = [*rows[:-1], (*rows[-1][:3], 0.5)]

    hashes = [
        hash_history(read_history(found, PROMOTED.forecast)[1]) for found in (rows, changed, later)
    ]

    assert hashes[0] == hashes[2] != hashes[1]


def test_a_row_ahead_without_a_time_is_named():
    with pytest.raises(HistoryUnusable, match="time is null"):
        read_history([("a", None, None, 1.0), *promoted_rows()], PROMOTED.forecast)


def test_holidays_of_days_are_the_countrys():
    first = FREQUENCIES["D"].period_of(date(2013, 12, 22))

    holiday, since, to = holiday_columns("US", FREQUENCIES["D"], first, 12)

    assert holiday.tolist() == [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0]
    assert since.tolist() == [7, 7, 7, 0, 1, 2, 3, 4, 5, 6, 0, 1]
    assert to.tolist() == [3, 2, 1, 0, 6, 5, 4, 3, 2, 1, 0, 7]


def test_longer_periods_count_their_holidays_and_a_part_of_a_country_has_its_own():
    months = FREQUENCIES["MS"]
    first = months.period_of(date(2023, 5, 1))

    whole, bavaria = (holiday_columns(place, months, first, 2)[0] for place in ("DE", "DE-BY"))

    assert whole.tolist() == [3, 0]
    assert bavaria.tolist() == [3, 1]


@pytest.mark.parametrize("place", ["ZZ", "DE-XX"])
def test_a_place_without_known_holidays_is_named(place):
    with pytest.raises(HolidaysUnknown, match=place):
        holiday_columns(place, FREQUENCIES["D"], 19_000, 10)


def test_what_happens_on_holidays_is_forecast_for_the_next():
    """Nothing is open on the holidays of three years; New Year of the fourth is ahead."""
    spec = make_spec(target={"sum": "seats"}, holidays="US", horizon=14)
    draws = np.random.default_rng(5)
    days = [date(2020, 1, 2) + timedelta(days=day) for day in range(1090)]
    first = FREQUENCIES["D"].period_of(days[0])
    free = holiday_columns("US", FREQUENCIES["D"], first, len(days))[0]
    rows = [
        (name, day, 20.0 if holiday else 100 + draws.normal(0, 3))
        for name in "ab"
        for day, holiday in zip(days, free, strict=True)
    ]
    assert days[-1] == date(2022, 12, 26)

    card, found = forecast(rows, spec)

    means = {name: [] for name in ("free", "open")}
    for row in found:
        free_day = row["forecast_time"] in (date(2023, 1, 1), date(2023, 1, 2))
        means["free" if free_day else "open"].append(row["mean"])
    assert '"days_to_holiday"' in card
    assert np.mean(means["open"]) == pytest.approx(100, abs=5)
    assert np.mean(means["free"]) < 45

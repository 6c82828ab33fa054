from __future__ import annotations

from datetime import date, timedelta

import pyarrow as pa
import pytest
from conftest import FIRST_DAY, weekly_rows

from millrace_forecast.adapters.memory import MemoryInputs, MemoryPastForecasts, MemoryScoreOutput
from millrace_forecast.scoring import Scoring

WEEK = (20.0, 25.0, 25.0, 26.0, 30.0, 12.0, 15.0)
ISSUED = date(2023, 2, 6)


def said(origin: str, days: range, mean, width: float = 1.0) -> list[dict[str, object]]:
    return [
        {
            "origin": origin,
            "forecast_time": FIRST_DAY + timedelta(days=day),
            "mean": mean(day),
            **{f"lower_{percent}": mean(day) - width for percent in (80, 95)},
            **{f"upper_{percent}": mean(day) + width for percent in (80, 95)},
            "model_version": "v1",
        }
        for day in days
    ]


def score(spec, rows, forecasts):
    output = MemoryScoreOutput()
    past = MemoryPastForecasts({ISSUED: pa.Table.from_pylist(forecasts)})
    return Scoring(MemoryInputs(spec, rows), past, output).score(), output.scores


def growing_rows(days: int):
    """A week that is higher by 7 each time: seasonal naive misses by 7 everywhere."""
    return [
        (key, day, WEEK[n % 7] + n // 7 * 7)
        for n, (key, day, _) in enumerate(weekly_rows(days, "EWR"))
    ]


def test_scores_are_those_of_their_definitions(spec):
    """Naive misses by 7, and the known part changes by 7 a season: its MASE is 1."""
    rows = growing_rows(42)
    actual = {n: value for n, (_, _, value) in enumerate(rows)}

    scored, tables = score(spec, rows, said("EWR", range(35, 42), lambda day: actual[day] + 3.5, 3))

    (row,) = tables[ISSUED].to_pylist()
    assert row["mase"] == pytest.approx(0.5)
    assert row["naive_mase"] == pytest.approx(1)
    assert (row["periods"], row["coverage_80"], row["model_version"]) == (7, 0.0, "v1")
    expected = [200 * 3.5 / (2 * actual[day] + 3.5) for day in range(35, 42)]
    assert row["smape"] == pytest.approx(sum(expected) / 7)
    assert not scored.worse_than_naive


def test_only_periods_that_are_over_are_scored(spec):
    rows = growing_rows(38)
    actual = {n: value for n, (_, _, value) in enumerate(growing_rows(49))}

    _, tables = score(spec, rows, said("EWR", range(35, 49), actual.__getitem__))

    (row,) = tables[ISSUED].to_pylist()
    assert (row["periods"], row["mase"], row["coverage_95"]) == (3, 0, 1)


def test_a_model_that_the_last_season_beats_is_told(spec):
    scored, _ = score(spec, growing_rows(42), said("EWR", range(35, 42), lambda day: 0.0))

    assert scored.worse_than_naive
    assert scored.mase > scored.naive_mase


@pytest.mark.parametrize(("origin", "days"), [("LGA", range(35, 42)), ("EWR", range(42, 49))])
def test_what_cannot_be_scored_writes_nothing(spec, origin, days):
    scored, tables = score(spec, growing_rows(42), said(origin, days, lambda day: 1.0))

    assert (scored.series_forecasts, scored.mase, tables) == (0, None, {})
    assert not scored.worse_than_naive


def test_a_series_that_repeats_exactly_has_errors_but_no_scale(spec):
    scored, tables = score(
        spec, weekly_rows(42, "EWR"), said("EWR", range(35, 42), lambda day: 1.0)
    )

    assert tables[ISSUED]["mase"].to_pylist() == [None]
    assert tables[ISSUED]["smape"][0].as_py() > 100
    assert scored.mase is None

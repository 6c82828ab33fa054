"""What the table of scores holds beside the means, and which forecasts it leaves out."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa
import pytest
from conftest import FIRST_DAY, make_spec
from test_scoring import ISSUED, growing_rows, said, score

from millrace_forecast.adapters.memory import MemoryInputs, MemoryPastForecasts, MemoryScoreOutput
from millrace_forecast.scoring import Scoring


def actual_of(rows) -> dict[int, float]:
    return {(day - FIRST_DAY).days: value for _, day, value in rows}


def test_each_step_ahead_has_its_own_scores(spec):
    """The forecast misses by 0, 3.5, 7, … at each further step; naive by 7 at every one."""
    rows = growing_rows(42)
    actual = actual_of(rows)

    _, tables = score(spec, rows, said("EWR", range(35, 42), lambda d: actual[d] + (d - 35) * 3.5))

    (row,) = tables[ISSUED].to_pylist()
    assert row["mase_by_step"] == pytest.approx([n * 0.5 for n in range(7)])
    assert row["naive_mase_by_step"] == pytest.approx([1] * 7)
    assert row["coverage_80_by_step"] == [1, 0, 0, 0, 0, 0, 0]
    assert row["coverage_80"] == pytest.approx(1 / 7)
    for name in ("mase", "smape"):
        assert np.mean(row[f"{name}_by_step"]) == pytest.approx(row[name])
    assert row["forecast_from"] == date(2023, 2, 6)


def test_scoring_twice_writes_the_same_rows(spec):
    rows = growing_rows(42)
    forecasts = said("EWR", range(35, 49), lambda day: float(day))

    assert score(spec, rows, forecasts)[1] == score(spec, rows[::-1], forecasts[::-1])[1]


def test_many_series_are_scored_each_by_its_own_history(spec):
    """JFK begins three weeks late, and its forecast misses by twice as much."""
    ewr = growing_rows(42)
    jfk = [("JFK", day, 10 * value) for _, day, value in ewr[21:]]
    actual = actual_of(ewr)

    scored, tables = score(
        spec,
        [*ewr, *jfk],
        said("EWR", range(35, 42), lambda d: actual[d] + 7)
        + said("JFK", range(35, 42), lambda d: 10 * actual[d] + 140),
    )

    found = {row["origin"]: row for row in tables[ISSUED].to_pylist()}
    assert found["EWR"]["mase"] == pytest.approx(1)
    assert found["JFK"]["mase"] == pytest.approx(2)
    assert found["JFK"]["naive_mase"] == pytest.approx(1)
    assert (scored.series_forecasts, scored.periods) == (2, 7)
    assert scored.relative_mase == pytest.approx(1.5)


def test_only_the_judged_models_forecasts_count_and_all_are_scored(spec):
    rows = growing_rows(42)
    actual = actual_of(rows)
    past = MemoryPastForecasts(
        {
            date(2023, 2, 5): pa.Table.from_pylist(said("EWR", range(28, 42), lambda day: 0.0)),
            ISSUED: pa.Table.from_pylist(
                [
                    {**row, "model_version": "v2"}
                    for row in said("EWR", range(35, 49), lambda d: actual.get(d, 0) + 3.5)
                ]
            ),
        }
    )
    output = MemoryScoreOutput()

    scored = Scoring(MemoryInputs(spec, rows), past, output, judged_version="v2").score()

    assert len(output.scores) == scored.series_forecasts == 2
    assert scored.relative_mase == pytest.approx(0.5)
    assert scored.periods == 7


@pytest.mark.parametrize(
    "declared", [{"frequency": "W"}, {"series": ["carrier"]}], ids=["frequency", "series"]
)
def test_a_forecast_of_another_declaration_is_left_out(declared):
    rows = growing_rows(42)

    scored, tables = score(make_spec(**declared), rows, said("EWR", range(35, 42), lambda day: 1.0))

    assert (scored.series_forecasts, tables) == (0, {})


def test_an_interval_that_was_not_made_then_is_null_now(spec):
    wider = make_spec(intervals=[50, 80])
    rows = growing_rows(42)

    _, tables = score(wider, rows, said("EWR", range(35, 42), lambda day: 1.0))

    (row,) = tables[ISSUED].to_pylist()
    assert row["coverage_50"] is row["coverage_50_by_step"] is None
    assert row["coverage_80"] == 0

"""Whatever is wrong with a table or a model has a name, and nothing is written."""

from __future__ import annotations

import json
import math
import pickle
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from conftest import make_spec, weekly_rows

from millrace_forecast.adapters.memory import MemoryInputs, MemoryModelStore, MemoryOutput
from millrace_forecast.errors import (
    ForecastUndeclared,
    HistoryUnusable,
    HolidaysUnknown,
    InputMissing,
    KnownAheadMissing,
    ModelRefused,
)
from millrace_forecast.prediction import Prediction
from millrace_forecast.training import Training

NOON = datetime(2024, 2, 29, 12, tzinfo=UTC)
ROWS = weekly_rows(70, "EWR", "JFK")
SUMMED = make_spec(target={"sum": "seats"})
MONTHS = [("MON", date(2023, month, 1), 3000.0) for month in range(1, 9)]
PRICED = make_spec(target={"sum": "seats"}, known_ahead=["price"])


class Payload:
    """Unpickled, it makes a file."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return Path.touch, (self.file,)


def card_with(**changed: Any) -> Callable[[dict[str, bytes]], None]:
    """Change a card as another release, library or dataset would have written it."""

    def change(files: dict[str, bytes]) -> None:
        files["card.json"] = json.dumps(json.loads(files["card.json"]) | changed).encode()

    return change


@pytest.fixture(scope="module")
def trained() -> dict[str, bytes]:
    models = MemoryModelStore()
    Training(MemoryInputs(SUMMED, ROWS), models, "v1", NOON).train()
    return models.files


TABLES = {
    "no row": (SUMMED, [], HistoryUnusable, "no rows"),
    "every target null": (SUMMED, [(*row[:2], None) for row in ROWS], HistoryUnusable, "null"),
    "a time null": (SUMMED, [*ROWS, ("EWR", None, 1.0)], HistoryUnusable, "time is null"),
    "no number": (SUMMED, [*ROWS, ("EWR", ROWS[0][1], math.nan)], HistoryUnusable, "value nan"),
    "infinite": (SUMMED, [*ROWS, ("EWR", ROWS[0][1], math.inf)], HistoryUnusable, "value inf"),
    "mixed frequencies": (SUMMED, [*ROWS, *MONTHS], HistoryUnusable, "mixed frequencies"),
    "no forecast declared": (
        SUMMED.model_copy(update={"forecast": None}),
        ROWS,
        ForecastUndeclared,
        "flights",
    ),
    "no such country": (
        make_spec(target={"sum": "seats"}, holidays="ZZ"),
        ROWS,
        HolidaysUnknown,
        "ZZ",
    ),
}


@pytest.mark.parametrize("case", TABLES)
def test_a_table_that_cannot_be_made_into_series_trains_nothing(case):
    spec, rows, error, says = TABLES[case]
    models = MemoryModelStore()

    with pytest.raises(error, match=says):
        Training(MemoryInputs(spec, rows), models, "v1", NOON).train()

    assert models.files == {}


def refuse(spec, rows, files: dict[str, bytes], error: type[Exception], says: str) -> None:
    models, output = MemoryModelStore(), MemoryOutput()
    models.files = files
    prediction = Prediction(MemoryInputs(spec, rows), models, output, "r1", date(2024, 2, 29), NOON)

    with pytest.raises(error, match=says):
        prediction.predict()

    assert output.tables == {}


@pytest.mark.parametrize("case", [name for name in TABLES if name != "no such country"])
def test_nor_is_it_forecast(trained, case):
    spec, rows, error, says = TABLES[case]
    refuse(spec, rows, trained, error, says)


def test_a_column_that_ends_before_the_horizon_is_not_forecast_with():
    models = MemoryModelStore()
    rows = [(*row, 9.5) for row in ROWS]
    Training(MemoryInputs(PRICED, rows), models, "v1", NOON).train()

    refuse(PRICED, rows, models.files, KnownAheadMissing, "no price for 2023-03-13")


MODELS = {
    "another dataset": (card_with(dataset="trains"), "dataset is 'trains'"),
    "other features": (card_with(features=["step"]), "its features are"),
    "another schema": (card_with(schema_version=1), "schema_version"),
    "a library of another major version": (
        card_with(libraries={"lightgbm": "3.3.5"}, sha256={"correction.txt": "0"}),
        r"LightGBM 3\.3\.5",
    ),
    "no card": (lambda files: files.update({"model.bin": files.pop("card.json")}), "no card"),
    "a card that is no JSON": (lambda files: files.update({"card.json": b"\xff"}), "no.* card"),
    "a card with more than ours": (card_with(run="rm"), "run: Extra inputs"),
}


@pytest.mark.parametrize("case", MODELS)
def test_a_model_that_is_not_ours_or_not_this_tables_is_refused(trained, case):
    change, says = MODELS[case]
    files = dict(trained)
    change(files)

    refuse(SUMMED, ROWS, files, ModelRefused, says)


@pytest.mark.parametrize(
    "changed", [{"frequency": "W"}, {"horizon": 3}, {"series": ["seats"]}, {"holidays": "US"}]
)
def test_a_model_of_another_declaration_is_refused_by_what_differs(trained, changed):
    spec = make_spec(**{"target": {"sum": "seats"}, **changed})

    refuse(spec, ROWS, trained, ModelRefused, f"{next(iter(changed))} is ")


def test_no_model_is_named():
    refuse(SUMMED, ROWS, {}, InputMissing, "no model")


def test_a_pickle_in_an_archive_is_never_opened(trained, tmp_path):
    made = tmp_path / "made"
    body = pickle.dumps(Payload(made))

    refuse(SUMMED, ROWS, {"model.pkl": body}, ModelRefused, r"no card\.json")
    refuse(SUMMED, ROWS, {**trained, "card.json": body}, ModelRefused, "not a model card")

    assert not made.exists()
    pickle.loads(body)
    assert made.exists(), "it would have been seen"


def test_rows_of_one_time_are_added_up_and_an_unseen_series_is_forecast(trained):
    """Neither is wrong: a table holds records, and a category may be new."""
    models, output = MemoryModelStore(), MemoryOutput()
    models.files = dict(trained)
    halves = [(name, day, value / 2) for name, day, value in ROWS for _ in range(2)]
    unseen = [("LGA", day, value) for name, day, value in ROWS if name == "EWR"]

    for day, rows in enumerate((ROWS, [*halves, *unseen]), 1):
        issued_on = date(2024, 2, day)
        Prediction(MemoryInputs(SUMMED, rows), models, output, "r1", issued_on, NOON).predict()

    once, again = (table.to_pylist() for table in output.tables.values())
    assert again[: len(once)] == once
    assert {row["origin"] for row in again} == {"EWR", "JFK", "LGA"}

from __future__ import annotations

from datetime import UTC, date, datetime
from hashlib import sha256
from importlib.metadata import version

import numpy as np
import pytest
from conftest import make_spec, weekly_rows

from millrace_forecast.adapters.memory import MemoryInputs, MemoryModelStore, MemoryOutput
from millrace_forecast.archive import CARD, hash_files
from millrace_forecast.errors import ForecastUndeclared, HistoryUnusable, ModelRefused
from millrace_forecast.features import FEATURES
from millrace_forecast.prediction import Prediction
from millrace_forecast.training import Training

NOON = datetime(2024, 2, 29, 12, tzinfo=UTC)


def train(spec, rows):
    models = MemoryModelStore()
    card = Training(MemoryInputs(spec, rows), models, "v1", NOON).train()
    return card, models


def predict(spec, rows, models):
    output = MemoryOutput()
    ready = Prediction(
        MemoryInputs(spec, rows), models, output, "r1", date(2024, 2, 29), NOON
    ).predict()
    return ready, output.tables


def test_a_series_that_repeats_is_forecast_to_go_on(spec):
    rows = weekly_rows(140, "EWR", "JFK")
    _, models = train(spec, rows)

    ready, tables = predict(spec, rows, models)

    (table,) = tables.values()
    assert list(tables) == ["flights/issued_on=2024-02-29/"]
    assert (ready.series, ready.rows_written, table.num_rows) == (2, 28, 28)
    expected = [value for _, _, value in weekly_rows(154, "EWR", "JFK")]
    ahead = expected[140:154] + expected[294:308]
    np.testing.assert_allclose(table["mean"].to_numpy(), ahead, rtol=1e-9)
    assert table["forecast_time"][0].as_py() == date(2023, 5, 22)


def test_predicting_twice_writes_the_same_rows(spec):
    rows = weekly_rows(140, "EWR")
    _, models = train(spec, rows)

    assert predict(spec, rows, models)[1] == predict(spec, rows, models)[1]


def test_the_card_tells_what_the_model_was_made_from(spec):
    card, models = train(spec, weekly_rows(140, "EWR", "JFK"))

    assert (card.first_day, card.last_day) == (date(2023, 1, 2), date(2023, 5, 21))
    assert (card.series, card.windows, card.version) == (2, 3, "v1")
    assert "card.json" in models.files


def test_the_card_tells_features_scores_per_step_libraries_seed_and_hashes(spec):
    card, models = train(spec, fortnightly_rows(200, "EWR", "JFK"))

    assert card.features == FEATURES
    assert len(card.mase_by_step) == len(card.naive_mase_by_step) == spec.forecast.horizon
    assert np.mean(card.mase_by_step) == pytest.approx(card.mase_chosen)
    assert np.mean(card.naive_mase_by_step) == pytest.approx(card.mase["seasonal_naive"])
    assert card.libraries == {name: version(name) for name in ("lightgbm", "numpy")}
    assert card.seed == 20130101
    others = {name: body for name, body in models.files.items() if name != CARD}
    assert card.sha256 == {name: sha256(body).hexdigest() for name, body in others.items()}
    assert len(others) == 2


def test_the_card_tells_whether_the_history_changed(spec):
    rows = weekly_rows(140, "EWR", "JFK")
    changed = [*rows[:-1], (*rows[-1][:2], rows[-1][2] + 1)]

    hashes = [train(spec, found)[0].history_sha256 for found in (rows, rows[::-1], changed)]

    assert hashes[0] == hashes[1] != hashes[2]


def test_the_same_table_and_seed_train_the_same_model(spec):
    rows = fortnightly_rows(200, "EWR", "JFK")

    first, second = train(spec, rows)[1], train(spec, rows)[1]

    assert first.files == second.files


def test_a_new_series_is_forecast_by_the_model_of_the_others(spec):
    _, models = train(spec, weekly_rows(140, "EWR"))

    ready, _ = predict(spec, weekly_rows(140, "EWR", "LGA"), models)

    assert ready.series == 2


def test_intervals_of_a_short_history_are_null_not_invented(spec):
    rows = weekly_rows(10, "EWR")
    card, models = train(spec, rows)

    _, tables = predict(spec, rows, models)

    (table,) = tables.values()
    assert card.windows == 0
    assert table["lower_80"].null_count == 14
    assert table["mean"].null_count == 0


def test_a_count_is_not_forecast_below_zero(spec):
    noisy = np.random.default_rng(5).poisson(0.3, 200)
    rows = [
        ("EWR", day, float(n)) for (_, day, _), n in zip(weekly_rows(200, "x"), noisy, strict=True)
    ]
    _, models = train(spec, rows)

    _, tables = predict(spec, rows, models)

    (table,) = tables.values()
    for column in ("mean", "lower_80", "lower_95"):
        assert min(table[column].to_pylist()) >= 0


@pytest.mark.parametrize(
    "change", [{"horizon": 7}, {"frequency": "W"}, {"target": {"sum": "seats"}}]
)
def test_a_model_made_for_another_declaration_is_refused_by_name(spec, change):
    rows = weekly_rows(140, "EWR")
    _, models = train(spec, rows)

    with pytest.raises(ModelRefused, match=next(iter(change))):
        predict(make_spec(**change), rows, models)


def fortnightly_rows(days: int, *origins: str):
    """Every other week is another: neither the last week nor an average tells the next."""
    draws = np.random.default_rng(2)
    return [
        (origin, day, 100 + 20 * ((day.toordinal() // 7) % 2) + draws.normal(0, 2))
        for origin, day, _ in weekly_rows(days, *origins)
    ]


@pytest.mark.parametrize("name", ["correction.txt", "spread.txt"])
def test_a_booster_that_is_not_its_cards_is_refused(spec, name):
    rows = fortnightly_rows(200, "EWR", "JFK")
    card, models = train(spec, rows)
    assert "boosted" in card.weights, "the back-test was expected to choose the boosted member"
    models.files[name] += b"\n"

    with pytest.raises(ModelRefused, match=f"{name} is not the one"):
        predict(spec, rows, models)


def test_text_that_lightgbm_does_not_read_is_refused(spec):
    rows = fortnightly_rows(200, "EWR", "JFK")
    card, models = train(spec, rows)
    models.files["correction.txt"] = b"import os"
    changed = card.model_copy(
        update={
            "sha256": hash_files(
                {name: body for name, body in models.files.items() if name != CARD}
            )
        }
    )
    models.files[CARD] = changed.model_dump_json().encode()

    with pytest.raises(ModelRefused, match="LightGBM does not read"):
        predict(spec, rows, models)


def test_a_model_of_another_lightgbm_is_refused_by_its_version(spec):
    rows = fortnightly_rows(200, "EWR", "JFK")
    card, models = train(spec, rows)
    older = card.model_copy(update={"libraries": {"lightgbm": "3.3.5"}})
    models.files[CARD] = older.model_dump_json().encode()

    with pytest.raises(ModelRefused, match=r"LightGBM 3\.3\.5"):
        predict(spec, rows, models)


@pytest.mark.parametrize("files", [{"other": b""}, {"card.json": b"{}"}, {"card.json": b"\xff"}])
def test_a_foreign_archive_is_refused(spec, files):
    models = MemoryModelStore()
    models.files = files

    with pytest.raises(ModelRefused):
        predict(spec, weekly_rows(140, "EWR"), models)


def test_an_empty_table_writes_nothing(spec):
    _, models = train(spec, weekly_rows(140, "EWR"))
    output = MemoryOutput()
    prediction = Prediction(MemoryInputs(spec, []), models, output, "r1", date(2024, 2, 29), NOON)

    with pytest.raises(HistoryUnusable):
        prediction.predict()

    assert output.tables == {}


def test_a_dataset_without_a_forecast_is_named(spec):
    undeclared = spec.model_copy(update={"forecast": None})

    with pytest.raises(ForecastUndeclared, match="flights"):
        train(undeclared, weekly_rows(140, "EWR"))

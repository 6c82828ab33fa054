"""The container's folders, through the entry point that SageMaker starts."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pyarrow as pa
import pyarrow.dataset as pads
import pyarrow.parquet as pq
import pytest
from conftest import FIRST_DAY, make_spec, weekly_rows

from millrace_contracts import ForecastReady


def container(base: Path, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "millrace_forecast", *arguments],
        env={"PATH": os.environ["PATH"], "SAGEMAKER_BASE_DIR": str(base), **env},
        capture_output=True,
        text=True,
    )


def put_inputs(folder: Path, spec=None, *origins: str) -> None:
    """Refined Parquet as Spark leaves it: partitioned, one row per flight."""
    (folder / "spec").mkdir(parents=True)
    (folder / "spec" / "dataset.json").write_text((spec or make_spec()).model_dump_json())
    rows = [
        {"flown_on": day, "month": f"{day:%Y-%m}", "origin": origin}
        for place, origin in enumerate(origins or ("EWR",))
        for _, day, value in weekly_rows(100, origin)
        for _ in range(int(value) + place * (day.day % 3))
    ]
    partitioning = pads.partitioning(pa.schema([("month", pa.string())]), flavor="hive")
    table = pa.Table.from_pylist(rows)
    pads.write_dataset(table, folder / "refined", format="parquet", partitioning=partitioning)


def train(base: Path, *origins: str) -> None:
    put_inputs(base / "input" / "data", None, *origins)
    done = container(base, "train", MODEL_VERSION="v1")
    assert done.returncode == 0, done.stderr
    (base / "processing" / "input" / "model").mkdir(parents=True)
    with tarfile.open(base / "processing/input/model/model.tar.gz", "w:gz") as tar:
        tar.add(base / "model", arcname=".")


def test_train_then_predict_through_the_containers_folders(tmp_path):
    train(tmp_path)
    put_inputs(tmp_path / "processing" / "input")

    done = container(tmp_path, "predict", RUN_ID="r1", ISSUED_ON="2024-02-29")

    assert done.returncode == 0, done.stderr
    output = tmp_path / "processing" / "output" / "forecast"
    assert [file.relative_to(output).as_posix() for file in output.rglob("*.parquet")] == [
        "issued_on=2024-02-29/part-00000.parquet"
    ]
    table = pads.dataset(output, partitioning="hive").to_table()
    week = [value for _, _, value in weekly_rows(107, "EWR")][100:]
    assert table["mean"].to_pylist()[:7] == pytest.approx(week, rel=1e-9)
    ready = ForecastReady.model_validate_json((tmp_path / "output" / "message").read_text())
    assert (ready.run_id, ready.model_version, ready.rows_written) == ("r1", "v1", 14)
    card = json.loads((tmp_path / "model" / "card.json").read_text())
    assert card["first_day"] == FIRST_DAY.isoformat()


def test_instances_of_one_job_share_the_series_out_and_write_what_one_writes(tmp_path):
    origins = ("EWR", "JFK", "LGA", "SWF", "TEB")
    train(tmp_path, *origins)
    put_inputs(tmp_path / "processing" / "input", None, *origins)
    assert container(tmp_path, "predict", ISSUED_ON="2024-02-29").returncode == 0
    folder = tmp_path / "processing" / "output" / "forecast" / "issued_on=2024-02-29"
    alone = pq.read_table(folder / "part-00000.parquet")

    (tmp_path / "config").mkdir()
    for host in ("algo-2", "algo-1"):
        cluster = {"current_host": host, "hosts": ["algo-1", "algo-2"]}
        (tmp_path / "config" / "resourceconfig.json").write_text(json.dumps(cluster))
        assert container(tmp_path, "predict", ISSUED_ON="2024-02-29").returncode == 0

    parts = [pq.read_table(file) for file in sorted(folder.glob("part-*.parquet"))]
    assert [part.num_rows > 0 for part in parts] == [True, True]
    together = pa.concat_tables(parts).sort_by(
        [("origin", "ascending"), ("forecast_time", "ascending")]
    )
    assert together == alone.combine_chunks()


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda archive: archive.write_bytes(b"not an archive"), "ModelRefused: model.tar.gz"),
        (lambda archive: archive.write_bytes(archive.read_bytes()[:-40]), "ModelRefused"),
        (lambda archive: archive.unlink(), "InputMissing: channel model"),
    ],
)
def test_a_damaged_model_is_named_where_sagemaker_looks_and_nothing_is_written(
    tmp_path, damage, says
):
    train(tmp_path)
    put_inputs(tmp_path / "processing" / "input")
    damage(tmp_path / "processing" / "input" / "model" / "model.tar.gz")

    done = container(tmp_path, "predict")

    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith(says)
    assert (tmp_path / "output" / "message").read_text().startswith(says)
    assert not list((tmp_path / "processing").rglob("output/**/*.parquet"))


def test_a_column_that_the_table_lacks_is_named_with_those_it_has(tmp_path):
    put_inputs(tmp_path / "input" / "data", make_spec(series=["carrier"]))

    done = container(tmp_path, "train")

    assert done.returncode == 1
    failure = (tmp_path / "output" / "failure").read_text()
    assert failure.startswith("HistoryUnusable: the refined table has no column carrier; it has ")


def test_an_empty_channel_is_named(tmp_path):
    (tmp_path / "input" / "data" / "spec").mkdir(parents=True)

    assert container(tmp_path, "train").returncode == 1
    assert "channel spec" in (tmp_path / "output" / "failure").read_text()


def test_an_unknown_command_is_refused(tmp_path):
    assert container(tmp_path, "guess").returncode == 2


def test_a_forecast_is_scored_when_its_days_have_passed(tmp_path):
    train(tmp_path)
    put_inputs(tmp_path / "processing" / "input")
    assert container(tmp_path, "predict", ISSUED_ON="2023-04-12").returncode == 0
    shutil.move(tmp_path / "processing/output/forecast", tmp_path / "processing/input/forecast")
    rows = [
        {"flown_on": day, "origin": "EWR"}
        for _, day, value in weekly_rows(107, "EWR")
        for _ in range(int(value))
    ]
    shutil.rmtree(tmp_path / "processing" / "input" / "refined")
    (tmp_path / "processing" / "input" / "refined").mkdir()
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "processing/input/refined/a.parquet")

    done = container(tmp_path, "score")

    assert done.returncode == 0, done.stderr
    (file,) = (tmp_path / "processing" / "output" / "scores").rglob("*.parquet")
    assert file.parent.name == "issued_on=2023-04-12"
    (row,) = pq.read_table(file, partitioning=None).to_pylist()
    assert (row["origin"], row["periods"], row["smape"]) == ("EWR", 7, pytest.approx(0, abs=1e-6))
    message = json.loads((tmp_path / "output" / "message").read_text())
    assert (message["series_forecasts"], message["worse_than_naive"]) == (1, False)

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from millrace.cli import app
from millrace.errors import InputRejected
from millrace.inferring import read_sample, write_spec
from millrace.specs import load_dataset

TEXT = """Flight No;Departed;Flown on;Delay;Zip Code;Late;Tail
1;2024-02-29 12:00:00;2024-02-29;3.5;01234;true;NA
2;2024-02-29 13:00:00;2024-02-29;NA;01235;false;N1
"""


@pytest.fixture
def sample_file(tmp_path: Path) -> Path:
    file = tmp_path / "flights.csv"
    file.write_text(TEXT)
    return file


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a,b,a\n1,2,3\n", "two columns are named 'a'"),
        ("a,,c\n1,2,3\n", "column 2 has no name in the header"),
        ("a,b\n", "needs a header and at least one row"),
        ("a,b\n1\n", "row 2 has 1 values for 2 columns"),
    ],
)
def test_a_header_that_names_no_columns_is_refused_before_a_file_is_written(
    text, words, tmp_path, monkeypatch
):
    (tmp_path / "sample.csv").write_text(text)
    for folder in ("datasets", "localcloud", "services", "shared"):
        (tmp_path / folder).mkdir()
    monkeypatch.chdir(tmp_path)

    done = CliRunner().invoke(app, ["new", "orders", "--from", "sample.csv"])

    assert (done.exit_code, words in done.output) == (2, True), done.output
    assert list((tmp_path / "datasets").iterdir()) == []


def test_types_names_and_missing_values_are_found(sample_file):
    sample = read_sample(sample_file)

    assert (sample.delimiter, sample.null_value, sample.rows) == (";", "NA", 2)
    assert [(one.name, one.type, one.required) for one in sample.columns] == [
        ("flight_no", "bigint", True),
        ("departed", "timestamp", True),
        ("flown_on", "date", True),
        ("delay", "double", False),
        ("zip_code", "string", True),
        ("late", "boolean", True),
        ("tail", "string", False),
    ]


def test_the_written_spec_is_right_and_says_the_same(sample_file, tmp_path):
    folder = tmp_path / "datasets" / "trips"
    folder.mkdir(parents=True)
    sample = read_sample(sample_file)
    text = write_spec("trips", sample, source="flights.csv", ending=".csv", email="a@example.com")
    (folder / "dataset.yaml").write_text(text)

    spec = load_dataset(folder).spec

    assert [one.type for one in spec.columns] == [one.type for one in sample.columns]
    assert spec.columns[0].file_name == "flight no"
    assert spec.format.delimiter == ";"


def test_each_option_that_is_offered_in_a_comment_is_right_too(sample_file, tmp_path):
    folder = tmp_path / "datasets" / "trips"
    folder.mkdir(parents=True)
    text = write_spec(
        "trips", read_sample(sample_file), source="f", ending=".csv", email="a@example.com"
    )
    text = text.replace("write: {mode: append}\n", "", 1)
    for option in ("schedule:", "on:", "overlap:", "keys:", "write: {mode: upsert}"):
        assert f"# {option}" in text
        text = text.replace(f"# {option}", option, 1)
    (folder / "dataset.yaml").write_text(text)

    spec = load_dataset(folder).spec

    assert spec.keys == ("flight_no",)
    assert spec.on.after == ("other_dataset",)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "needs a header and at least one row"),
        ("a,b\n", "needs a header and at least one row"),
        ("a,b\n1\n", "row 2 has 1 values for 2 columns"),
    ],
)
def test_a_file_that_is_no_sample_is_refused(tmp_path, text, says):
    file = tmp_path / "f.csv"
    file.write_text(text)

    with pytest.raises(InputRejected, match=says):
        read_sample(file)


@given(st.lists(st.text(min_size=1, max_size=12), min_size=1, max_size=6))
def test_any_header_becomes_names_that_a_spec_takes(tmp_path_factory, titles):
    buffer = io.StringIO()
    csv.writer(buffer).writerows([[*titles, "x"], ["1"] * (len(titles) + 1)])
    file = tmp_path_factory.mktemp("sample") / "f.csv"
    file.write_text(buffer.getvalue(), encoding="utf-8", errors="replace", newline="")
    try:
        sample = read_sample(file)
    except InputRejected:
        return
    text = write_spec("d", sample, source="f.csv", ending=".csv", email="a@example.com")

    names = [column["name"] for column in yaml.safe_load(text)["columns"]]

    assert len(set(names)) == len(names) == len(sample.columns)

"""A transform that is a Python function."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from millrace.aws import Aws
from millrace.deploying.spec_files import upload_spec
from millrace.errors import SpecRejected
from millrace.specs import load_dataset
from millrace_contracts import Dataset, SpecKey

SPEC = """\
name: orders
owner: {team: sales, email: sales@example.com}
source: {kind: filesystem, url: "file://{mount}/orders"}
format: {kind: csv}
columns:
  - {name: id, type: bigint}
keys: [month]
"""
RIGHT = """\
import nothing_of_this_name

raise SystemExit("a check runs nothing")


def transform(source):
    return source.withColumn("month", nothing_of_this_name.month("id"))
"""
ALLOWED = "allowed: def transform(source), from DataFrame to DataFrame"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "datasets" / "orders"
    (folder / "views").mkdir(parents=True)
    (folder / "dataset.yaml").write_text(SPEC)
    (folder / "views" / "months.sql").write_text("select month from refined.orders")
    (folder / "transform.py").write_text(RIGHT)
    return folder


def problems_of(folder: Path) -> list[str]:
    with pytest.raises(SpecRejected) as caught:
        load_dataset(folder)
    return [str(problem) for problem in caught.value.problems]


def deployed(aws: Aws) -> dict[str, str]:
    s3 = aws.client("s3")
    keys = [SpecKey.parse(one["Key"]) for one in s3.list_objects_v2(Bucket="artifacts")["Contents"]]
    return {
        key.file: s3.get_object(Bucket="artifacts", Key=str(key))["Body"].read().decode()
        for key in keys
    }


def test_a_function_is_right_without_being_run(folder):
    declared = load_dataset(folder)

    assert declared.transform is not None
    assert (declared.transform.path, declared.transform.text) == ("transform.py", RIGHT)


@pytest.mark.parametrize(
    "head",
    [
        "def transform(source, months=12):",
        "def transform(source, /, *, months=12):",
        "def transform(*frames):",
        "def transform(source: 'DataFrame') -> 'DataFrame':",
        "def transform(a, b): pass\ndef transform(source):",
    ],
)
def test_whatever_one_dataframe_can_be_given_to_is_right(folder, head):
    (folder / "transform.py").write_text(f"{head}\n    return None\n")

    assert load_dataset(folder).transform is not None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", f": found no function; {ALLOWED}"),
        ("transform = 1", f": found no function; {ALLOWED}"),
        ("class A:\n    def transform(source): pass", f": found no function; {ALLOWED}"),
        ("def transfrom(source): pass", f": found functions transfrom; {ALLOWED}"),
        ("\ndef transform(): pass", f": line 2: found def transform(); {ALLOWED}"),
        ("def transform(a, b): pass", f": line 1: found def transform(a, b); {ALLOWED}"),
        ("def transform(a, *, b): pass", f": line 1: found def transform(a, *, b); {ALLOWED}"),
        ("async def transform(a): pass", f": line 1: found async def transform(a); {ALLOWED}"),
        ("def transform(source):\n  return (", ": line 2, column 10: found '(' was never closed"),
        ("def transform(source): pass\nreturn 1", ": line 2, column 1: found 'return' outside"),
    ],
)
def test_a_file_without_the_function_is_refused_with_what_is_there(folder, text, says):
    (folder / "transform.py").write_text(text)

    (problem,) = problems_of(folder)

    assert problem.startswith(f"datasets/orders/transform.py{says}")


def test_a_file_that_is_no_text_is_refused(folder):
    (folder / "transform.py").write_bytes(b"\xff")

    (problem,) = problems_of(folder)

    assert problem.startswith("datasets/orders/transform.py: found bytes that are no text")


def test_one_dataset_has_one_transform(folder):
    (folder / "transform.sql").write_text("select id, 1 as month from source")

    assert problems_of(folder) == [
        "datasets/orders/transform.py: found transform.sql and transform.py; allowed: one transform"
    ]


def test_it_is_deployed_under_its_own_key_in_place_of_the_query(folder, aws):
    query = "select id, 1 as month from source"
    (folder / "transform.py").rename(folder / "kept")
    (folder / "transform.sql").write_text(query)
    upload_spec(aws, load_dataset(folder))
    files = deployed(aws)
    assert sorted(files) == ["dataset.json", "transform.sql", "views/months.sql"]
    assert files["transform.sql"] == query

    (folder / "transform.sql").unlink()
    (folder / "kept").rename(folder / "transform.py")
    (folder / "views" / "months.sql").unlink()
    upload_spec(aws, load_dataset(folder))

    files = deployed(aws)
    assert sorted(files) == ["dataset.json", "transform.py"]
    assert files["transform.py"] == RIGHT


def test_a_spec_is_deployed_as_its_author_wrote_it(folder, aws):
    declared = load_dataset(folder)
    upload_spec(aws, declared)

    spec = deployed(aws)["dataset.json"]

    assert Dataset.model_validate_json(spec) == declared.spec
    assert json.loads(spec).keys() <= yaml.safe_load(SPEC).keys()

from __future__ import annotations

from pathlib import Path

import pytest

from millrace.errors import SpecRejected
from millrace.specs import load_dataset
from millrace_contracts import Dataset

SPEC = """\
name: orders
owner: {team: sales, email: sales@example.com}
source:
  kind: filesystem
  url: file://{mount}/orders
format: {kind: csv}
columns:
  - {name: id, type: bigint, required: true}
  - {name: bought_on, type: date}
  - {name: price, type: double, range: [0, null]}
keys: [id]
write:
  mode: upsert
  partition_by: [month]
"""
TRANSFORM = "select *, date_format(bought_on, 'yyyy-MM') as month from source"
VIEW = "select month, sum(price) as revenue from refined.orders group by month"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "datasets" / "orders"
    (folder / "views").mkdir(parents=True)
    (folder / "dataset.yaml").write_text(SPEC)
    (folder / "transform.sql").write_text(TRANSFORM)
    (folder / "views" / "revenue.sql").write_text(VIEW)
    return folder


def problems_of(folder: Path) -> list[str]:
    with pytest.raises(SpecRejected) as caught:
        load_dataset(folder)
    return [str(problem) for problem in caught.value.problems]


def test_a_right_folder_is_read_whole(folder):
    declared = load_dataset(folder)

    assert declared.spec.keys == ("id",)
    assert declared.transform is not None
    assert [view.name for view in declared.views] == ["revenue"]


def test_the_project_s_own_datasets_are_right():
    datasets = Path(__file__).parents[3] / "datasets"
    for file in datasets.glob("*/dataset.yaml"):
        assert load_dataset(file.parent).spec.name == file.parent.name


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "keys: [id]",
            "keys: [id]\ncolour: red",
            "datasets/orders/dataset.yaml: colour (line 12): found unknown key 'colour'; "
            f"allowed: one of {', '.join(sorted(Dataset.model_fields))}",
        ),
        (
            "{kind: csv}",
            "{kind: csv, skip: 1}",
            "datasets/orders/dataset.yaml: format.skip (line 6): found unknown key 'skip'; "
            "allowed: one of delimiter, encoding, header, kind, null_value, quote",
        ),
        (
            "type: bigint",
            "type: integer",
            "datasets/orders/dataset.yaml: columns.0.type (line 8): found 'integer'; allowed: "
            "string, int, bigint, double, boolean, date, timestamp, decimal(p,s)",
        ),
        (
            "keys: [id]",
            "keys: [order_id]",
            "datasets/orders/dataset.yaml: keys (line 11): found column 'order_id'; "
            "allowed: one of id, bought_on, price, month",
        ),
        (
            "partition_by: [month]",
            "partition_by: [week]",
            "datasets/orders/dataset.yaml: write.partition_by (line 14): found column 'week'; "
            "allowed: one of id, bought_on, price, month",
        ),
        (
            "kind: filesystem",
            "kind: pigeon",
            "datasets/orders/dataset.yaml: source.kind (line 4): found 'pigeon'; "
            "allowed: one of 'filesystem', ",
        ),
        (
            "owner: {team: sales, email: sales@example.com}\n",
            "",
            "datasets/orders/dataset.yaml: owner (line 1): found nothing; "
            "allowed: a value: it is required",
        ),
        (
            "name: orders",
            "name: sales",
            "datasets/orders/dataset.yaml: name (line 1): found 'sales'; allowed: 'orders'",
        ),
        (
            "  mode: upsert",
            "  mode: upsert\n  mode: append",
            "datasets/orders/dataset.yaml: line 14: found key 'mode' again; allowed: each key once",
        ),
        (
            "keys: [id]",
            "keys: [id",
            "datasets/orders/dataset.yaml: line 12, column 6: found expected ',' or ']', "
            "but got ':'; allowed: YAML",
        ),
    ],
)
def test_a_wrong_spec_is_named_by_file_place_found_and_allowed(folder, old, new, expected):
    (folder / "dataset.yaml").write_text(SPEC.replace(old, new))

    found = problems_of(folder)

    assert any(problem == expected or problem.startswith(expected) for problem in found), found


@pytest.mark.parametrize(
    ("sql", "place", "found"),
    [
        ("select from where", "line 1", ""),
        ("select month,\n  sum(price) as revenue from refined.orders grup by month", "line 2", ""),
        ("drop table refined.orders", "line 1", "found DROP"),
        ("select 1; select 2", "line 1", "found SELECT, SELECT"),
        ("", "line 1", "found nothing"),
        ("select month from orders", "line 1, column 19", "found table 'orders'"),
        ("select total from refined.orders", "line 1, column 8", "found Column 'total'"),
        ("select month,\n  o.total from refined.orders o", "line 2, column 5", "total"),
        ("select month from refined.ordres", "line 1, column 27", "found table 'refined.ordres'"),
        ("select a from forecast.rain", "line 1, column 24", "allowed: forecast.orders, forecast."),
    ],
)
def test_bad_sql_in_a_view_is_named_by_file_and_place(folder, sql, place, found):
    (folder / "views" / "revenue.sql").write_text(sql)

    (problem,) = problems_of(folder)

    assert problem.startswith("datasets/orders/views/revenue.sql")
    assert place in problem
    assert found in problem


def test_bad_sql_in_the_transform_is_named(folder):
    (folder / "transform.sql").write_text("select nothing_there from source")

    (problem,) = problems_of(folder)

    assert problem.startswith("datasets/orders/transform.sql: ")
    assert "nothing_there" in problem.lower()
    assert "id, bought_on, price" in problem


def test_a_view_may_not_take_the_table_s_name(folder):
    (folder / "views" / "orders.sql").write_text(VIEW)

    assert "a lower-case name other than 'orders'" in problems_of(folder)[0]


def test_every_problem_is_told_at_once(folder):
    (folder / "views" / "revenue.sql").write_text("select 1 +")
    (folder / "dataset.yaml").write_text(SPEC.replace("keys: [id]", "keys: [order_id]"))

    assert len(problems_of(folder)) == 2


def test_a_missing_spec_is_named(tmp_path):
    (problem,) = problems_of(tmp_path / "datasets" / "none")

    assert problem.startswith("datasets/none/dataset.yaml: found no such file")

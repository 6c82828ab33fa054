"""What a dataset's files say of the datasets beside it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from millrace.errors import SpecRejected
from millrace.specs import load_dataset, tables_needed

SPEC = """\
name: {name}
owner: {{team: sales, email: sales@example.com}}
source: {{kind: filesystem, url: "file://{{mount}}/{name}"}}
format: {{kind: csv}}
columns:
"""


class Datasets:
    def __init__(self, root: Path) -> None:
        self.root = root

    def declare(
        self, name: str, columns: str, transform: str | None = None, more: str = ""
    ) -> Path:
        """A dataset with these columns; one in braces is written as it is."""
        folder = self.root / "datasets" / name
        (folder / "views").mkdir(parents=True, exist_ok=True)
        lines = [
            f"  - {one if one.startswith('{') else f'{{name: {one}, type: string}}'}\n"
            for one in columns.split("; ")
        ]
        (folder / "dataset.yaml").write_text(SPEC.format(name=name) + "".join(lines) + more)
        if transform is not None:
            (folder / "transform.sql").write_text(transform)
        return folder

    def problems(self, name: str) -> list[str]:
        try:
            load_dataset(self.root / "datasets" / name)
        except SpecRejected as exc:
            return [str(problem) for problem in exc.problems]
        return []


@pytest.fixture
def datasets(tmp_path: Path) -> Datasets:
    made = Datasets(tmp_path)
    made.declare("airlines", "code; label")
    made.declare("planes", "tail", "select tail, upper(tail) as model from source")
    return made


def test_a_transform_reads_other_datasets_by_their_names(datasets):
    folder = datasets.declare(
        "flights",
        "carrier; tail",
        """
        select s.*, a.label, model
        from source s
        left join (select distinct code, label from airlines) a on a.code = s.carrier
        left join planes using (tail)
        where carrier in (select code from airlines)
        """,
        more="keys: [tail, label, model]\n",
    )
    (folder / "views" / "models.sql").write_text("select model, label from refined.flights")

    assert datasets.problems("flights") == []


def test_what_the_join_makes_is_what_keys_and_views_may_name(datasets):
    transform = "select tail, model from source join planes using (tail)"
    folder = datasets.declare("flights", "carrier; tail", transform, more="keys: [label]\n")
    (folder / "views" / "models.sql").write_text("select carrier from refined.flights")

    of_keys, of_view = datasets.problems("flights")

    assert of_keys.endswith("found column 'label'; allowed: one of tail, model")
    assert "carrier" in of_view
    assert of_view.endswith("allowed: columns tail, model")


@pytest.mark.parametrize(
    ("table", "column", "found"),
    [
        ("boats", 18, "table 'boats'"),
        ("refined.airlines", 26, "table 'refined.airlines'"),
        ("Airlines", 18, "table 'Airlines'"),
        ("flights", 18, "table 'flights', which the transform itself makes"),
    ],
)
def test_a_table_that_no_dataset_has_is_named_with_its_place(datasets, table, column, found):
    datasets.declare("flights", "tail", f"select source.tail\nfrom source join {table}")

    (problem,) = datasets.problems("flights")

    assert problem == (
        f"datasets/flights/transform.sql: line 2, column {column}: found {found}; "
        "allowed: source, airlines, planes"
    )


@pytest.mark.parametrize(
    ("select", "says"),
    [
        ("select s.tail, a.nope from source s join airlines a on a.code = s.tail", "nope"),
        ("select nope from source s join airlines a on a.code = s.tail", "'nope'"),
        ("select s.tail from source s join airlines a on a.key = s.tail", "key"),
        ("select tail from source s join planes p on p.tail = s.tail", "'tail'"),
    ],
)
def test_a_column_that_no_joined_table_has_or_two_have_is_refused(datasets, select, says):
    datasets.declare("flights", "tail", select)

    (problem,) = datasets.problems("flights")

    assert re.match(r"datasets/flights/transform\.sql: (line 1, column \d+: )?found ", problem)
    assert says in problem
    assert "allowed: columns of source: tail; of " in problem


def test_a_column_that_a_join_gives_twice_is_refused(datasets):
    datasets.declare("flights", "tail", "select * from source s join planes p on p.tail = s.tail")

    (problem,) = datasets.problems("flights")

    assert (
        problem == "datasets/flights/transform.sql: found column 'tail' twice; allowed: each once"
    )


@pytest.mark.parametrize("wrong", ["transform.py", "dataset.yaml", "transform.sql"])
def test_columns_of_a_dataset_that_cannot_tell_them_are_left_to_the_run(datasets, wrong):
    planes = datasets.root / "datasets" / "planes"
    (planes / "transform.sql").unlink()
    text = "def transform(source):\n    return source\n" if wrong.endswith(".py") else "select ("
    (planes / wrong).write_text(text)
    folder = datasets.declare(
        "flights",
        "carrier; tail",
        "select *, built from source s join planes p on p.nr = s.tail "
        "where carrier in (select maker from planes)",
        more="keys: [built]\n",
    )
    assert datasets.problems("flights") == []

    (folder / "transform.sql").write_text(
        "select carrier, p.built from source s join planes p on p.nr = s.tail"
    )
    assert datasets.problems("flights") == []
    (folder / "transform.sql").write_text(
        "select carrier, p.made from source s join planes p on p.nr = s.tail"
    )
    (problem,) = datasets.problems("flights")
    assert problem.endswith("found column 'built'; allowed: one of carrier, made")


def test_transforms_that_wait_for_each_other_are_refused_with_the_circle(datasets):
    datasets.declare("a", "id", "select source.id from source join b using (id)")
    datasets.declare("b", "id", "with d as (select * from c)\nselect d.* from d join source")
    datasets.declare("c", "id", "select source.id from source join airlines join a")
    datasets.declare("outside", "id", "select source.id from source join a using (id)")

    assert datasets.problems("a") == [
        "datasets/a/transform.sql: line 1, column 35: found table 'b', so that each waits for the "
        "other: a reads b reads c reads a; allowed: datasets that do not read a"
    ]
    assert "line 1, column 26: found table 'c'" in datasets.problems("b")[0]
    assert "c reads a reads b reads c" in datasets.problems("c")[0]
    assert datasets.problems("outside") == []


def test_a_reference_leads_to_a_refined_column_of_a_declared_dataset(datasets):
    reference = "{{name: x, type: string, references: {{dataset: {}, column: {}}}}}"

    def told(dataset, column):
        datasets.declare("flights", f"id; {reference.format(dataset, column)}")
        return datasets.problems("flights")

    assert told("planes", "model") == []
    assert told("boats", "model") == [
        "datasets/flights/dataset.yaml: columns.1.references.dataset (line 7): "
        "found dataset 'boats'; allowed: one of airlines, planes"
    ]
    assert told("planes", "label") == [
        "datasets/flights/dataset.yaml: columns.1.references.column (line 7): "
        "found column 'label'; allowed: one of tail, model, which planes has"
    ]
    (datasets.root / "datasets" / "planes" / "transform.sql").write_text("select 1 as label")
    assert told("planes", "label") == []


def test_a_view_s_name_is_no_other_dataset_s_view_or_table(datasets):
    for name, column in (("airlines", "code"), ("planes", "tail")):
        view = datasets.root / "datasets" / name / "views" / "latest.sql"
        view.write_text(f"select {column} from refined.{name}")
    (datasets.root / "datasets" / "planes" / "views" / "airlines.sql").write_text("select 1 as one")

    allowed = "allowed: a name that no other dataset or view has"
    assert datasets.problems("airlines") == [
        "datasets/airlines/views/latest.sql: name: found 'latest', which is also a view of "
        f"dataset 'planes'; {allowed}"
    ]
    assert datasets.problems("planes") == [
        "datasets/planes/views/airlines.sql: name: found 'airlines', which is the table of "
        f"dataset 'airlines'; {allowed}",
        "datasets/planes/views/latest.sql: name: found 'latest', which is also a view of "
        f"dataset 'airlines'; {allowed}",
    ]


def test_a_dataset_has_not_the_name_of_another_s_scores(datasets):
    forecast = (
        "forecast: {series: [tail], time: day, target: {count: '*'}, frequency: D, horizon: 7}"
    )
    datasets.declare("trains_scores", "tail")
    datasets.declare("trains", "tail; {name: day, type: date}", more=forecast)

    (problem,) = datasets.problems("trains")

    assert "found table 'trains_scores' of its scores, which is also a dataset" in problem
    assert not datasets.problems("trains_scores")


def test_the_tables_that_a_dataset_needs_are_those_it_reads_or_refers_to(datasets):
    reference = "{name: tail, type: string, references: {dataset: planes, column: tail}}"
    datasets.declare("flights", reference, "select source.* from source join airlines on true")
    flights = load_dataset(datasets.root / "datasets" / "flights")
    planes = load_dataset(datasets.root / "datasets" / "planes")

    assert tables_needed(flights.spec, flights.query) == {"airlines", "planes"}
    assert tables_needed(planes.spec, planes.query) == frozenset()


def test_a_refined_column_refers_to_other_tables_too(datasets):
    refined = "refined: [{{name: x, type: string, references: {{dataset: planes, column: {}}}}}]"
    datasets.declare("flights", "id", "select id as x from source", more=refined.format("label"))
    (problem,) = datasets.problems("flights")
    datasets.declare("flights", "id", "select id as x from source", more=refined.format("tail"))
    flights = load_dataset(datasets.root / "datasets" / "flights")

    assert "refined.0.references.column" in problem
    assert "found column 'label'; allowed: one of tail, model, which planes has" in problem
    assert tables_needed(flights.spec, flights.query) == {"planes"}

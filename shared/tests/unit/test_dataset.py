from __future__ import annotations

import copy

import pytest
from pydantic import ValidationError

from millrace_contracts import Dataset
from millrace_contracts.dataset import OnBadRows

FLIGHTS = {
    "name": "flights",
    "owner": {"team": "network-planning", "email": "network@example.com"},
    "source": {"kind": "filesystem", "url": "file://{mount}/out", "match": "*.csv"},
    "format": {"kind": "csv", "null_value": "NA"},
    "columns": [
        {"name": "origin", "type": "string", "required": True, "pattern": "[A-Z]{3}"},
        {"name": "flight", "type": "int"},
        {"name": "dep_delay", "type": "double", "range": [-120, 3000]},
        {"name": "flown_on", "type": "date"},
    ],
    "keys": ["flown_on", "flight"],
    "write": {"mode": "upsert", "partition_by": ["flown_on"]},
    "forecast": {
        "series": ["origin"],
        "time": "flown_on",
        "target": {"count": "*"},
        "frequency": "D",
        "horizon": 14,
    },
}


def spec_with(path: str, value: object) -> dict[str, object]:
    spec = copy.deepcopy(FLIGHTS)
    *parents, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    target = spec
    for part in parents:
        target = target[part]
    target[last] = value
    return spec


def test_a_deployed_spec_reads_back_as_it_was_declared():
    dataset = Dataset.model_validate(FLIGHTS)

    assert Dataset.model_validate_json(dataset.model_dump_json()) == dataset
    assert dataset.column_uses() == {
        "keys": ("flown_on", "flight"),
        "write.partition_by": ("flown_on",),
        "forecast.series": ("origin",),
        "forecast.time": ("flown_on",),
    }


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        ("colour", "red", "Extra inputs are not permitted"),
        ("columns.1.kind", "int", "Extra inputs are not permitted"),
        ("columns.1.type", "integer", "unknown type 'integer'; allowed: string, int, bigint"),
        ("columns.1.type", "decimal(5,9)", "unknown type"),
        ("columns.1.name", "Flight", "should match pattern"),
        ("columns.1.pattern", "x", "pattern needs type string, but the type is int"),
        ("columns.0.pattern", "[", "not a regular expression"),
        ("columns.0.range", [0, 1], "range needs a number, but the type is string"),
        ("columns.2.range", [5, 1], "range is empty: 5.0 is above 1.0"),
        ("columns.1.name", "origin", "column 'origin' is declared twice"),
        ("keys", [], "write.mode upsert needs keys"),
        ("source.kind", "carrier-pigeon", "'filesystem'"),
        ("format.kind", "xls", "'csv', 'jsonl', 'json', 'parquet'"),
        ("format", {"kind": "csv", "encoding": "klingon"}, "unknown encoding 'klingon'"),
        ("format", {"kind": "fixed", "widths": [1]}, "format.widths has 1 for 4 columns"),
        ("format", {"kind": "json", "path": "a..b"}, "should match pattern"),
        ("columns.1.pii", "hash", "pii needs type string, but the type is int"),
        ("columns.1.from", "origin", "column 'origin' of the file is declared twice"),
        ("columns.1.references", {"dataset": "flights", "column": "x"}, "references its own"),
        ("write", {"schema": "guess"}, "Input should be 'freeze' or 'evolve'"),
        ("on", {"after": ["flights"]}, "on.after names the dataset itself, 'flights'"),
        ("on", {"timer": 1}, "Extra inputs are not permitted"),
        ("overlap", "both", "Input should be 'wait' or 'skip'"),
        ("schedule", "every morning", "should match pattern"),
        ("owner.email", "nobody", "should match pattern"),
        ("forecast.horizon", 0, "greater than or equal to 1"),
        ("forecast.retrain", {"after_days": 0}, "greater than or equal to 1"),
        ("forecast.retrain", {"drift_factor": 1}, "greater than 1"),
        ("forecast.holidays", "Germany", "should match pattern"),
        ("forecast.known_ahead", ["price"], "known_ahead needs target.sum"),
        ("on_bad_rows", {"halt_above": 2}, "less than or equal to 1"),
        ("on_bad_rows", {"after": {"action": "ignore"}}, "'warn', 'quarantine' or 'halt'"),
        ("refined", [{"name": "n", "type": "int"}] * 2, "refined column 'n' is declared twice"),
        ("refined", [{"name": "n", "type": "int", "pattern": "x"}], "pattern needs type string"),
        ("refined", [{"name": "n", "type": "int", "pii": "hash"}], "Extra inputs"),
        (
            "refined",
            [{"name": "n", "type": "int", "references": {"dataset": "flights", "column": "x"}}],
            "column 'n' references its own",
        ),
    ],
)
def test_a_wrong_spec_is_refused_with_what_is_allowed(path, value, says):
    with pytest.raises(ValidationError) as caught:
        Dataset.model_validate(spec_with(path, value))

    assert says in str(caught.value)


def test_what_is_known_ahead_is_a_column_of_its_own():
    declared = spec_with("forecast.target", {"sum": "flight"})
    declared["forecast"]["known_ahead"] = ["price"]
    assert Dataset.model_validate(declared).column_uses()["forecast.known_ahead"] == ("price",)

    for names in (["origin"], ["flown_on"], ["flight"], ["price", "price"]):
        declared["forecast"]["known_ahead"] = names
        with pytest.raises(ValidationError, match="is used already"):
            Dataset.model_validate(declared)


def test_names_that_are_words_of_python_survive_a_round_trip():
    declared = spec_with("columns.1.from", "Flight No")
    declared["write"] = {"mode": "upsert", "order_by": "flown_on", "schema": "evolve"}

    dataset = Dataset.model_validate(declared)

    assert dataset.columns[1].file_name == "flight no"
    assert dataset.write.schema_change == "evolve"
    assert Dataset.model_validate_json(dataset.model_dump_json()) == dataset
    assert dataset.column_uses()["write.order_by"] == ("flown_on",)


def test_order_and_uniqueness_need_keys_that_can_be_looked_up():
    append = spec_with("write", {"mode": "append", "order_by": "flown_on"})
    derived = spec_with("keys", ["flight_month"])
    derived["columns"][1]["unique"] = True

    with pytest.raises(ValidationError, match="order_by needs keys"):
        Dataset.model_validate(append | {"keys": []})
    with pytest.raises(ValidationError, match="needs declared columns as keys"):
        Dataset.model_validate(derived)


def test_bad_rows_lead_to_what_is_said_for_their_point_or_for_all():
    policies = OnBadRows.model_validate({"action": "halt", "after": {"halt_above": 0.5}})

    assert (policies.at("before").action, policies.at("during").action) == ("halt", "halt")
    assert (policies.at("after").action, policies.at("after").halt_above) == ("quarantine", 0.5)


def test_columns_that_the_transform_must_give_are_named():
    declared = spec_with("refined", [{"name": "gain", "type": "double", "range": [0, None]}])

    assert Dataset.model_validate(declared).column_uses()["refined"] == ("gain",)

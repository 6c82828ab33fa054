"""Golden files are never edited: a change that breaks one breaks a deployed consumer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from millrace_contracts.events import EVENTS
from millrace_contracts.manifest import Manifest
from millrace_contracts.schemas import render_schemas

SHARED = Path(__file__).parents[2]
MODELS = {model.__name__: model for model in (Manifest, *EVENTS)}
GOLDEN = sorted((SHARED / "golden").glob("*.json"))


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.name)
def test_every_golden_example_is_still_read_and_written_alike(path):
    model = MODELS[path.name.split(".")[0]]
    example = json.loads(path.read_text())

    assert json.loads(model.model_validate(example).model_dump_json()) == example


def test_every_contract_between_services_has_a_golden_example():
    assert {path.name.split(".")[0] for path in GOLDEN} == set(MODELS)


def test_exported_schemas_are_those_of_the_models():
    exported = {path.name: path.read_text() for path in (SHARED / "schemas").glob("*.json")}
    assert exported == render_schemas(), "run: make schemas"


def test_a_consumer_reads_an_event_with_fields_it_does_not_know():
    for path in GOLDEN:
        example = json.loads(path.read_text()) | {"added_later": 1}
        MODELS[path.name.split(".")[0]].model_validate(example)

"""Variables and JSONata."""

from __future__ import annotations

import hashlib
import uuid

from .machines import one_state, sequence


def test_variables_are_assigned_and_read(machines):
    definition = sequence(
        {
            "Name": "Remember",
            "Type": "Pass",
            "Assign": {"run.$": "$.run", "files": ["a", "b"]},
        },
        {
            "Name": "Recall",
            "Type": "Pass",
            "Parameters": {"run.$": "$run", "second.$": "$files[1]"},
        },
    )

    assert machines.output(definition, {"run": 'quo"ted'}) == {"run": 'quo"ted', "second": "b"}


def test_jsonata_has_the_functions_that_step_functions_adds(machines):
    definition = {
        "QueryLanguage": "JSONata",
        **one_state(
            Type="Pass",
            Output={
                "sum": "{% $sum($states.input.n) %}",
                "parts": "{% $partition($states.input.n, 2) %}",
                "range": "{% $range(0, 10, 5) %}",
                "hash": "{% $hash('millrace', 'SHA-256') %}",
                "parsed": "{% $parse($states.input.text) %}",
                "uuid": "{% $uuid() %}",
                "chance": "{% $random(1) = $random(1) %}",
                "name": "{% $states.context.StateMachine.Name %}",
            },
        ),
    }

    output = machines.output(definition, {"n": [1, 2, 3], "text": '{"a":[1]}'})

    assert output["sum"] == 6
    assert output["parts"] == [[1, 2], [3]]
    assert output["range"] == [0, 5, 10]
    assert output["hash"] == hashlib.sha256(b"millrace").hexdigest()
    assert output["parsed"] == {"a": [1]}
    assert uuid.UUID(output["uuid"]).version == 4
    assert output["chance"] is True
    assert output["name"].startswith("machine-")


def test_jsonpath_filters_slices_and_searches(machines):
    definition = one_state(
        Type="Pass",
        Parameters={
            "large.$": "$.rows[?(@.n > 1)].n",
            "slice.$": "$.rows[0:2].n",
            "last.$": "$.rows[-1:].n",
            "anywhere.$": "$..n",
        },
    )

    output = machines.output(definition, {"rows": [{"n": 1}, {"n": 2}, {"n": 3}]})

    assert output == {"large": [2, 3], "slice": [1, 2], "last": [3], "anywhere": [1, 2, 3]}


def test_a_parallel_in_jsonata_shapes_its_input_its_output_and_its_variables(machines):
    branches = [
        one_state(name, Type="Pass", Output="{% $states.input.n + 1 %}") for name in ("A", "B")
    ]
    definition = {
        "QueryLanguage": "JSONata",
        **sequence(
            {
                "Name": "Both",
                "Type": "Parallel",
                "Branches": branches,
                "Arguments": {"n": "{% $states.input.rows[0] %}"},
                "Output": "{% $sum($states.result) %}",
                "Assign": {"results": "{% $states.result %}"},
            },
            {
                "Name": "Tell",
                "Type": "Pass",
                "Output": {"sum": "{% $states.input %}", "results": "{% $results %}"},
            },
        ),
    }

    assert machines.output(definition, {"rows": [4, 5]}) == {"sum": 10, "results": [5, 5]}

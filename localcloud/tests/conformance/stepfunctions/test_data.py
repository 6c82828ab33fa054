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

"""States that are tried again."""

from __future__ import annotations

from .machines import one_state, sequence


def test_a_retry_of_a_parallel_runs_every_branch_again(machines):
    retry = [{"ErrorEquals": ["Broken"], "IntervalSeconds": 1, "MaxAttempts": 1}]
    branches = [
        one_state("Sound", Type="Pass"),
        sequence(
            {"Name": "Pause", "Type": "Wait", "Seconds": 2},
            {"Name": "Break", "Type": "Fail", "Error": "Broken"},
        ),
    ]
    definition = one_state("Both", Type="Parallel", Branches=branches, Retry=retry)

    execution = machines.start(machines.create(definition))

    assert machines.wait(execution)["error"] == "Broken"
    names = [
        event["stateEnteredEventDetails"]["name"]
        for event in machines.events(execution)
        if "stateEnteredEventDetails" in event
    ]
    assert (names.count("Sound"), names.count("Break")) == (2, 2)

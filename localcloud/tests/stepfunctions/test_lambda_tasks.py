"""Tasks whose work a real function does."""

from __future__ import annotations

from conformance.stepfunctions.machines import Machines, call


def test_a_task_that_times_out_does_not_wait_for_its_function(
    functions_cloud, make_function, tmp_path
):
    machines = Machines(functions_cloud.client("stepfunctions"))
    event = {"file": str(tmp_path / "began"), "seconds": 600}
    name = make_function("dawdle", Timeout=900)
    definition = call("lambda:invoke", {"FunctionName": name, "Payload": event})
    definition["States"]["Call"]["TimeoutSeconds"] = 2

    described = machines.run(definition)

    assert described["error"] == "States.Timeout"
    assert (described["stopDate"] - described["startDate"]).total_seconds() < 300

"""Distributed Maps whose children get several items."""

from __future__ import annotations

import json

import pytest

from .machines import one_state, sequence

ECHO = one_state("Echo", Type="Pass")
DISTRIBUTED = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}}


def batching(batcher, processor=ECHO, **state):
    return one_state(
        Type="Map",
        **{"ItemsPath": "$.items"} if "Items" not in state else {},
        ItemProcessor={**DISTRIBUTED, **processor},
        ItemBatcher=batcher,
        Label="Batches",
        **state,
    )


def test_children_get_the_items_in_batches_with_what_each_shall_have(machines):
    batcher = {"MaxItemsPerBatch": 2, "BatchInput": {"run.$": "$.run", "zone": "refined"}}

    output = machines.output(batching(batcher), {"items": [1, 2, 3], "run": "r1"})

    given = {"run": "r1", "zone": "refined"}
    assert output == [{"BatchInput": given, "Items": [1, 2]}, {"BatchInput": given, "Items": [3]}]


def test_items_are_selected_before_they_are_put_together(machines):
    selector = {"n.$": "$$.Map.Item.Value", "at.$": "$$.Map.Item.Index", "run.$": "$.run"}
    definition = batching({"MaxItemsPerBatchPath": "$.most"}, ItemSelector=selector)

    output = machines.output(definition, {"items": ["a", "b"], "run": "r1", "most": 5})

    items = [{"n": "a", "at": 0, "run": "r1"}, {"n": "b", "at": 1, "run": "r1"}]
    assert output == [{"Items": items}]


def test_a_batch_takes_no_more_bytes_than_it_may(machines):
    definition = batching({"MaxItemsPerBatch": 10, "MaxInputBytesPerBatch": 40})

    output = machines.output(definition, {"items": ["x" * 10] * 5})

    assert [item for batch in output for item in batch["Items"]] == ["x" * 10] * 5
    assert len(output) > 1
    assert all(len(json.dumps(batch, separators=(",", ":"))) <= 40 for batch in output)


def test_batches_can_be_asked_for_in_jsonata(machines):
    batcher = {"MaxItemsPerBatch": "{% $states.input.most %}", "BatchInput": "{% 'all' %}"}
    definition = batching(batcher, Items="{% $states.input.items %}")

    output = machines.output(
        {"QueryLanguage": "JSONata", **definition}, {"items": [1, 2, 3], "most": 2}
    )

    assert output == [
        {"BatchInput": "all", "Items": [1, 2]},
        {"BatchInput": "all", "Items": [3]},
    ]


def test_the_items_of_a_failed_batch_have_all_failed(machines):
    processor = sequence(
        {
            "Name": "Check",
            "Type": "Choice",
            "Choices": [{"Variable": "$.Items[0]", "NumericEquals": 3, "Next": "Bad"}],
            "Default": "Good",
        },
        {"Name": "Bad", "Type": "Fail", "Error": "Bad"},
        {"Name": "Good", "Type": "Pass"},
    )
    definition = batching({"MaxItemsPerBatch": 2}, processor, ToleratedFailureCount=2)

    described = machines.run(definition, {"items": [1, 2, 3, 4, 5]})

    assert described["status"] == "SUCCEEDED", described
    (run,) = machines.client.list_map_runs(executionArn=described["executionArn"])["mapRuns"]
    counts = machines.client.describe_map_run(mapRunArn=run["mapRunArn"])
    items, children = counts["itemCounts"], counts["executionCounts"]
    assert (items["total"], items["failed"], items["succeeded"]) == (5, 2, 3)
    assert children["total"] == 3


@pytest.mark.parametrize("batcher", [{}, {"BatchInput": {}}, {"MaxItemsPerBatch": 0}])
def test_a_batcher_without_a_limit_is_refused(machines, batcher):
    with pytest.raises(machines.client.exceptions.InvalidDefinition, match="ItemBatcher"):
        machines.create(batching(batcher))


def test_only_a_distributed_map_has_batches(machines):
    definition = batching({"MaxItemsPerBatch": 2})
    definition["States"]["Only"]["ItemProcessor"]["ProcessorConfig"] = {"Mode": "INLINE"}
    del definition["States"]["Only"]["Label"]

    with pytest.raises(machines.client.exceptions.InvalidDefinition, match="ItemBatcher"):
        machines.create(definition)

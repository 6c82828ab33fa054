"""What Step Functions has on AWS and not here."""

from __future__ import annotations

import uuid

import pytest
from conformance.stepfunctions.test_map_runs import distributed


def test_an_item_batcher_is_refused(machines):
    definition = distributed()
    definition["States"]["Only"]["ItemBatcher"] = {"MaxItemsPerBatch": 10}

    with pytest.raises(machines.client.exceptions.InvalidDefinition, match="ItemBatcher"):
        machines.create(definition)


def test_what_is_not_offered_is_refused_by_name(machines):
    with pytest.raises(machines.client.exceptions.ClientError, match="activities"):
        machines.client.create_activity(name=uuid.uuid4().hex)
    run = "arn:aws:states:us-east-1:123456789012:mapRun:m/a:b"
    with pytest.raises(machines.client.exceptions.ClientError, match="UpdateMapRun"):
        machines.client.update_map_run(mapRunArn=run, maxConcurrency=1)

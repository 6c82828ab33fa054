"""Updates that a kill of the cloud cuts off."""

from __future__ import annotations

import json
import signal

import pytest
from conformance.cloudformation.deployed import Stacks

COUNT = 40


def template(seconds):
    names = [f"cut-{number:02}" for number in range(COUNT)]
    queues = {
        f"Queue{number}": {
            "Type": "AWS::SQS::Queue",
            "Properties": {"QueueName": name, "VisibilityTimeout": seconds},
            # One after the other, so that some are done when the others are not.
            **({"DependsOn": f"Queue{number - 1}"} if number else {}),
        }
        for number, name in enumerate(names)
    }
    return json.dumps({"Resources": queues})


def timeouts(cloud):
    sqs = cloud.client("sqs")
    urls = sqs.list_queues(QueueNamePrefix="cut-")["QueueUrls"]
    asked = [
        sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"]) for url in urls
    ]
    return {answer["Attributes"]["VisibilityTimeout"] for answer in asked}


def test_an_update_that_a_kill_cuts_off_is_taken_back_and_can_be_tried_again(
    start_cloud, tmp_path, eventually
):
    with start_cloud(tmp_path) as cloud:
        stacks = Stacks(cloud.client("cloudformation"))
        name = stacks.create(template(11))["StackName"]
        stacks.api.update_stack(StackName=name, TemplateBody=template(22))
        assert eventually(lambda: ("Queue3", "UPDATE_COMPLETE") in stacks.events(name))
        cloud.process.send_signal(signal.SIGKILL)
        cloud.process.wait(60)

    with start_cloud(tmp_path) as cloud:
        stacks = Stacks(cloud.client("cloudformation"))
        status = stacks.settled(name)["StackStatus"]
        found = timeouts(cloud)

        again = stacks.update(name, template(33))

        assert (status, found) in [
            ("UPDATE_ROLLBACK_COMPLETE", {"11"}),
            ("UPDATE_COMPLETE", {"22"}),  # the kill came too late to cut anything off
        ]
        assert (again["StackStatus"], timeouts(cloud)) == ("UPDATE_COMPLETE", {"33"})


def test_a_rollback_that_has_not_failed_cannot_be_continued(stacks):
    name = stacks.create(template(11).replace("cut-", "whole-"))["StackName"]

    with pytest.raises(stacks.api.exceptions.ClientError, match="CREATE_COMPLETE state"):
        stacks.api.continue_update_rollback(StackName=name)

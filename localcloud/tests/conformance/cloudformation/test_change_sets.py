from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from .deployed import outputs, template_text


def change_set(stacks, name, kind, **parameters):
    answer = stacks.api.create_change_set(
        StackName=name,
        ChangeSetName=f"{name}-changes",
        ChangeSetType=kind,
        TemplateBody=template_text("queue"),
        Parameters=[
            {"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()
        ],
    )
    return stacks.api.describe_change_set(ChangeSetName=answer["Id"])


def changes(described):
    return {
        one["ResourceChange"]["LogicalResourceId"]: (
            one["ResourceChange"]["Action"],
            one["ResourceChange"].get("Replacement"),
        )
        for one in described["Changes"]
    }


def test_a_stack_is_made_by_executing_a_change_set(stacks):
    name = stacks.name()
    described = change_set(stacks, name, "CREATE")
    assert described["Status"] == "CREATE_COMPLETE"
    assert changes(described) == {"Queue": ("Add", None), "Address": ("Add", None)}
    shown = stacks.api.describe_stacks(StackName=name)["Stacks"][0]
    assert shown["StackStatus"] == "REVIEW_IN_PROGRESS"

    stacks.api.execute_change_set(ChangeSetName=described["ChangeSetId"])

    assert stacks.settled(name)["StackStatus"] == "CREATE_COMPLETE"
    with pytest.raises(ClientError, match="cannot be executed"):
        stacks.api.execute_change_set(ChangeSetName=described["ChangeSetId"])


def test_a_change_set_tells_what_is_changed_and_what_is_replaced(stacks):
    name = stacks.create(template_text("queue"))["StackName"]

    in_place = change_set(stacks, name, "UPDATE", Seconds="99")
    assert changes(in_place) == {"Queue": ("Modify", "False")}
    stacks.api.delete_change_set(ChangeSetName=in_place["ChangeSetId"])

    replacing = change_set(stacks, name, "UPDATE", Suffix="two", WithTopic="yes")
    assert changes(replacing) == {
        "Queue": ("Modify", "True"),
        "Address": ("Modify", "Conditional"),
        "Topic": ("Add", None),
    }
    queue = next(
        one["ResourceChange"]
        for one in replacing["Changes"]
        if one["ResourceChange"]["LogicalResourceId"] == "Queue"
    )
    assert [one["Target"] for one in queue["Details"]] == [
        {"Attribute": "Properties", "Name": "QueueName", "RequiresRecreation": "Always"}
    ]


def test_describing_a_change_set_changes_nothing_until_it_is_executed(stacks):
    stack = stacks.create(template_text("queue"))
    name = stack["StackName"]
    described = change_set(stacks, name, "UPDATE", Suffix="two")
    assert outputs(stacks.settled(name)) == outputs(stack)

    stacks.api.execute_change_set(ChangeSetName=described["ChangeSetName"], StackName=name)

    assert outputs(stacks.settled(name))["Url"].endswith("-two")


def test_a_change_set_without_changes_fails_and_cannot_be_executed(stacks):
    name = stacks.create(template_text("queue"))["StackName"]

    described = change_set(stacks, name, "UPDATE")

    assert (described["Status"], described["ExecutionStatus"]) == ("FAILED", "UNAVAILABLE")
    assert "didn't contain changes" in described["StatusReason"]
    with pytest.raises(ClientError):
        stacks.api.execute_change_set(ChangeSetName=described["ChangeSetId"])


def test_change_sets_are_listed_by_stack_and_deleted(stacks):
    name = stacks.create(template_text("queue"))["StackName"]
    described = change_set(stacks, name, "UPDATE", Seconds="99")
    listed = stacks.api.list_change_sets(StackName=name)["Summaries"]
    assert [one["ChangeSetId"] for one in listed] == [described["ChangeSetId"]]

    stacks.api.delete_change_set(ChangeSetName=described["ChangeSetId"])

    assert stacks.api.list_change_sets(StackName=name)["Summaries"] == []
    with pytest.raises(stacks.api.exceptions.ChangeSetNotFoundException):
        stacks.api.describe_change_set(ChangeSetName=described["ChangeSetId"])

from __future__ import annotations

import json

import pytest
from conformance.cloudformation.deployed import outputs, template_text


@pytest.fixture(scope="module")
def catalog(stacks):
    return stacks.create(template_text("catalog"), Capabilities=["CAPABILITY_IAM"])


def test_one_of_each_type_is_made(stacks, cloud, catalog):
    failed = {
        name: stacks.reason(catalog["StackName"], name, status)
        for name, status in stacks.events(catalog["StackName"])
        if status == "CREATE_FAILED"
    }
    assert not failed
    found = stacks.resources(catalog["StackName"])

    table = cloud.client("glue").get_table(DatabaseName=found["Database"], Name="flights")
    assert table["Table"]["StorageDescriptor"]["Columns"][0]["Name"] == "carrier"
    secret = cloud.client("secretsmanager").get_secret_value(SecretId=found["Secret"])
    made = json.loads(secret["SecretString"])
    assert (made["user"], len(made["password"])) == ("ftp", 20)
    alias = cloud.client("lambda").get_alias(FunctionName=found["Function"], Name="live")
    assert alias["FunctionVersion"] == outputs(catalog)["Version"]


def test_each_is_changed_in_place_and_removed(stacks, cloud):
    stack = stacks.create(template_text("catalog"), Capabilities=["CAPABILITY_IAM"])
    name = stack["StackName"]
    before = stacks.resources(name)

    updated = stacks.update(name, parameters={"Note": "second"}, Capabilities=["CAPABILITY_IAM"])

    failed = {
        who: stacks.reason(name, who, status)
        for who, status in stacks.events(name)
        if status == "UPDATE_FAILED"
    }
    assert not failed
    assert updated["StackStatus"] == "UPDATE_COMPLETE"
    assert stacks.resources(name) == before
    function = cloud.client("lambda").get_function(FunctionName=before["Function"])
    assert function["Configuration"]["Description"] == "second"
    table = cloud.client("glue").get_table(DatabaseName=before["Database"], Name="flights")
    assert table["Table"]["Description"] == "second"
    stacks.delete(stack)
    undeleted = {
        who: stacks.reason(stack["StackId"], who, status)
        for who, status in stacks.events(stack["StackId"])
        if status == "DELETE_FAILED"
    }
    assert not undeleted

"""Nothing that moto takes and does nothing with is answered with success."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError
from botocore.model import Shape
from limits.unread import AWS, Input, inputs, operations

from millrace_localcloud.offered import OFFERED
from millrace_localcloud.unapplied.refusals import Parameter, refusals, says_something

HARMLESS = tomllib.loads((Path(__file__).parent / "harmless.toml").read_text())
ELSEWHERE = HARMLESS.pop("refused_elsewhere")
SERVICES = sorted(OFFERED - {"cloudformation", "s3"})
"""CloudFormation refuses what it does not know; S3's parameters are headers."""


def harmless(service: str) -> set[tuple[str, str]]:
    named = (name for reason in HARMLESS.values() for name in reason.get(service, ()))
    return {(operation, name) for operation, _, name in (each.partition(".") for each in named)}


def refused(service: str) -> set[tuple[str, str]]:
    table = refusals().get(service)
    by_operation = table.parameters.items() if table else ()
    return {(operation, each.name) for operation, asked in by_operation for each in asked}


@pytest.mark.parametrize("service", SERVICES)
def test_a_parameter_that_nothing_reads_is_refused_or_known_to_be_harmless(service):
    table = refusals().get(service)
    whole = set(table.operations if table else ()) | set(ELSEWHERE.get(service, ()))
    unread = {
        (each.name, name)
        for each in operations(service)
        for name in each.unread
        if each.name not in whole
    }

    assert unread - refused(service) - harmless(service) == set()
    assert harmless(service) - unread == set()


@pytest.mark.parametrize("service", sorted(refusals()))
def test_what_the_tables_name_is_there_on_aws(service):
    known = inputs(service)

    assert refusals()[service].operations - set(known) == set()
    assert {
        (operation, name)
        for operation, name in refused(service) | harmless(service)
        if name not in known.get(operation, {})
    } == set()


@pytest.mark.parametrize("service", sorted(refusals()))
def test_what_would_not_be_applied_is_refused_by_name(cloud, service):
    client = cloud.client(
        AWS.get(service, service), parameter_validation=False, inject_host_prefix=False
    )
    answers = {
        (operation, name): answer_of(client, operation, request)
        for operation, name, request in requests(service)
    }

    expected = refusals()[service].error
    assert {
        asked: (code, message)
        for asked, (code, message) in answers.items()
        if code not in (expected, "404")
        or (code == expected and not message.endswith("does not work in the local cloud"))
        or (code == expected and not all(part in message for part in asked))
    } == {}


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (None, False),
        (False, False),
        ("", False),
        ({"Enabled": False}, False),
        ([{}], False),
        (0, True),
        ({"Enabled": True}, True),
        (["a"], True),
    ],
)
def test_a_parameter_that_says_nothing_is_as_good_as_absent(value, says):
    assert says_something(value) is says


def test_the_default_of_a_parameter_is_no_reason_to_refuse(cloud):
    dynamodb = cloud.client("dynamodb")
    key = {"AttributeName": "pk", "AttributeType": "S"}

    made = dynamodb.create_table(
        TableName="default-class",
        AttributeDefinitions=[key],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
        TableClass="STANDARD",
    )

    assert made["TableDescription"]["TableName"] == "default-class"
    with pytest.raises(ClientError, match="TableClass of CreateTable does not work"):
        dynamodb.create_table(
            TableName="other-class",
            AttributeDefinitions=[key],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
            TableClass="STANDARD_INFREQUENT_ACCESS",
        )
    assert "other-class" not in dynamodb.list_tables()["TableNames"]


def requests(service: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """One for each refused operation, and one for each refused parameter."""
    known, table = inputs(service), refusals()[service]
    unanswered = sorted(set(known) - {each.name for each in operations(service)})
    for operation in [*table.operations, *unanswered[:3]]:
        yield operation, "", required(known[operation])
    for operation, asked in table.parameters.items():
        for each in asked:
            value = example(known[operation][each.name], each)
            yield operation, each.name, {**required(known[operation]), each.name: value}


def required(parameters: Input) -> dict[str, Any]:
    return {name: example(parameters[name]) for name in parameters.required}


def example(shape: Shape, parameter: Parameter | None = None) -> Any:
    """A value that says something."""
    allowed = parameter.allowed if parameter else frozenset()
    match shape.type_name:
        case "string":
            return next((each for each in shape.enum if each not in allowed), "other")
        case "structure":
            members = ({name: example(each)} for name, each in shape.members.items())
            return next(filter(says_something, members), {})
        case "list":
            return [example(shape.member)]
        case "map":
            return {"key": example(shape.value)}
        case "timestamp":
            return datetime(2026, 1, 1, tzinfo=UTC)
        case "blob":
            return b"x"
        case kind:
            return True if kind == "boolean" else 1


def answer_of(client: Any, operation: str, request: dict[str, Any]) -> tuple[str, str]:
    try:
        getattr(client, xform_name(operation))(**request)
    except ClientError as exc:
        error = exc.response["Error"]
        return error["Code"], error.get("Message", "")
    return "", "done"

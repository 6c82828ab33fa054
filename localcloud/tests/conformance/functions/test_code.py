"""Functions as they are made and changed."""

from __future__ import annotations

import uuid

import pytest
from botocore.exceptions import ClientError

from .zipped import settled, zip_of

FIRST = "def handler(event, context): return 'first'"
SECOND = "def handler(event, context): return 'second'"


def test_code_in_a_zip_file_runs_and_an_update_replaces_it(aws, function, invoke):
    client, name = aws.client("lambda"), function(FIRST)
    first = invoke(name)[1]

    client.update_function_code(FunctionName=name, ZipFile=zip_of(SECOND))
    aws.until(lambda: settled(client, name))

    assert (first, invoke(name)[1]) == ("first", "second")


def test_a_file_that_is_no_zip_file_is_refused(aws, function):
    with pytest.raises(
        aws.client("lambda").exceptions.InvalidParameterValueException, match="unzip"
    ):
        function("", Code={"ZipFile": b"no zip"})


def test_a_role_must_exist(aws, function):
    with pytest.raises(ClientError, match="cannot be assumed by Lambda"):
        function(FIRST, Role=f"arn:aws:iam::{aws.account}:role/absent")


def test_the_dead_letter_target_is_part_of_the_configuration(aws, function):
    _, letters = aws.queue(f"letters-{uuid.uuid4().hex[:12]}")
    name = function(FIRST, DeadLetterConfig={"TargetArn": letters})

    configuration = aws.client("lambda").get_function_configuration(FunctionName=name)

    assert configuration["DeadLetterConfig"] == {"TargetArn": letters}

from __future__ import annotations

import json
import uuid

import pytest
from botocore.exceptions import ClientError
from conformance.functions.zipped import zip_of

ROLE = "arn:aws:iam::123456789012:role/function"
REGISTRY = "123456789012.dkr.ecr.us-east-1.amazonaws.com"


def zip_function(source, **settings):
    return {
        "FunctionName": f"zipped-{uuid.uuid4().hex[:8]}",
        "Runtime": "python3.11",
        "Handler": "app.handler",
        "Role": ROLE,
        "Timeout": 30,
        "Code": {"ZipFile": zip_of(source)},
        **settings,
    }


def result_of(client, name):
    return json.loads(client.invoke(FunctionName=name)["Payload"].read())


def test_an_image_that_no_environment_stands_for_is_refused_naming_those_that_are(functions_cloud):
    client = functions_cloud.client("lambda")

    with pytest.raises(client.exceptions.InvalidParameterValueException) as refused:
        client.create_function(
            FunctionName="stranger",
            PackageType="Image",
            Code={"ImageUri": f"{REGISTRY}/strange:1"},
            ImageConfig={"Command": ["handlers.echo"]},
            Role=ROLE,
        )

    assert "strange" in str(refused.value)
    assert "registered: test-functions" in str(refused.value)
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.get_function(FunctionName="stranger")


def test_an_image_without_a_handler_in_its_command_is_refused(make_function):
    with pytest.raises(ClientError, match=r"ImageConfig\.Command"):
        make_function("echo", ImageConfig={})


def test_a_runtime_other_than_python_is_refused_by_name(functions_cloud):
    client = functions_cloud.client("lambda")

    with pytest.raises(client.exceptions.InvalidParameterValueException, match=r"nodejs22\.x"):
        client.create_function(**zip_function("", Runtime="nodejs22.x"))


def test_new_variables_and_a_new_command_reach_the_next_invocation(make_function, functions_cloud):
    client = functions_cloud.client("lambda")
    name = make_function("describe", Environment={"Variables": {"ZONE": "landing"}})
    before = result_of(client, name)["environment"]["ZONE"]

    client.update_function_configuration(
        FunctionName=name, Environment={"Variables": {"ZONE": "refined"}}
    )
    after = result_of(client, name)["environment"]["ZONE"]
    client.update_function_configuration(
        FunctionName=name, ImageConfig={"Command": ["handlers.echo"]}
    )

    assert (before, after, result_of(client, name)) == ("landing", "refined", {})


def test_a_refused_update_leaves_the_function_as_it_was(make_function, functions_cloud):
    client = functions_cloud.client("lambda")
    name = make_function("echo")

    with pytest.raises(client.exceptions.InvalidParameterValueException):
        client.update_function_code(FunctionName=name, ImageUri=f"{REGISTRY}/strange:2")

    assert client.get_function(FunctionName=name)["Code"]["ImageUri"].endswith("test-functions:1")
    assert result_of(client, name) == {}


def test_code_that_is_edited_reaches_the_next_invocation(
    make_function, functions_cloud, functions_project
):
    client = functions_cloud.client("lambda")
    source = functions_project / "edited.py"
    source.write_text("def handler(event, context):\n    return 'first'\n")
    name = make_function("echo", ImageConfig={"Command": ["edited.handler"]})
    first = result_of(client, name)

    source.write_text("def handler(event, context):\n    return 'then the second'\n")

    assert (first, result_of(client, name)) == ("first", "then the second")

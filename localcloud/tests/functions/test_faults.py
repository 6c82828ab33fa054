from __future__ import annotations

import json

import pytest


@pytest.fixture
def inject(functions_cloud):
    yield lambda **fault: functions_cloud.control("POST", "faults", {"service": "lambda", **fault})
    functions_cloud.control("DELETE", "faults")


@pytest.mark.parametrize("handler", ["echo", "dawdle"])
def test_a_kill_ends_the_worker_whether_its_work_is_done_or_not(
    functions_cloud, make_function, inject, handler, tmp_path
):
    name = make_function(handler)
    event = {"file": str(tmp_path / "pid"), "seconds": 1}
    inject(name=name, kind="kill", times=1)
    client = functions_cloud.client("lambda")

    answers = [client.invoke(FunctionName=name, Payload=json.dumps(event)) for _ in range(2)]

    assert [answer.get("FunctionError") for answer in answers] == ["Unhandled", None]
    assert json.loads(answers[0]["Payload"].read())["errorType"] == "Runtime.ExitError"


def test_a_throttled_invocation_is_refused_with_429(functions_cloud, make_function, inject):
    name = make_function("echo")
    inject(name=name, kind="throttle", times=1)
    client = functions_cloud.client("lambda")

    with pytest.raises(client.exceptions.TooManyRequestsException) as refused:
        client.invoke(FunctionName=name)

    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 429
    assert client.invoke(FunctionName=name)["StatusCode"] == 200

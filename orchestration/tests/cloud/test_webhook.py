"""Who else is told: a chat channel, by the template's own parameter, and whoever subscribes."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from checkouts import wait_for
from disturbing import Disturbed

from millrace.deploying.change_sets import await_stack

SECRET = "chat-of-the-tests"


@pytest.fixture
def channel() -> Iterator[tuple[str, list[tuple[str, str, dict[str, str]]]]]:
    """URL of an HTTP server, and what it was sent: path, content type, document."""
    received = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.append((self.path, self.headers["Content-Type"], json.loads(body)))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", received
    finally:
        server.shutdown()
        server.server_close()


def deploy_notify(cloud: Disturbed, secret: str) -> None:
    """Update the stack as it is, but for the webhooks' secret."""
    aws = cloud.checkout.aws
    stack = "millrace-local-notify"
    found = aws.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]
    kept = [
        {"ParameterKey": given["ParameterKey"], "UsePreviousValue": True}
        for given in found["Parameters"]
        if given["ParameterKey"] != "WebhookSecret"
    ]
    aws.client("cloudformation").update_stack(
        StackName=stack,
        UsePreviousTemplate=True,
        Parameters=[*kept, {"ParameterKey": "WebhookSecret", "ParameterValue": secret}],
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    assert await_stack(aws, stack) == "UPDATE_COMPLETE"


def test_a_failure_is_posted_once_to_the_channel_of_its_owner(disturbed: Disturbed, channel):
    url, received = channel
    secrets = disturbed.checkout.aws.client("secretsmanager")
    secrets.create_secret(Name=SECRET, SecretString=json.dumps({"field": f"{url}/field"}))
    deploy_notify(disturbed, SECRET)
    before = disturbed.so_far()
    try:
        (disturbed.checkout.root / ".millrace" / "sources" / "chatty").rmdir()
        run = disturbed.checkout.start("pipeline", {"dataset": "chatty"}, "chatty-run")
        assert disturbed.ended(run) == "FAILED"
        disturbed.reported(before, 1)
        wait_for(lambda: received)
    finally:
        deploy_notify(disturbed, "")

    ((path, kind, sent),) = received
    assert (path, kind) == ("/field", "application/json")
    assert sent["text"].startswith("*[millrace] chatty: Ingest failed (run chatty-run)*\n")
    assert "SourceMissing" in sent["text"]
    assert "Resume: `millrace redrive chatty-run`" in sent["text"]


@contextmanager
def subscribed(cloud: Disturbed, name: str, policy: dict[str, list[str]]) -> Iterator[str]:
    """URL of a queue that hears what the policy lets through."""
    aws = cloud.checkout.aws
    queues, topics = aws.client("sqs"), aws.client("sns")
    url = queues.create_queue(QueueName=name)["QueueUrl"]
    attributes = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    subscription = topics.subscribe(
        TopicArn=aws.parameter("notify/topic-arn"),
        Protocol="sqs",
        Endpoint=attributes["Attributes"]["QueueArn"],
        Attributes={"FilterPolicy": json.dumps(policy), "RawMessageDelivery": "true"},
        ReturnSubscriptionArn=True,
    )["SubscriptionArn"]
    try:
        yield url
    finally:
        topics.unsubscribe(SubscriptionArn=subscription)


def test_whoever_subscribes_by_owner_and_severity_hears_json_of_their_failures_alone(
    disturbed: Disturbed,
):
    before = disturbed.so_far()
    queues = disturbed.checkout.aws.client("sqs")
    with (
        subscribed(disturbed, "errors", {"owner": ["field"], "severity": ["error"]}) as errors,
        subscribed(disturbed, "warnings", {"severity": ["warning"]}) as warnings,
        subscribed(disturbed, "others", {"owner": ["somebody-else"]}) as others,
    ):
        (disturbed.checkout.root / ".millrace" / "sources" / "talked").rmdir()
        run = disturbed.checkout.start("pipeline", {"dataset": "talked"}, "talked-run")
        assert disturbed.ended(run) == "FAILED"
        disturbed.reported(before, 1)
        heard = wait_for(lambda: queues.receive_message(QueueUrl=errors).get("Messages"))

        told = [json.loads(message["Body"]) for message in heard]
        assert [(one["dataset"], one["run_id"]) for one in told] == [("talked", "talked-run")]
        assert (told[0]["owner"], told[0]["severity"]) == ("field", "error")
        assert told[0]["resume"] == "millrace redrive talked-run"
        for queue in (errors, warnings, others):
            assert "Messages" not in queues.receive_message(QueueUrl=queue)
    human = [mail.text for mail in disturbed.mails("talked")]
    assert human
    assert all("    millrace redrive talked-run\n" in text for text in human)

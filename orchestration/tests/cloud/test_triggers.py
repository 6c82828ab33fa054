"""What starts runs, on a real Step Functions, Scheduler, S3 and EventBridge."""

from __future__ import annotations

import json

from checkouts import Checkout, wait_for


def ended_in(checkout: Checkout, execution_arn: str) -> str:
    """The last state that an execution has entered, once it has ended well."""
    assert checkout.finished(execution_arn)["status"] == "SUCCEEDED"
    history = checkout.aws.client("stepfunctions").get_execution_history(
        executionArn=execution_arn, reverseOrder=True, maxResults=20
    )
    names = [event.get("stateEnteredEventDetails", {}).get("name") for event in history["events"]]
    return str(next(name for name in names if name))


def test_an_event_that_is_told_twice_starts_one_run(checkout):
    event = {"dataset": "weather", "cause": "schedule", "key": "2024-02-29T12:00:00Z"}

    first = ended_in(checkout, checkout.start("trigger", event))
    runs = {one["name"] for one in checkout.executions("pipeline", "weather-")}
    again = checkout.start("trigger", event)
    assert checkout.finished(again)["status"] == "SUCCEEDED"

    assert first == "Started"
    assert {one["name"] for one in checkout.executions("pipeline", "weather-")} == runs


def test_another_event_starts_another_run(checkout):
    key = "2024-02-29T13:00:00Z"
    before = len(checkout.executions("pipeline", "weather-"))

    checkout.finished(
        checkout.start("trigger", {"dataset": "weather", "cause": "schedule", "key": key})
    )

    assert len(checkout.executions("pipeline", "weather-")) == before + 1


def test_a_dropped_file_starts_a_run(checkout):
    before = {one["name"] for one in checkout.executions("pipeline", "tickets-")}

    checkout.aws.client("s3").put_object(
        Bucket=checkout.aws.bucket("landing"), Key="_drop/tickets/a b.csv", Body=b"id\n1\n"
    )

    (started,) = wait_for(
        lambda: [
            one for one in checkout.executions("pipeline", "tickets-") if one["name"] not in before
        ]
    )
    told = json.loads(checkout.finished(started["executionArn"])["input"])
    assert told["trigger"]["cause"] == "drop"
    assert told["trigger"]["key"].startswith("_drop/tickets/a b.csv ")


def test_a_message_in_the_datasets_queue_starts_one_run(checkout):
    sqs, functions = checkout.aws.client("sqs"), checkout.aws.client("lambda")
    before = {one["name"] for one in checkout.executions("pipeline", "tickets-")}
    url = sqs.get_queue_url(QueueName="millrace-local-tickets-runs")["QueueUrl"]

    sent = sqs.send_message(QueueUrl=url, MessageBody="the night's files are there")

    (started,) = wait_for(
        lambda: [
            one for one in checkout.executions("pipeline", "tickets-") if one["name"] not in before
        ]
    )
    told = json.loads(checkout.finished(started["executionArn"])["input"])
    assert told["trigger"] == {"cause": "queue", "key": sent["MessageId"]}
    triggers = len(checkout.executions("trigger"))
    again = {"Records": [{"messageId": sent["MessageId"], "body": ""}]}
    functions.invoke(FunctionName="millrace-local-tickets-runs", Payload=json.dumps(again))
    twice = wait_for(lambda: checkout.executions("trigger")[: -triggers or None])
    assert ended_in(checkout, twice[0]["executionArn"]) == "AlreadyStarted"
    assert len(checkout.executions("pipeline", "tickets-")) == len(before) + 1


def test_after_several_datasets_have_succeeded_one_run_starts(checkout):
    def started_after() -> list[dict]:
        return [
            one
            for one in checkout.executions("pipeline", "tickets-")
            if "after"
            in json.loads(checkout.finished(one["executionArn"])["input"])
            .get("trigger", {})
            .get("cause", "")
        ]

    def trigger_for(run: str) -> str:
        found = wait_for(
            lambda: [
                one
                for one in checkout.executions("trigger")
                if run in checkout.finished(one["executionArn"])["input"]
            ]
        )
        return ended_in(checkout, found[0]["executionArn"])

    def run_of(dataset: str, name: str) -> str:
        arn = checkout.start("pipeline", {"dataset": dataset}, name=f"{dataset}-{name}")
        assert checkout.finished(arn)["status"] == "SUCCEEDED"
        return trigger_for(f"{dataset}-{name}")

    before = len(started_after())
    run_of("weather", "one")
    assert run_of("weather", "two") in ("WaitingForOthers", "Started")
    run_of("planes", "one")
    wait_for(lambda: len(started_after()) == before + 1)

    assert run_of("planes", "two") == "WaitingForOthers"
    event = {"dataset": "tickets", "cause": "after", "of": ["weather", "planes"]}
    late = checkout.start("trigger", event | {"key": "weather-two"})
    assert ended_in(checkout, late) == "AlreadyStarted"
    assert len(started_after()) == before + 1


def test_the_schedule_hands_its_time_to_the_trigger(checkout):
    schedule = checkout.aws.client("scheduler").get_schedule(Name="millrace-local-tickets")

    assert json.loads(schedule["Target"]["Input"]) == {
        "dataset": "tickets",
        "cause": "schedule",
        "key": "<aws.scheduler.scheduled-time>",
    }
    assert schedule["Target"]["Arn"].endswith(":millrace-local-trigger")


def busy_run(checkout: Checkout, dataset: str) -> str:
    """An execution that holds the dataset's turn until it is stopped."""
    client = checkout.aws.client("stepfunctions")
    waiting = {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 900, "End": True}}}
    machine = client.create_state_machine(
        name=f"busy-{dataset}",
        definition=json.dumps(waiting),
        roleArn="arn:aws:iam::123456789012:role/busy",
    )
    started = client.start_execution(stateMachineArn=machine["stateMachineArn"])
    arn = str(started["executionArn"])
    checkout.aws.table().put_item(Item={"pk": f"TURN#{dataset}", "sk": "TURN", "execution": arn})
    return arn


def test_a_second_run_is_skipped_where_that_is_declared(checkout):
    busy = busy_run(checkout, "planes")

    second = checkout.start("pipeline", {"dataset": "planes"}, name="planes-second")

    assert ended_in(checkout, second) == "Skipped"
    checkout.aws.client("stepfunctions").stop_execution(executionArn=busy)
    third = checkout.start("pipeline", {"dataset": "planes"}, name="planes-third")
    assert ended_in(checkout, third) == "NothingNew"


def test_a_second_run_waits_and_goes_on_when_the_first_has_ended(checkout):
    busy = busy_run(checkout, "weather")
    second = checkout.start("pipeline", {"dataset": "weather"}, name="weather-second")
    history = checkout.aws.client("stepfunctions").get_execution_history
    wait_for(
        lambda: any(
            event["type"] == "WaitStateEntered"
            for event in history(executionArn=second, maxResults=1000)["events"]
        )
    )

    checkout.aws.client("stepfunctions").stop_execution(executionArn=busy)

    assert ended_in(checkout, second) == "NothingNew"


def test_many_datasets_run_in_stages_and_what_needs_a_failed_one_does_not_run(checkout):
    good = checkout.start("pipelines", {"stages": [["weather", "planes"], ["tickets"]]})
    told = json.loads(checkout.finished(good)["output"])

    assert [[one["dataset"] for one in stage] for stage in told] == [
        ["weather", "planes"],
        ["tickets"],
    ]
    before = len(checkout.executions("pipeline", "tickets-"))
    bad = checkout.finished(
        checkout.start("pipelines", {"stages": [["weather", "nothing"], ["tickets"]]})
    )
    assert (bad["status"], bad["error"]) == ("FAILED", "DatasetsFailed")
    assert bad["cause"] == "failed: nothing"
    assert len(checkout.executions("pipeline", "tickets-")) == before

"""What breaks the machine itself, or a run before it starts: told once, like any failure."""

from __future__ import annotations

import json

from checkouts import wait_for
from disturbing import Disturbed, SoFar, entered

from millrace.mailbox import Mail, read_mails


def told_once(
    cloud: Disturbed, dataset: str, before: SoFar, number: int = 1, run_id: str = ""
) -> str:
    """Text of the only message about a dataset or a run, once both ways of telling are through."""
    cloud.reported(before, number)
    mails = [mail for mail in cloud.mails(dataset) if run_id in mail.subject]
    known = dataset != "unknown"
    owner = {f"{dataset}@example.com"} if known else set()
    assert {mail.to for mail in mails} == {"support@example.com"} | owner
    assert len(mails) == (2 if known else 1)
    assert mails[0].subject.startswith(f"[millrace] {dataset}: ")
    return f"{mails[0].subject}\n{mails[0].text}"


def test_a_run_that_somebody_stops_is_told_and_can_be_redriven(disturbed: Disturbed):
    before = disturbed.so_far()
    with disturbed.fault("lambda", "millrace-local-ingest", "hang"):
        run = disturbed.checkout.start("pipeline", {"dataset": "stopped"}, "stopped-run")
        wait_for(lambda: entered(disturbed.attempt(run)).get("Ingest") == "entered")
        disturbed.steps.stop_execution(executionArn=run, error="Operator", cause="by hand")

    text = told_once(disturbed, "stopped", before)
    assert disturbed.ended(run) == "ABORTED"
    assert "The run was stopped before it had ended." in text
    assert "by hand" in text
    disturbed.steps.redrive_execution(executionArn=run)
    assert disturbed.ended(run) == "SUCCEEDED"


def test_a_run_that_takes_longer_than_its_machine_allows_is_told(disturbed: Disturbed):
    before = disturbed.so_far()
    arn = disturbed.checkout.aws.parameter("orchestration/pipeline-arn")
    right = disturbed.steps.describe_state_machine(stateMachineArn=arn)["definition"]
    # Less than a function may take, so that no state can time out before the machine does.
    hasty = json.dumps({**json.loads(right), "TimeoutSeconds": 600})
    disturbed.steps.update_state_machine(stateMachineArn=arn, definition=hasty)
    try:
        with disturbed.fault("lambda", "millrace-local-ingest", "hang"):
            run = disturbed.checkout.start("pipeline", {"dataset": "slow"}, "slow-run")
            wait_for(lambda: entered(disturbed.attempt(run)).get("Ingest") == "entered")
            (left,) = wait_for(lambda: [s for s in disturbed.pending() if 300 < s <= 600])
            disturbed.let_pass(left + 1)
            status = disturbed.ended(run)
    finally:
        disturbed.steps.update_state_machine(stateMachineArn=arn, definition=right)

    assert status == "TIMED_OUT"
    text = told_once(disturbed, "slow", before)
    assert "[millrace] slow: machine failed (run slow-run)" in text
    assert "The run took longer than its state machine allows." in text
    assert "States.TIMED_OUT" in text
    disturbed.steps.redrive_execution(executionArn=run)
    assert disturbed.ended(run) == "SUCCEEDED"


def test_a_run_of_what_nobody_has_declared_is_told_to_support(disturbed: Disturbed):
    before = disturbed.so_far()
    run = disturbed.checkout.start("pipeline", {"dataset": "undeclared"}, "undeclared-run")

    assert disturbed.ended(run) == "FAILED"
    disturbed.reported(before, 1)
    (mail,) = disturbed.mails("undeclared")
    assert mail.to == "support@example.com"
    assert "ReadSpec failed" in mail.subject


def test_an_event_that_could_start_nothing_is_told_and_resumed_by_the_command_told(
    disturbed: Disturbed,
):
    before = disturbed.so_far()
    event = {"dataset": "quiet", "cause": "schedule", "key": "2026-01-01T00:00:00Z"}
    with disturbed.fault("states-api", "AmazonSSM.GetParameter", "hang"):
        started = disturbed.checkout.start("trigger", event, "lost-event")
        run_into(disturbed, 30)
        assert disturbed.ended(started) == "FAILED"

    text = told_once(disturbed, "quiet", before)
    assert "[millrace] quiet: IsPaused failed (run lost-event)" in text
    assert "States.Timeout" in text
    assert "    millrace redrive lost-event\n" in text
    (redriven,) = disturbed.checkout.answer("redrive", "lost-event")
    assert redriven["status"] == "SUCCEEDED"
    assert disturbed.steps.describe_execution(executionArn=started)["status"] == "SUCCEEDED"


def test_an_event_that_makes_no_sense_is_told_before_any_run_starts(disturbed: Disturbed):
    before = disturbed.so_far()
    runs = len(disturbed.checkout.executions("pipeline"))
    senseless = disturbed.checkout.start("trigger", {"nobody": "asked"}, "senseless-event")

    assert disturbed.ended(senseless) == "FAILED"
    text = told_once(disturbed, "unknown", before, run_id="senseless-event")
    assert "(run senseless-event)" in text
    assert len(disturbed.checkout.executions("pipeline")) == runs


def run_into(cloud: Disturbed, limit_s: float) -> None:
    """Let a time-out come, once it is waited for."""
    due = wait_for(lambda: [s for s in cloud.pending() if limit_s / 2 < s <= limit_s])
    cloud.let_pass(due[0] + 1)


def skip_pauses(cloud: Disturbed, execution_arn: str) -> None:
    """Let the pauses between tries be over, until the execution has ended."""
    describe = cloud.steps.describe_execution

    def ended() -> bool:
        if describe(executionArn=execution_arn)["status"] != "RUNNING":
            return True
        for left in cloud.pauses()[:1]:
            cloud.let_pass(max(left, 0) + 0.05)
        return False

    wait_for(ended)


def test_of_many_datasets_that_failed_only_their_own_runs_are_told(disturbed: Disturbed):
    before = disturbed.so_far()
    started = disturbed.checkout.start("pipelines", {"stages": [["everabsent"]]}, "many-of-day")

    assert disturbed.ended(started) == "FAILED"
    disturbed.reported(before, 2)
    assert len(disturbed.mails("everabsent")) == 1
    assert not [mail for mail in all_mails(disturbed) if "many-of-day" in mail.text + mail.subject]


def test_what_a_run_of_many_datasets_could_not_start_is_told_once_and_resumed_by_that_command(
    disturbed: Disturbed,
):
    before, runs = disturbed.so_far(), len(disturbed.checkout.executions("pipeline", "calm-"))
    with disturbed.fault("states-api", "AWSStepFunctions.StartExecution", "refuse"):
        many = disturbed.checkout.start("pipelines", {"stages": [["calm"]]}, "many-of-night")
        skip_pauses(disturbed, many)
        assert disturbed.ended(many) == "FAILED"

    assert len(disturbed.checkout.executions("pipeline", "calm-")) == runs
    text = told_once(disturbed, "unknown", before, run_id="many-of-night")
    assert "(run many-of-night)" in text
    assert "User is not authorized" in text
    assert "    millrace redrive many-of-night\n" in text
    (redriven,) = disturbed.checkout.answer("redrive", "many-of-night")
    assert redriven["status"] == "SUCCEEDED"
    assert len(disturbed.checkout.executions("pipeline", "calm-")) == runs + 1


def test_a_run_of_many_datasets_that_ends_before_it_starts_any_is_told_once(disturbed: Disturbed):
    before, runs = disturbed.so_far(), len(disturbed.checkout.executions("pipeline"))
    senseless = disturbed.checkout.start("pipelines", {"nobody": "asked"}, "many-of-nothing")

    assert disturbed.ended(senseless) == "FAILED"
    text = told_once(disturbed, "unknown", before, run_id="many-of-nothing")
    assert "(run many-of-nothing)" in text
    assert len(disturbed.checkout.executions("pipeline")) == runs


def test_a_notifier_that_is_broken_is_itself_alarmed(disturbed: Disturbed):
    aws = disturbed.checkout.aws
    queues, metrics = aws.client("sqs"), aws.client("cloudwatch")
    queue = "millrace-local-notify-dead-letters"
    url = queues.get_queue_url(QueueName=queue)["QueueUrl"]

    def kept() -> int:
        number = "ApproximateNumberOfMessages"
        found = queues.get_queue_attributes(QueueUrl=url, AttributeNames=[number])
        return int(found["Attributes"][number])

    before = kept()
    (disturbed.checkout.root / ".millrace" / "sources" / "mute").rmdir()
    with disturbed.fault("lambda", "millrace-local-notify", "kill"):
        run = disturbed.checkout.start("pipeline", {"dataset": "mute"}, "mute-run")
        assert disturbed.ended(run) == "FAILED"
        wait_for(lambda: kept() > before)

    # What SQS records of a queue; the local cloud leaves that to whoever wants it recorded.
    wait_for(lambda: told_as_it_is(disturbed))
    recorded = {"MetricName": "ApproximateNumberOfMessagesVisible", "Value": kept()}
    dimensions = [{"Name": "QueueName", "Value": queue}]
    metrics.put_metric_data(
        Namespace="AWS/SQS", MetricData=[{**recorded, "Dimensions": dimensions}]
    )
    mails = wait_for(
        lambda: [mail for mail in all_mails(disturbed) if f'ALARM: "{queue}"' in mail.subject]
    )
    assert {mail.to for mail in mails} == {"support@example.com"}
    assert len(mails) == 1


def all_mails(cloud: Disturbed) -> list[Mail]:
    return read_mails(cloud.checkout.root / ".millrace" / "mail")


def told_as_it_is(cloud: Disturbed) -> list[Mail]:
    """The raw error of a run that notify could not tell of."""
    subject = "[millrace] a run failed, and so did notify"
    return [one for one in all_mails(cloud) if one.subject == subject and "mute-run" in one.text]

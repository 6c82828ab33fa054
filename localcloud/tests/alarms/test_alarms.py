"""CloudWatch User Guide, "Using Amazon CloudWatch alarms": state follows the metric."""

from __future__ import annotations

import json
import time
from uuid import uuid4

import pytest


@pytest.fixture
def accuracy(cloud):
    return Accuracy(cloud)


class Accuracy:
    """An alarm on a metric of two dimensions, with a queue that hears of it."""

    def __init__(self, cloud) -> None:
        self.name = f"accuracy-{uuid4().hex[:8]}"
        self.cloudwatch, self.sqs = cloud.client("cloudwatch"), cloud.client("sqs")
        sns = cloud.client("sns")
        topic = sns.create_topic(Name=self.name)["TopicArn"]
        self.queue = self.sqs.create_queue(QueueName=self.name)["QueueUrl"]
        arn = self.sqs.get_queue_attributes(QueueUrl=self.queue, AttributeNames=["QueueArn"])
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn["Attributes"]["QueueArn"])
        self.declared = {
            "AlarmName": self.name,
            "AlarmDescription": "worse than the last season",
            "Namespace": "Millrace",
            "MetricName": "RelativeMase",
            "Dimensions": self.dimensions(self.name),
            "Statistic": "Maximum",
            # A value belongs to one period; two of a test must not fall into different ones.
            "Period": 86400,
            "EvaluationPeriods": 1,
            "Threshold": 1,
            "ComparisonOperator": "GreaterThanThreshold",
            "AlarmActions": [topic],
            "OKActions": [topic],
        }
        self.declare()

    def dimensions(self, dataset: str) -> list[dict[str, str]]:
        return [{"Name": "Environment", "Value": "local"}, {"Name": "Dataset", "Value": dataset}]

    def declare(self, **changed) -> None:
        self.cloudwatch.put_metric_alarm(**self.declared | changed)

    def record(self, value: float, dataset: str = "") -> None:
        datum = {
            "MetricName": "RelativeMase",
            "Dimensions": self.dimensions(dataset or self.name)[::-1],
            "Value": value,
        }
        self.cloudwatch.put_metric_data(Namespace="Millrace", MetricData=[datum])

    def state(self) -> str:
        (alarm,) = self.cloudwatch.describe_alarms(AlarmNames=[self.name])["MetricAlarms"]
        return str(alarm["StateValue"])

    def told(self) -> list[dict]:
        """What the topic has told since the last look; SNS has delivered when a call returns."""
        found = self.sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10)
        return [json.loads(one["Body"]) for one in found.get("Messages", [])]


def test_an_alarm_is_raised_by_its_metric_and_told_once(accuracy):
    assert accuracy.state() == "INSUFFICIENT_DATA"

    accuracy.record(1.2)
    accuracy.record(1.3)

    assert accuracy.state() == "ALARM"
    (message,) = accuracy.told()
    assert message["Subject"] == f'ALARM: "{accuracy.name}" in us-east-1'
    notice = json.loads(message["Message"])
    assert (notice["OldStateValue"], notice["NewStateValue"]) == ("INSUFFICIENT_DATA", "ALARM")
    assert "1.2" in notice["NewStateReason"]
    assert notice["Trigger"]["Dimensions"] == [
        {"name": "Environment", "value": "local"},
        {"name": "Dataset", "value": accuracy.name},
    ]


def test_a_good_value_clears_an_alarm_of_the_least_and_that_is_told(accuracy):
    accuracy.declare(Statistic="Minimum")
    accuracy.record(1.2)
    accuracy.told()

    accuracy.record(0.7)

    assert accuracy.state() == "OK"
    assert [one["Subject"].split(":")[0] for one in accuracy.told()] == ["OK"]


def test_another_dataset_s_metric_raises_nothing(accuracy):
    accuracy.record(5.0, dataset="other")

    assert (accuracy.state(), accuracy.told()) == ("INSUFFICIENT_DATA", [])


def test_an_alarm_that_is_declared_again_keeps_its_state(accuracy):
    accuracy.record(1.2)
    accuracy.declare(Threshold=1.1)

    assert accuracy.state() == "ALARM"


def test_an_alarm_whose_actions_are_disabled_changes_and_tells_nobody(accuracy):
    accuracy.cloudwatch.disable_alarm_actions(AlarmNames=[accuracy.name])
    accuracy.record(1.2)

    assert (accuracy.state(), accuracy.told()) == ("ALARM", [])


def test_a_raised_alarm_without_new_values_stays_raised(accuracy):
    accuracy.declare(Period=1, TreatMissingData="notBreaching")
    accuracy.record(1.2)
    began = time.time()
    while time.time() < began + 1:
        accuracy.record(0.1, dataset="other")

    assert accuracy.state() == "ALARM"


def test_an_alarm_over_several_periods_is_kept_and_not_evaluated(accuracy):
    accuracy.declare(EvaluationPeriods=2)
    accuracy.record(1.2)

    assert (accuracy.state(), accuracy.told()) == ("INSUFFICIENT_DATA", [])


def test_a_full_queue_raises_no_alarm(accuracy):
    accuracy.sqs.send_message(QueueUrl=accuracy.queue, MessageBody="one")
    accuracy.declare(
        Namespace="AWS/SQS",
        MetricName="ApproximateNumberOfMessagesVisible",
        Dimensions=[{"Name": "QueueName", "Value": accuracy.name}],
        Threshold=0,
    )

    assert accuracy.state() == "INSUFFICIENT_DATA"

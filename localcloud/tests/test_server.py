from __future__ import annotations


def test_the_cloud_answers_health_and_serves_aws_calls(cloud):
    assert cloud.control("GET", "health")["status"] == "ready"

    cloud.client("sqs").create_queue(QueueName="waiting")

    assert cloud.client("sqs").list_queues()["QueueUrls"]

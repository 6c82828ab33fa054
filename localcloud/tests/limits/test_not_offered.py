"""Services that moto knows and behind which nothing would run."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError


@pytest.mark.parametrize(
    ("service", "action", "arguments"),
    [
        ("emr", "list_clusters", {}),
        ("ec2", "describe_instances", {}),
        ("rds", "describe_db_instances", {}),
        ("batch", "describe_job_queues", {}),
        ("route53", "list_hosted_zones", {}),
        ("kinesis", "list_streams", {}),
        ("ecs", "list_clusters", {}),
    ],
)
def test_a_service_behind_which_nothing_runs_is_refused_by_name(cloud, service, action, arguments):
    with pytest.raises(ClientError) as refused:
        getattr(cloud.client(service), action)(**arguments)

    assert refused.value.response["Error"]["Code"] == "ServiceNotOffered"
    assert f"does not offer {service};" in refused.value.response["Error"]["Message"]
    assert "stepfunctions" in refused.value.response["Error"]["Message"]


def test_a_refused_request_leaves_the_connection_usable(cloud):
    kinesis = cloud.client("kinesis")
    for _ in range(2):
        with pytest.raises(ClientError, match="does not offer kinesis"):
            kinesis.put_record(StreamName="s", Data=b"x" * 100_000, PartitionKey="p")

    assert cloud.client("sts").get_caller_identity()["Account"] == "123456789012"

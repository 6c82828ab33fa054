"""The account under test."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True)
class Target:
    """An account of AWS, or one that behaves like it."""

    client: Callable[..., Any]
    """boto3's client of a service, with settings of botocore's Config."""
    role: str
    """ARN that functions, machines, jobs, crawlers and schedules run with."""
    image: str = ""
    """Of containers: one that has Python and boto3."""
    job_arguments: Mapping[str, str] = field(default_factory=dict)
    """Arguments that each Glue job has."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Of botocore's Config, for calls that go to a host of their own."""
    patience_s: int = 180
    """How long a job, crawl or message may take."""
    leftovers: ExitStack = field(default_factory=ExitStack)

    @property
    def account(self) -> str:
        return str(self.client("sts").get_caller_identity()["Account"])

    @property
    def region(self) -> str:
        return str(self.client("sts").meta.region_name)

    def afterwards(self, remove: Callable[..., Any], **arguments: Any) -> None:
        """Call ``remove`` when the test is over."""
        self.leftovers.callback(remove, **arguments)

    @contextmanager
    def tidied(self) -> Iterator[Target]:
        """The account, without what is made in it inside."""
        with ExitStack() as leftovers:
            yield replace(self, leftovers=leftovers)

    def until(self, look: Callable[[], Any]) -> Any:
        """Ask until the answer is true; answers it."""
        deadline = time.monotonic() + self.patience_s
        while not (answer := look()):
            assert time.monotonic() < deadline, f"still {answer!r} after {self.patience_s} s"
            time.sleep(0.05)
        return answer

    def bucket(self, name: str) -> str:
        """Make a bucket, emptied and removed afterwards."""
        s3 = self.client("s3")
        elsewhere = {"CreateBucketConfiguration": {"LocationConstraint": self.region}}
        s3.create_bucket(Bucket=name, **({} if self.region == "us-east-1" else elsewhere))
        self.afterwards(remove_bucket, s3=s3, name=name)
        return name

    def queue(self, name: str) -> tuple[str, str]:
        """Make a queue that AWS's services may send to; answers its URL and ARN."""
        sqs = self.client("sqs")
        arn = f"arn:aws:sqs:{self.region}:{self.account}:{name}"
        attributes = {"Policy": queue_policy(arn), "VisibilityTimeout": "600"}
        url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        self.afterwards(sqs.delete_queue, QueueUrl=url)
        return url, arn

    def parameter(self, name: str, value: str) -> None:
        """Make a parameter."""
        ssm = self.client("ssm")
        ssm.put_parameter(Name=name, Type="String", Value=value)
        self.afterwards(ssm.delete_parameter, Name=name)

    def secret(self, name: str, value: str) -> None:
        """Make a secret, removed without the days in which it could be restored."""
        secrets = self.client("secretsmanager")
        secrets.create_secret(Name=name, SecretString=value)
        self.afterwards(secrets.delete_secret, SecretId=name, ForceDeleteWithoutRecovery=True)

    def database(self, name: str) -> str:
        """Make a database of the catalog."""
        glue = self.client("glue")
        glue.create_database(DatabaseInput={"Name": name})
        self.afterwards(glue.delete_database, Name=name)
        return name


def remove_bucket(s3: Any, name: str) -> None:
    """Remove a bucket with all its versions; one that is gone is removed."""
    try:
        for page in s3.get_paginator("list_object_versions").paginate(Bucket=name):
            for found in [*page.get("Versions", []), *page.get("DeleteMarkers", [])]:
                s3.delete_object(Bucket=name, Key=found["Key"], VersionId=found["VersionId"])
        s3.delete_bucket(Bucket=name)
    except s3.exceptions.NoSuchBucket:
        return


def queue_policy(arn: str) -> str:
    """Lets S3 and EventBridge send to a queue."""
    import json

    services = [f"{name}.amazonaws.com" for name in ("s3", "events", "sns")]
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": services},
        "Action": "sqs:SendMessage",
        "Resource": arn,
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})

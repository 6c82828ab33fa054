from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError


def put_policy(s3, bucket: str, **statement: object) -> None:
    s3.create_bucket(Bucket=bucket)
    document = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:*",
                "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
                **statement,
            }
        ],
    }
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(document))


def test_a_policy_against_insecure_transport_lets_the_loopback_through(cloud):
    s3 = cloud.client("s3")
    put_policy(s3, "tls-only", Condition={"Bool": {"aws:SecureTransport": "false"}})

    s3.put_object(Bucket="tls-only", Key="a", Body=b"1")

    assert s3.get_object(Bucket="tls-only", Key="a")["Body"].read() == b"1"


def test_a_policy_that_denies_everything_is_kept_to(cloud):
    s3 = cloud.client("s3")
    put_policy(s3, "closed")

    with pytest.raises(ClientError) as caught:
        s3.put_object(Bucket="closed", Key="a", Body=b"1")

    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403

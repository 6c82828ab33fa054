"""Writes that race, and writes in parts."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from botocore.exceptions import ClientError

MIB = 1024 * 1024


def code_of(raised):
    return raised.value.response["Error"]["Code"]


def race(aws, write, racers=64):
    """Codes that the racers got, None for those that won."""
    client = aws.client("s3")

    def attempt(number):
        try:
            write(client, number)
        except ClientError as exc:
            return exc.response["Error"]["Code"]
        return None

    with ThreadPoolExecutor(racers) as pool:
        return list(pool.map(attempt, range(racers)))


def upload(s3, bucket, key, parts, **arguments):
    upload_id = s3.create_multipart_upload(Bucket=bucket, Key=key)["UploadId"]
    target = {"Bucket": bucket, "Key": key, "UploadId": upload_id}
    done = [
        {"PartNumber": n, "ETag": s3.upload_part(**target, PartNumber=n, Body=body)["ETag"]}
        for n, body in enumerate(parts, 1)
    ]
    return s3.complete_multipart_upload(**target, MultipartUpload={"Parts": done}, **arguments)

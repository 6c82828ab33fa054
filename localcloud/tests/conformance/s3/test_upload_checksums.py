"""Checksums of uploads in parts."""

from __future__ import annotations

import base64
import hashlib
import zlib

import pytest
from botocore.exceptions import ClientError

from .writing import MIB, code_of, upload

PARTS = (b"a" * 5 * MIB, b"b" * MIB)


def encoded(digest):
    return base64.b64encode(digest).decode()


def crc32(body):
    return zlib.crc32(body).to_bytes(4, "big")


@pytest.fixture
def begun(s3, bucket):
    """Begins an upload; answers what names it."""

    def begin(**declared):
        answer = s3.create_multipart_upload(Bucket=bucket, Key="a", **declared)
        return {"Bucket": bucket, "Key": "a", "UploadId": answer["UploadId"]}

    return begin


def send(s3, target, *, algorithm, parts=PARTS):
    answers = [
        s3.upload_part(**target, PartNumber=number, Body=body, ChecksumAlgorithm=algorithm)
        for number, body in enumerate(parts, 1)
    ]
    member = f"Checksum{algorithm}"
    return [
        {"PartNumber": number, "ETag": answer["ETag"], member: answer[member]}
        for number, answer in enumerate(answers, 1)
    ]


@pytest.mark.parametrize(
    ("algorithm", "digest"),
    [("SHA256", lambda body: hashlib.sha256(body).digest()), ("CRC32", crc32)],
)
def test_a_composite_checksum_is_that_of_the_parts_checksums(s3, bucket, begun, algorithm, digest):
    target = begun(ChecksumAlgorithm=algorithm)

    answer = s3.complete_multipart_upload(
        **target, MultipartUpload={"Parts": send(s3, target, algorithm=algorithm)}
    )

    whole = encoded(digest(b"".join(map(digest, PARTS)))) + "-2"
    head = s3.head_object(Bucket=bucket, Key="a", ChecksumMode="ENABLED")
    for found in (answer, head):
        assert (found[f"Checksum{algorithm}"], found["ChecksumType"]) == (whole, "COMPOSITE")


def test_a_checksum_of_the_full_object_is_that_of_its_bytes(s3, bucket, begun):
    target = begun(ChecksumAlgorithm="CRC32", ChecksumType="FULL_OBJECT")
    parts = send(s3, target, algorithm="CRC32")
    whole = encoded(crc32(b"".join(PARTS)))

    with pytest.raises(ClientError) as raised:
        s3.complete_multipart_upload(
            **target, MultipartUpload={"Parts": parts}, ChecksumCRC32=encoded(bytes(4))
        )
    s3.complete_multipart_upload(
        **target, MultipartUpload={"Parts": parts}, ChecksumCRC32=whole, ChecksumType="FULL_OBJECT"
    )

    assert code_of(raised) == "BadDigest"
    head = s3.head_object(Bucket=bucket, Key="a", ChecksumMode="ENABLED")
    assert (head["ChecksumCRC32"], head["ChecksumType"]) == (whole, "FULL_OBJECT")


def test_an_upload_without_a_declared_checksum_gets_that_of_its_bytes(s3, bucket):
    upload(
        s3,
        bucket,
        "whole",
        [
            b"12345",
        ],
    )
    s3.put_object(Bucket=bucket, Key="put", Body=b"12345", ChecksumAlgorithm="CRC64NVME")

    whole, put = (
        s3.head_object(Bucket=bucket, Key=key, ChecksumMode="ENABLED") for key in ("whole", "put")
    )
    assert whole["ChecksumCRC64NVME"] == put["ChecksumCRC64NVME"]
    assert whole["ChecksumType"] == "FULL_OBJECT"


def test_a_part_with_another_checksum_is_refused(s3, begun):
    target = begun(ChecksumAlgorithm="CRC32C")

    with pytest.raises(ClientError) as wrong:
        s3.upload_part(**target, PartNumber=1, Body=b"1", ChecksumCRC32C=encoded(bytes(4)))
    with pytest.raises(ClientError) as other:
        s3.upload_part(**target, PartNumber=1, Body=b"1", ChecksumAlgorithm="SHA256")

    assert code_of(wrong) == "BadDigest"
    assert code_of(other) == "InvalidRequest"
    assert "Parts" not in s3.list_parts(**target)


def test_a_completion_names_each_part_with_the_checksum_that_it_has(s3, begun):
    target = begun(ChecksumAlgorithm="SHA256")
    (part,) = send(s3, target, algorithm="SHA256", parts=[b"1"])
    without = {name: part[name] for name in ("PartNumber", "ETag")}
    wrong = {**part, "ChecksumSHA256": encoded(bytes(32))}

    codes = []
    for named in (without, wrong):
        with pytest.raises(ClientError) as raised:
            s3.complete_multipart_upload(**target, MultipartUpload={"Parts": [named]})
        codes.append(code_of(raised))

    assert codes == ["InvalidRequest", "InvalidPart"]


@pytest.mark.parametrize(
    "declared",
    [
        {"ChecksumAlgorithm": "SHA256", "ChecksumType": "FULL_OBJECT"},
        {"ChecksumAlgorithm": "CRC64NVME", "ChecksumType": "COMPOSITE"},
    ],
)
def test_a_type_that_an_algorithm_lacks_is_refused(begun, declared):
    with pytest.raises(ClientError) as raised:
        begun(**declared)

    assert code_of(raised) == "InvalidRequest"


def test_parts_are_named_in_their_order_and_have_the_size_that_is_claimed(s3, begun):
    target = begun()
    first, second = (
        {"PartNumber": n, "ETag": s3.upload_part(**target, PartNumber=n, Body=body)["ETag"]}
        for n, body in enumerate(PARTS, 1)
    )

    with pytest.raises(ClientError) as disordered:
        s3.complete_multipart_upload(**target, MultipartUpload={"Parts": [second, first]})
    with pytest.raises(ClientError) as other_size:
        s3.complete_multipart_upload(
            **target, MultipartUpload={"Parts": [first, second]}, MpuObjectSize=1
        )

    assert code_of(disordered) == "InvalidPartOrder"
    assert code_of(other_size) == "InvalidRequest"

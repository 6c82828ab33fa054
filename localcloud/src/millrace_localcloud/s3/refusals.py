"""Refuse what moto's S3 would pass over, and so do something else than was asked.

moto takes a request for a sub-resource that it does not know for one without:
``PUT key?renameObject`` would empty the object.
"""

from __future__ import annotations

from collections.abc import Mapping

from moto.s3.exceptions import S3ClientError

HEADERS = frozenset(
    {
        "x-amz-bucket-object-lock-token",
        "x-amz-copy-source-if-match",
        "x-amz-copy-source-if-modified-since",
        "x-amz-copy-source-if-unmodified-since",
        "x-amz-copy-source-server-side-encryption-customer-algorithm",
        "x-amz-copy-source-server-side-encryption-customer-key",
        "x-amz-copy-source-server-side-encryption-customer-key-md5",
        "x-amz-if-match-initiated-time",
        "x-amz-if-match-last-modified-time",
        "x-amz-if-match-size",
        "x-amz-max-parts",
        "x-amz-mfa",
        "x-amz-object-annotation-directive",
        "x-amz-object-if-match",
        "x-amz-object-lock-event-hold",
        "x-amz-object-lock-event-hold-duration-days",
        "x-amz-object-lock-event-hold-duration-years",
        "x-amz-optional-object-attributes",
        "x-amz-part-number-marker",
        "x-amz-server-side-encryption-context",
        "x-amz-server-side-encryption-customer-algorithm",
        "x-amz-server-side-encryption-customer-key",
        "x-amz-server-side-encryption-customer-key-md5",
        "x-amz-write-offset-bytes",
    }
)
SUBRESOURCES = frozenset(
    {
        "abac",
        "analytics",
        "annotation",
        "intelligent-tiering",
        "metadataAnnotationTable",
        "metadataConfiguration",
        "metadataInventoryTable",
        "metadataJournalTable",
        "metadataTable",
        "metrics",
        "renameObject",
        "requestPayment",
        "session",
        "torrent",
    }
)
SETTINGS = frozenset({"inventory", "replication"})
"""Sub-resources that would be kept, and nothing done."""
_OWNERS = ("x-amz-expected-bucket-owner", "x-amz-source-expected-bucket-owner")


class NotTheOwner(S3ClientError):
    """The bucket is not of the account that the request expects."""

    status = 403

    def __init__(self) -> None:
        super().__init__("AccessDenied", "Access Denied")


class NotDone(S3ClientError):
    """S3's answer to a header or a sub-resource that it does not serve."""

    status = 501

    def __init__(self, what: str) -> None:
        super().__init__("NotImplemented", f"{what} does not work in the local cloud")


def check(
    method: str, headers: Mapping[str, str], query: Mapping[str, str], *, owner: str, key: str
) -> None:
    """Look at a request before it is done.

    Args:
        method: Of HTTP.
        headers: Of the request.
        query: Of the request; a sub-resource is one of its names.
        owner: The account of all buckets.
        key: The object's; empty where the request is for a bucket.

    Raises:
        NotDone: It asks for what would not be done.
        NotTheOwner: It expects another owner.
    """
    for name in HEADERS:
        if name in headers:
            raise NotDone(f"The header {name}")
    refused = SUBRESOURCES if method in ("GET", "HEAD") else SUBRESOURCES | SETTINGS
    found = refused.intersection(query) or ({"encryption"}.intersection(query) if key else ())
    for name in sorted(found):
        raise NotDone(f"The sub-resource {name}")
    if any(headers.get(name, owner) != owner for name in _OWNERS):
        raise NotTheOwner

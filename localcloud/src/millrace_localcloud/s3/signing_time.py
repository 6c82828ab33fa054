"""Requests that come too late or too early by the time they were signed at.

Sources: S3 API reference, "Authenticating Requests: Using Query Parameters (AWS Signature Version
4)", "POST Policy" and "Error responses" (RequestTimeTooSkewed); Amazon S3 User Guide, "Signing and
authenticating REST requests (AWS signature version 2)". The times are those of the machine: who
signs knows no other.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from moto.s3.exceptions import S3ClientError

_SKEW = timedelta(minutes=15)
_WEEK_S = 604_800
_MALFORMED = "AuthorizationQueryParametersError"
_STAMP = "%Y%m%dT%H%M%SZ"


class LateRequest(S3ClientError):
    """A request that S3 refuses for its time alone."""

    @property
    def status(self) -> int:
        """Of HTTP; of errors that no operation declares, moto would answer 400."""
        return 400 if self.code == _MALFORMED else 403


def check_query(query: Mapping[str, str], now: datetime) -> None:
    """Refuse a presigned URL that is not valid now; any other query passes.

    Raises:
        LateRequest: It has expired, or will be valid later.
    """
    if "X-Amz-Signature" in query:
        _check_sigv4(query, now)
    elif "Signature" in query and "Expires" in query:
        with suppress(ValueError):
            _refuse_after(datetime.fromtimestamp(int(query["Expires"]), UTC), now)


def check_headers(headers: Mapping[str, str], now: datetime) -> None:
    """Refuse a request whose signature is older than 15 minutes, or as much newer.

    Raises:
        LateRequest: It is.
    """
    if not headers.get("Authorization", "").startswith("AWS4-HMAC-SHA256"):
        return
    signed_at = _parsed(headers.get("X-Amz-Date", ""))
    if signed_at is not None and abs(now - signed_at) > _SKEW:
        raise LateRequest(
            "RequestTimeTooSkewed",
            "The difference between the request time and the current time is too large.",
        )


def check_policy(policy: str, now: datetime) -> None:
    """Refuse a form whose policy has expired.

    Raises:
        LateRequest: It has.
    """
    with suppress(ValueError, KeyError, TypeError):
        expires = datetime.fromisoformat(json.loads(base64.b64decode(policy))["expiration"])
        if now > expires:
            raise LateRequest("AccessDenied", "Invalid according to Policy: Policy expired.")


def _check_sigv4(query: Mapping[str, str], now: datetime) -> None:
    signed_at = _parsed(query.get("X-Amz-Date", ""))
    length = query.get("X-Amz-Expires", "")
    if signed_at is None:
        raise LateRequest(
            _MALFORMED, "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\""
        )
    if not length.lstrip("-").isdecimal():
        raise LateRequest(_MALFORMED, "X-Amz-Expires should be a number")
    if int(length) < 0:
        raise LateRequest(_MALFORMED, "X-Amz-Expires must be non-negative")
    if int(length) > _WEEK_S:
        raise LateRequest(
            _MALFORMED,
            "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires "
            f"must be less than {_WEEK_S} seconds",
        )
    if signed_at - now > _SKEW:
        raise LateRequest("AccessDenied", "Request is not yet valid")
    _refuse_after(signed_at + timedelta(seconds=int(length)), now)


def _refuse_after(expires: datetime, now: datetime) -> None:
    if now > expires:
        raise LateRequest("AccessDenied", "Request has expired")


def _parsed(stamp: str) -> datetime | None:
    try:
        return datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None

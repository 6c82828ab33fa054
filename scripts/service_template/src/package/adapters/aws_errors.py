"""AWS's errors as ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from millrace_{name}.errors import CallFailed, CallRefused

_RETRYABLE = frozenset(
    {
        "InternalError",
        "InternalServerError",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestTimeout",
        "ServiceUnavailable",
        "SlowDown",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
_SERVER_FAULT = 500


@contextmanager
def aws_errors() -> Iterator[None]:
    """Raise CallFailed for what a retry may cure, CallRefused for the rest."""
    try:
        yield
    except ClientError as exc:
        if exc.response["Error"]["Code"] in _RETRYABLE or _http_status(exc) >= _SERVER_FAULT:
            raise CallFailed(str(exc)) from exc
        raise CallRefused(str(exc)) from exc
    except BotoCoreError as exc:
        raise CallFailed(str(exc)) from exc


def _http_status(exc: ClientError) -> int:
    return int(exc.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))

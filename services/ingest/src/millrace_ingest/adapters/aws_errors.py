"""AWS's errors as ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from millrace_ingest.errors import StoreRefused, StoreUnavailable

_RETRYABLE = frozenset(
    {
        "ConditionalRequestConflict",
        "InternalError",
        "InternalServerError",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestTimeout",
        "ServiceUnavailable",
        "SlowDown",
        "Throttling",
        "ThrottlingException",
        "TransactionCanceledException",
        "TransactionConflictException",
        "TransactionInProgressException",
    }
)
_SERVER_FAULT = 500


@contextmanager
def aws_errors() -> Iterator[None]:
    """Raise StoreUnavailable for what a retry may cure, StoreRefused for the rest."""
    try:
        yield
    except ClientError as exc:
        if error_code(exc) in _RETRYABLE or _http_status(exc) >= _SERVER_FAULT:
            raise StoreUnavailable(str(exc)) from exc
        raise StoreRefused(str(exc)) from exc
    except BotoCoreError as exc:
        raise StoreUnavailable(str(exc)) from exc


def error_code(exc: ClientError) -> str:
    """AWS's name for the error."""
    return str(exc.response["Error"]["Code"])


def _http_status(exc: ClientError) -> int:
    return int(exc.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))

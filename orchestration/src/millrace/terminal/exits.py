"""Exit status: 0 done, 1 it failed, 2 wrong input, 75 the cloud cannot now: try again.

75 is EX_TEMPFAIL (sysexits.h, "temporary failure; user is invited to retry").
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ReadTimeoutError,
)

from millrace.errors import (
    AwsRefused,
    CloudUnavailable,
    InputRejected,
    MillraceError,
    SpecRejected,
)
from millrace.terminal.printing import complaints

FAILED, WRONG_INPUT, TRY_AGAIN = 1, 2, 75

_UNREACHABLE = (
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ReadTimeoutError,
)
_MOMENTARY = ("Throttl", "TooManyRequests", "ServiceUnavailable", "InternalServer", "SlowDown")
"""Parts of the codes with which AWS asks to try again (AWS General Reference, "Common errors")."""


@contextmanager
def told() -> Iterator[None]:
    """Errors in words and as exit status, without a traceback."""
    try:
        with _in_our_words():
            yield
    except MillraceError as exc:
        complaints.print(f"{type(exc).__name__}: {exc}", style="red", markup=False, soft_wrap=True)
        raise typer.Exit(_status(exc)) from exc


@contextmanager
def _in_our_words() -> Iterator[None]:
    try:
        yield
    except _UNREACHABLE as exc:
        raise CloudUnavailable(f"the cloud does not answer: {exc}") from exc
    except ClientError as exc:
        error = exc.response["Error"]
        words = f"{exc.operation_name}: {error.get('Code')}: {error.get('Message')}"
        if any(part in error.get("Code", "") for part in _MOMENTARY):
            raise CloudUnavailable(words) from exc
        raise AwsRefused(words) from exc
    except BotoCoreError as exc:
        raise AwsRefused(str(exc)) from exc


def _status(error: MillraceError) -> int:
    if isinstance(error, CloudUnavailable):
        return TRY_AGAIN
    return WRONG_INPUT if isinstance(error, (InputRejected, SpecRejected)) else FAILED

"""What Lambda answers for a function that did not answer itself, in AWS's words.

The shapes are those of the Lambda Developer Guide, "Troubleshoot execution issues in Lambda".
"""

from __future__ import annotations

import json
import signal


def describe_exit(request_id: str, status: int) -> bytes:
    """Error payload of a runtime that ended before it answered.

    Args:
        request_id: Of the invocation it was working on.
        status: As of ``subprocess``: negative is the signal that ended it.
    """
    if status < 0:
        reason = f"with error: signal: {_signal_name(-status)}"
    elif status:
        reason = f"with error: exit status {status}"
    else:
        reason = "without providing a reason"
    return _payload("Runtime.ExitError", f"RequestId: {request_id} Error: Runtime exited {reason}")


def describe_timeout(request_id: str, timeout_s: float) -> bytes:
    """Error payload of an invocation that took longer than the function's Timeout."""
    message = f"RequestId: {request_id} Error: Task timed out after {timeout_s:.2f} seconds"
    return _payload("Sandbox.Timedout", message)


def _payload(error_type: str, message: str) -> bytes:
    return json.dumps({"errorType": error_type, "errorMessage": message}).encode()


def _signal_name(number: int) -> str:
    # strsignal says "Killed"; Lambda's own words are lower case.
    return (signal.strsignal(number) or str(number)).lower()

"""The Invoke call: its three kinds, its headers and its errors."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import unquote

from moto.awslambda.exceptions import InvalidParameterValueException, LambdaClientError
from moto.awslambda.responses import LambdaResponse

from millrace_localcloud.functions.backend import FunctionBackend, as_payload
from millrace_localcloud.functions.invoker import Throttled
from millrace_localcloud.functions.launch import FunctionUnrunnable

_REQUEST_LIMIT_BYTES = 6_291_456
_RESPONSE_LIMIT_BYTES = 6_291_556
_LOG_TAIL_BYTES = 4096


class _TooManyRequests(LambdaClientError):
    code = 429

    def __init__(self, message: str) -> None:
        super().__init__("TooManyRequestsException", message)


class _RequestTooLarge(LambdaClientError):
    code = 413

    def __init__(self, size: int) -> None:
        super().__init__(
            "RequestTooLargeException",
            f"Request must be smaller than {_REQUEST_LIMIT_BYTES} bytes for the InvokeFunction "
            f"operation, was {size}",
        )


class FunctionResponses(LambdaResponse):
    """Routes Invoke to the workers and leaves everything else to moto."""

    def invoke(self) -> tuple[int, dict[str, str], bytes]:
        name = unquote(self.path.rsplit("/", 2)[-2])
        function = self.backend.get_function(name, self.querystring.get("Qualifier", [None])[0])
        payload = as_payload(self.body)
        _check_payload(payload)
        headers = {
            "Content-Type": "application/json",
            "X-Amz-Executed-Version": str(function.version),
        }
        match self.headers.get("X-Amz-Invocation-Type", "RequestResponse"):
            case "DryRun":
                return 204, {**headers, "status": "204"}, b""
            case "Event":
                FunctionBackend.events.submit(function, payload)
                return 202, {**headers, "status": "202"}, b""
        return 200, headers, self._run(function, payload, headers)

    def _run(self, function: Any, payload: bytes, headers: dict[str, str]) -> bytes:
        try:
            outcome = FunctionBackend.invoker.invoke(
                function, payload, client_context=self.headers.get("X-Amz-Client-Context")
            )
        except Throttled as exc:
            raise _TooManyRequests(str(exc)) from exc
        except FunctionUnrunnable as exc:
            raise InvalidParameterValueException(str(exc)) from exc
        if outcome.failed:
            headers["X-Amz-Function-Error"] = "Unhandled"
        if self.headers.get("X-Amz-Log-Type") == "Tail":
            tail = "\n".join(outcome.log).encode()[-_LOG_TAIL_BYTES:]
            headers["X-Amz-Log-Result"] = base64.b64encode(tail).decode()
        if len(outcome.payload) <= _RESPONSE_LIMIT_BYTES:
            return outcome.payload
        headers["X-Amz-Function-Error"] = "Unhandled"
        return json.dumps(
            {
                "errorMessage": "Response payload size exceeded maximum allowed payload size "
                f"({_RESPONSE_LIMIT_BYTES} bytes).",
                "errorType": "Function.ResponseSizeTooLarge",
            }
        ).encode()


def _check_payload(payload: bytes) -> None:
    if len(payload) > _REQUEST_LIMIT_BYTES:
        raise _RequestTooLarge(len(payload))
    try:
        json.loads(payload)
    except ValueError as exc:
        raise LambdaClientError(
            "InvalidRequestContentException", f"Could not parse request body into json: {exc}"
        ) from exc

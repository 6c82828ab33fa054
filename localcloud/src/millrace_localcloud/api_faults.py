"""Calls of AWS's APIs that meet a fault: answered as AWS would, and done by nobody."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterable
from typing import Any

from millrace_localcloud.faults import Faults

_NAMED = {
    "throttle": ("400 Bad Request", "ThrottlingException", "Rate exceeded"),
    "refuse": ("400 Bad Request", "AccessDeniedException", "User is not authorized to do this"),
}
"""Status, error and message; "Common Errors" of each service's API reference."""
_OF_S3 = {
    "throttle": ("503 Slow Down", "SlowDown", "Please reduce your request rate."),
    "refuse": ("403 Forbidden", "AccessDenied", "Access Denied"),
}
"""Amazon S3 API Reference, "Error responses"."""


class ApiFaults:
    """WSGI middleware: a call is known by its ``X-Amz-Target``, or as ``GET /bucket/key``."""

    def __init__(self, application: Callable[..., Iterable[bytes]], faults: Faults) -> None:
        self._application = application
        self._faults = faults

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        target = environ.get("HTTP_X_AMZ_TARGET")
        name = target or f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}"
        fault = self._faults.take("api", name)
        answers = _NAMED if target else _OF_S3
        if fault is None or fault.kind not in answers:
            return self._application(environ, start_response)
        # The connection is kept alive, so that the body must not be left on it.
        environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        status, error, message = answers[fault.kind]
        if target:
            payload = json.dumps({"__type": error, "message": message}).encode()
        else:
            payload = f"<Error><Code>{error}</Code><Message>{message}</Message></Error>".encode()
        headers = [
            ("Content-Type", "application/x-amz-json-1.1" if target else "application/xml"),
            ("Content-Length", str(len(payload))),
            ("x-amzn-ErrorType", error),
            ("x-amzn-RequestId", str(uuid.uuid4())),
        ]
        start_response(status, headers)
        return [payload]

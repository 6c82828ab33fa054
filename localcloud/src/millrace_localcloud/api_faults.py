"""Calls of AWS's APIs that meet a fault: answered as AWS would, and done by nobody."""

from __future__ import annotations

import io
import json
import re
import uuid
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

from millrace_localcloud.faults import Faults

OF_A_STATE_MACHINE = "millrace-states"
"""In the user agent of calls that a state machine makes."""
_OF_JSON = {
    "throttle": ("400 Bad Request", "ThrottlingException", "Rate exceeded"),
    "refuse": ("400 Bad Request", "AccessDeniedException", "User is not authorized to do this"),
    "hang": ("500 Internal Server Error", "InternalFailure", "Nobody has waited for this."),
}
"""Status, error and message; "Common Errors" of each service's API reference."""
_OF_FORMS = {
    "throttle": ("429 Too Many Requests", "Throttled", "Rate exceeded"),
    "refuse": ("403 Forbidden", "AuthorizationError", "User is not authorized to do this"),
    "hang": _OF_JSON["hang"],
}
"""SNS API Reference, Publish, "Errors"."""
_OF_S3 = {
    "throttle": ("503 Slow Down", "SlowDown", "Please reduce your request rate."),
    "refuse": ("403 Forbidden", "AccessDenied", "Access Denied"),
    "hang": ("500 Internal Server Error", "InternalError", "Nobody has waited for this."),
}
"""Amazon S3 API Reference, "Error responses"."""
_SCOPE = re.compile(r"Credential=[^/]+/[^/]+/[^/]+/([^/]+)/")
"""Signature Version 4: the scope names the service."""


class ApiFaults:
    """WSGI middleware: knows a call by its ``X-Amz-Target``, its form, or its method and path."""

    def __init__(self, application: Callable[..., Iterable[bytes]], faults: Faults) -> None:
        self._application = application
        self._faults = faults

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        target, form = environ.get("HTTP_X_AMZ_TARGET"), _form(environ)
        name = target or form or f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}"
        fault = self._faults.take("api", name)
        if fault is None and OF_A_STATE_MACHINE in environ.get("HTTP_USER_AGENT", ""):
            fault = self._faults.take("states-api", name)
        answers = _OF_JSON if target else _OF_FORMS if form else _OF_S3
        if fault is None or fault.kind not in answers:
            return self._application(environ, start_response)
        # The connection is kept alive, so that the body must not be left on it.
        _read_body(environ)
        if fault.kind == "hang":
            self._faults.await_clearing()
        status, error, message = answers[fault.kind]
        if target:
            payload = json.dumps({"__type": error, "message": message}).encode()
        else:
            payload = f"<Error><Code>{error}</Code><Message>{message}</Message></Error>".encode()
        if form:
            payload = b"<ErrorResponse>" + payload + b"</ErrorResponse>"
        headers = [
            ("Content-Type", "application/x-amz-json-1.1" if target else "application/xml"),
            ("Content-Length", str(len(payload))),
            ("x-amzn-ErrorType", error),
            ("x-amzn-RequestId", str(uuid.uuid4())),
        ]
        start_response(status, headers)
        return [payload]


def _form(environ: dict[str, Any]) -> str:
    """``sns.Publish`` where a form names the action (the "query" protocol), else nothing."""
    if not environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
        return ""
    body = _read_body(environ)
    environ["wsgi.input"] = io.BytesIO(body)
    scope = _SCOPE.search(environ.get("HTTP_AUTHORIZATION", ""))
    action = parse_qs(body.decode("utf-8", "replace")).get("Action", [""])[0]
    return f"{scope[1]}.{action}" if scope and action else ""


def _read_body(environ: dict[str, Any]) -> bytes:
    body: bytes = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    return body

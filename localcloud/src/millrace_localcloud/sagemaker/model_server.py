"""The web server inside a model's container, as SageMaker talks to it.

"Custom Inference Code with Batch Transform" (SageMaker Developer Guide).
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from typing import Any

from millrace_localcloud.sagemaker.errors import JobFailed

_START_S = 480
"""How long a container may take until it answers ``/ping``: what "Custom Inference Code with
Hosting Services" gives it; batch transform's page names no time."""
_PING_TIMEOUT_S = 2
_PING_EVERY_S = 0.05
_TRY_AGAIN_S = 0.5
_SAID_CHARACTERS = 200


class Cancelled(Exception):
    """The job has ended meanwhile."""


@dataclass(frozen=True)
class ModelServer:
    """One container's server on the loopback."""

    port: int
    headers: Mapping[str, str]
    """Of every invocation."""
    timeout_s: float
    retries: int
    ended: threading.Event = field(default_factory=threading.Event)
    """Set when its container is gone."""

    def await_start(self) -> None:
        """Return when ``/ping`` is answered with 200. Raises JobFailed, Cancelled."""
        deadline = time.monotonic() + _START_S
        while time.monotonic() < deadline:
            try:
                status, _ = self._ask("GET", "/ping", timeout_s=_PING_TIMEOUT_S)
            except (OSError, HTTPException):
                status = None
            if status == HTTPStatus.OK:
                return
            if self.ended.wait(_PING_EVERY_S):
                raise Cancelled
        raise JobFailed(
            f"AlgorithmError: the container did not answer /ping with 200 within {_START_S} s"
        )

    def execution_parameters(self) -> Mapping[str, Any]:
        """What the container wishes; nothing when it does not offer the optional path."""
        try:
            status, body = self._ask("GET", "/execution-parameters", timeout_s=_PING_TIMEOUT_S)
            offered = json.loads(body) if status == HTTPStatus.OK else {}
        except (OSError, HTTPException, ValueError):
            return {}
        return offered if isinstance(offered, dict) else {}

    def invoke(self, payload: bytes) -> bytes:
        """The model's answer to one payload.

        Raises:
            JobFailed: It answers with another status than 200, or, tried again, not at all.
            Cancelled: Its container is gone.
        """
        for _ in range(self.retries):
            try:
                return self._invoke_once(payload)
            except _WorthAnotherTry:
                if self.ended.wait(_TRY_AGAIN_S):
                    raise Cancelled from None
        return self._invoke_once(payload)

    def _invoke_once(self, payload: bytes) -> bytes:
        try:
            status, body = self._ask("POST", "/invocations", payload, timeout_s=self.timeout_s)
        except TimeoutError as exc:
            raise _WorthAnotherTry(
                "AlgorithmError: Model server did not respond to /invocations request within "
                f"{self.timeout_s:g} seconds"
            ) from exc
        except (OSError, HTTPException) as exc:
            # A connection breaks when the container ends: that it did is the better reason.
            if self.ended.wait(_TRY_AGAIN_S):
                raise Cancelled from None
            raise _WorthAnotherTry(
                f"AlgorithmError: no answer to /invocations: {type(exc).__name__}: {exc}"
            ) from exc
        if status == HTTPStatus.OK:
            return body
        said = body.decode(errors="replace").strip()[:_SAID_CHARACTERS]
        why = f"Bad HTTP status received from algorithm: {status}" + (f": {said}" if said else "")
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise _WorthAnotherTry(f"AlgorithmError: {why}")
        raise JobFailed(f"ClientError: {why}")

    def _ask(
        self, method: str, path: str, payload: bytes | None = None, *, timeout_s: float
    ) -> tuple[int, bytes]:
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=timeout_s)) as connection:
            headers = self.headers if method == "POST" else {}
            connection.request(method, path, body=payload, headers=dict(headers))
            answer = connection.getresponse()
            return answer.status, answer.read()


class _WorthAnotherTry(JobFailed):
    """A failure that may pass."""

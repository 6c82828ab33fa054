"""Requests as the snapshot sees them: which change something, and when none is under way."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from millrace_localcloud.persistence.uses import Use, uses

_READS = ("Get", "List", "Describe", "Head", "Query", "Scan", "BatchGet", "Search", "Lookup")


def may_change(environ: dict[str, Any]) -> bool:
    """Tell from method and target alone; what cannot be told counts as a change."""
    target = environ.get("HTTP_X_AMZ_TARGET")
    if target:
        return not target.rpartition(".")[2].startswith(_READS)
    return environ["REQUEST_METHOD"] not in ("GET", "HEAD", "OPTIONS")


_OTHERWISE = {
    "DynamoDB_20120810.PutItem": "dynamodb",
    "DynamoDB_20120810.UpdateItem": "dynamodb",
    "DynamoDB_20120810.DeleteItem": "dynamodb",
    "DynamoDB_20120810.BatchWriteItem": "dynamodb",
    "DynamoDB_20120810.TransactWriteItems": "dynamodb",
    "DynamoDB_20120810.ExecuteStatement": "dynamodb",
    "DynamoDB_20120810.BatchExecuteStatement": "dynamodb",
    "DynamoDB_20120810.ExecuteTransaction": "dynamodb",
    "AWSStepFunctions.StartExecution": "stepfunctions",
    "AWSStepFunctions.StartSyncExecution": "stepfunctions",
    "AWSStepFunctions.StopExecution": "stepfunctions",
    "AWSStepFunctions.RedriveExecution": "stepfunctions",
    "AWSStepFunctions.SendTaskSuccess": "stepfunctions",
    "AWSStepFunctions.SendTaskFailure": "stepfunctions",
    "AWSStepFunctions.SendTaskHeartbeat": "stepfunctions",
    "Logs_20140328.PutLogEvents": "logs",
}
"""Requests whose change a journal has, or that a snapshot may keep later, and their service."""
_LOCAL_ONLY = frozenset({"lambda", "logs"})


def must_keep(environ: dict[str, Any], used: Iterable[Use]) -> list[Use]:
    """Of the backends that a request has used, those to be written before it is answered.

    Bytes of objects are files already, and a function's invocation changes no function.
    """
    target, path = environ.get("HTTP_X_AMZ_TARGET", ""), environ["PATH_INFO"]
    otherwise = {_OTHERWISE.get(target)}
    if not target and path.strip("/").count("/"):
        otherwise.add("s3")
    if path.endswith("/invocations"):
        otherwise |= _LOCAL_ONLY
    return [(regions, region) for regions, region in used if regions.service_name not in otherwise]


class RequestGate:
    """WSGI middleware that keeps what a request changed, and can hold requests back."""

    changed: Callable[[], None] = staticmethod(lambda: None)
    """Called after each request that may have changed something."""
    settle: Callable[[], None] = staticmethod(lambda: None)
    """Called before each answer: returns when what it may tell of is written."""
    keep: Callable[[Iterable[Use]], None] = staticmethod(lambda _used: None)
    """Called with the backends that must be written before the request is answered."""

    def __init__(self, application: Any) -> None:
        self._application = application
        self._condition = threading.Condition()
        self._under_way = 0
        self._held = False

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if not may_change(environ):
            with self._under_way_here():
                answer = self._answer(environ, start_response)
            self.settle()
            return answer
        with self._under_way_here(), uses() as used:
            answer = self._answer(environ, start_response)
        # The server sends nothing, not even the status, before this method has returned.
        self.settle()
        self.keep(must_keep(environ, used))
        self.changed()
        return answer

    def _answer(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        answer: Iterable[bytes] = self._application(environ, start_response)
        return answer

    @contextmanager
    def _under_way_here(self) -> Iterator[None]:
        with self._condition:
            self._condition.wait_for(lambda: not self._held)
            self._under_way += 1
        try:
            yield
        finally:
            with self._condition:
                self._under_way -= 1
                self._condition.notify_all()

    @contextmanager
    def quiet(self, wait_s: float) -> Iterator[None]:
        """Hold new requests back, once none is under way or ``wait_s`` has passed.

        A request may take as long as the function it invokes, which itself sends requests: so
        none is held back while waiting.
        """
        deadline = time.monotonic() + wait_s
        with self._condition:
            self._condition.wait_for(
                lambda: not self._under_way, timeout=deadline - time.monotonic()
            )
            self._held = True
        try:
            yield
        finally:
            with self._condition:
                self._held = False
                self._condition.notify_all()

"""One DynamoDB request at a time: upstream checks a condition and then writes, with no lock."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, ClassVar

from moto.core.responses import ActionResult
from moto.dynamodb.exceptions import DynamodbException
from moto.dynamodb.responses import DynamoHandler

from millrace_localcloud.dynamodb.journal import Change, Journal

_lock = threading.RLock()

_ITEM_WRITES = (
    ".PutItem",
    ".UpdateItem",
    ".DeleteItem",
    ".BatchWriteItem",
    ".TransactWriteItems",
    ".ExecuteStatement",
    ".BatchExecuteStatement",
    ".ExecuteTransaction",
)
"""Tables themselves come and go with the stack that a snapshot holds."""
_TOKEN_LIFETIME = timedelta(minutes=10)
"""API Reference, TransactWriteItems, ClientRequestToken."""


class IdempotentParameterMismatch(DynamodbException):
    """The token was used for another transaction."""

    error_type = "com.amazonaws.dynamodb.v20120810#IdempotentParameterMismatchException"

    def __init__(self) -> None:
        super().__init__(
            self.error_type,
            "The request uses the same client token as a previous, but non-identical request.",
        )


class TableResponses(DynamoHandler):
    """moto's DynamoDB responses, one after the other."""

    now: ClassVar[Callable[[], datetime]]
    journal: ClassVar[Journal | None] = None
    """None while the journal itself is read."""

    def call_action(self) -> Any:
        with _lock:
            answer = super().call_action()
            target = self.headers["X-Amz-Target"]
            if target.endswith(_ITEM_WRITES) and answer[0] < 300:
                self._keep(target)
            return answer

    def _keep(self, target: str) -> None:
        backend = self.dynamodb_backend
        backend.changes = getattr(backend, "changes", 0) + 1
        if self.journal is not None:
            self.journal.append(Change(backend.changes, target, self.raw_body.decode()))

    def transact_write_items(self) -> ActionResult:
        """Write once per ClientRequestToken; the same request again changes nothing."""
        token = self.body.get("ClientRequestToken")
        if not token:
            return super().transact_write_items()
        tokens = self._tokens()
        items = json.dumps(self.body["TransactItems"], sort_keys=True, default=repr)
        digest = hashlib.sha256(items.encode()).digest()
        if token in tokens:
            if tokens[token][1] != digest:
                raise IdempotentParameterMismatch
            return ActionResult({})
        answer = super().transact_write_items()
        tokens[token] = (type(self).now(), digest)
        return answer

    def _tokens(self) -> dict[str, tuple[datetime, bytes]]:
        """Tokens of the last minutes, kept with the tables so that they survive a restart."""
        backend = self.dynamodb_backend
        known = getattr(backend, "request_tokens", {})
        oldest = type(self).now() - _TOKEN_LIFETIME
        backend.request_tokens = {token: seen for token, seen in known.items() if seen[0] >= oldest}
        return backend.request_tokens

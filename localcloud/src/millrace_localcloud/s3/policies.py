"""Bucket policies, as they stand for a caller on this machine."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

_INSECURE_TRANSPORT = {"Bool": {"aws:SecureTransport": "false"}}


@lru_cache(maxsize=256)
def policy_on_loopback(policy: bytes) -> str:
    """The policy without statements that speak of insecure transport.

    The cloud listens on the loopback interface only, so no request crosses a network: it counts as
    secure transport, and a statement that refuses any other does not apply. moto would apply it to
    every request, whatever its condition.
    """
    document: dict[str, Any] = json.loads(policy)
    statements = document["Statement"]
    if isinstance(statements, dict):
        statements = [statements]
    kept = [one for one in statements if one.get("Condition") != _INSECURE_TRANSPORT]
    return json.dumps({**document, "Statement": kept})

"""Messages of a queue, as lines of an object."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Literal

_DIGEST_BYTES = 16


class Poison(Exception):
    """A message can never land; the text says why."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it was received."""

    id: str
    """The same whenever it is delivered; empty when the sender gave none."""
    body: bytes
    handle: str
    """What deletes it at the queue."""

    @property
    def digest(self) -> bytes:
        """Of its id, 16 bytes."""
        return hashlib.sha256(self.id.encode()).digest()[:_DIGEST_BYTES]


def line_of(message: Message, body: Literal["json", "raw"]) -> bytes:
    """The message's line, with its end. Raises Poison."""
    if not message.id:
        raise Poison("it has no id, so a second delivery could not be told from a second message")
    if body == "raw":
        return message.body if message.body.endswith(b"\n") else message.body + b"\n"
    try:
        value = json.loads(message.body)
    except (ValueError, RecursionError) as exc:
        raise Poison(f"its body is no JSON: {exc}") from exc
    if not isinstance(value, dict):
        raise Poison(f"its body is no JSON object, but {type(value).__name__}")
    # A bare line end within JSON is white space: within a text it is written as \\n.
    return message.body.replace(b"\r", b" ").replace(b"\n", b" ") + b"\n"


@dataclass(frozen=True, slots=True)
class Contents:
    """Which messages an object holds, and what its record will say of it."""

    size_bytes: int
    sha256: str
    digests: frozenset[bytes]

    def dump(self) -> bytes:
        """As a line of JSON, and the digests one after the other."""
        head = json.dumps({"size_bytes": self.size_bytes, "sha256": self.sha256})
        return head.encode() + b"\n" + b"".join(sorted(self.digests))

    @classmethod
    def parse(cls, raw: bytes) -> Contents:
        """Inverse of ``dump``."""
        head, _, joined = raw.partition(b"\n")
        fields = json.loads(head)
        digests = (joined[at : at + _DIGEST_BYTES] for at in range(0, len(joined), _DIGEST_BYTES))
        return cls(fields["size_bytes"], fields["sha256"], frozenset(digests))

"""A queue and its memory, in memory: for tests and dry runs."""

from __future__ import annotations

from collections.abc import Sequence

from millrace_ingest.messages import Contents, Message


class MemoryQueue:
    """Queue that delivers what was not deleted again, once ``redeliver`` is called."""

    def __init__(self, group: int = 10) -> None:
        self.waiting: list[Message] = []
        self.hidden: list[Message] = []
        self.rejected: list[tuple[str, str]] = []
        self._group = group
        self._sent = 0

    def send(self, message_id: str, body: bytes) -> None:
        """Add a message; the same id may be sent twice."""
        self._sent += 1
        self.waiting.append(Message(message_id, body, str(self._sent)))

    def redeliver(self) -> None:
        """Let every message that is hidden and not deleted come again."""
        self.waiting, self.hidden = [*self.hidden, *self.waiting], []

    def receive(self) -> Sequence[Message]:
        got, self.waiting = self.waiting[: self._group], self.waiting[self._group :]
        self.hidden += got
        return got

    def delete(self, messages: Sequence[Message]) -> None:
        gone = {message.handle for message in messages}
        self.hidden = [message for message in self.hidden if message.handle not in gone]

    def reject(self, message: Message, reason: str) -> None:
        self.rejected.append((message.id, reason))
        self.delete([message])


class MemoryMessageIds:
    """MessageIds in a dict."""

    def __init__(self) -> None:
        self._contents: dict[tuple[str, str], bytes] = {}

    def put(self, dataset: str, file_id: str, contents: Contents) -> None:
        self._contents[dataset, file_id] = contents.dump()

    def get(self, dataset: str, file_id: str) -> Contents | None:
        raw = self._contents.get((dataset, file_id))
        return None if raw is None else Contents.parse(raw)

"""The use case: land the messages of a queue in objects, each once.

A message is deleted when its object and its record are durable, never before; a message that comes
again is known by its id. One worker at a time drains a dataset's queue. What a worker that died has
written but not recorded is recorded by the next one, which first takes its claim, so that a worker
that only slept cannot record it any more.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from millrace_contracts import BatchLanded, LandingKey
from millrace_contracts.dataset import QueueSource
from millrace_contracts.state import FileRecord, FileStatus, RunState
from millrace_ingest.batches import Batch
from millrace_ingest.errors import FilesHeld, LeaseLost
from millrace_ingest.leases import LEASE, RENEW_AFTER
from millrace_ingest.messages import Contents, Message, Poison, line_of
from millrace_ingest.ports import Landing, MessageIds, Queue

_LOOK_AGAIN_S = 1.0


@dataclass(slots=True)
class _Collected:
    """Messages that are to become one object."""

    messages: list[Message] = field(default_factory=list)
    lines: dict[bytes, bytes] = field(default_factory=dict)
    """By the digest of the message's id."""
    size_bytes: int = 0
    is_last: bool = False


@dataclass(frozen=True, slots=True)
class DrainQueue:
    """Land messages, with everything it touches passed in."""

    state: RunState
    landing: Landing
    ids: MessageIds
    connect: Callable[[QueueSource], AbstractContextManager[Queue]]
    worker: str
    """Unique to the process and call, so that a second attempt of a run waits for the first."""
    now: Callable[[], datetime]
    sleep: Callable[[float], None]

    def land_batch(self, batch: Batch, spec: QueueSource) -> BatchLanded:
        """Land what waits in the queue, until it is empty or the call's deadline has come.

        Raises:
            TerminalError: The queue is missing or refuses us.
            TransientError: The queue or AWS asks to retry, or another run drains the queue.
        """
        lease = f"ingest/{batch.spec.name}"
        self._acquire(lease)
        try:
            with self.connect(spec) as queue:
                self._adopt(batch)
                more = True
                while more and self.now() < batch.deadline:
                    more = self._drain(queue, spec, batch, lease)
        finally:
            self.state.release_lease(lease, self.worker)
        numbers = self._numbers(batch)
        return batch.pause(numbers) if more else batch.conclude(numbers, 0)

    def _drain(self, queue: Queue, spec: QueueSource, batch: Batch, lease: str) -> bool:
        """Land one object, none of which is held while the next is collected; False at the end."""
        collected = self._collect(queue, spec, batch, lease)
        self._land(collected, queue, spec, batch, lease)
        return not collected.is_last

    def _acquire(self, lease: str) -> None:
        patience_ends = self.now() + LEASE + RENEW_AFTER
        while not self._holds(lease):
            if self.now() >= patience_ends:
                raise FilesHeld(f"another run drains the queue ({lease})")
            self.sleep(_LOOK_AGAIN_S)

    def _holds(self, lease: str) -> bool:
        now = self.now()
        return self.state.acquire_lease(lease, self.worker, now, now + LEASE)

    def _renew(self, lease: str) -> None:
        if not self._holds(lease):
            raise LeaseLost(f"another run took the queue over ({lease})")

    def _adopt(self, batch: Batch) -> None:
        """Record what workers that died have written whole; take their claims in any case."""
        now = self.now()
        for held in self.state.files(batch.spec.name):
            if held.status is FileStatus.LANDED:
                continue
            claim = self.state.claim_file(
                replace(held, claimed_by=self.worker, lease_until=now), now
            )
            if claim is None:
                raise FilesHeld(f"{held.source}: another worker's claim has not ended yet")
            contents = self.ids.get(claim.dataset, claim.file_id)
            if contents is not None and self.landing.holds(claim.key):
                self.state.open_batch(claim.dataset, claim.batch_id)
                self.state.land_file(self._landed(claim, contents))

    def _collect(self, queue: Queue, spec: QueueSource, batch: Batch, lease: str) -> _Collected:
        collected = _Collected()
        ends_at = batch.deadline
        while (
            len(collected.messages) < spec.batch.messages
            and collected.size_bytes < spec.batch.size_bytes
            and self.now() < ends_at
        ):
            self._renew(lease)
            received = queue.receive()
            if not received:
                collected.is_last = not collected.messages
                break
            if not collected.messages:
                ends_at = min(ends_at, self.now() + timedelta(seconds=spec.batch.age_s))
            for message in received:
                self._take(message, collected, queue, spec)
        return collected

    def _take(
        self, message: Message, collected: _Collected, queue: Queue, spec: QueueSource
    ) -> None:
        try:
            line = line_of(message, spec.body)
        except Poison as exc:
            queue.reject(message, str(exc))
            return
        # To delete it takes no body, which is held as a line already.
        collected.messages.append(replace(message, body=b""))
        if message.digest not in collected.lines:
            collected.lines[message.digest] = line
            collected.size_bytes += len(line)

    def _land(
        self, collected: _Collected, queue: Queue, spec: QueueSource, batch: Batch, lease: str
    ) -> None:
        for digest in self._remembered(collected, spec, batch):
            del collected.lines[digest]
        if collected.lines:
            claim = self._claim(batch, spec, min(collected.lines))
            # The claim came after the last look at the lease: whoever took the queue over since
            # has not seen the claim, and must be heard of before anything is written.
            self._renew(lease)
            with self.landing.upload(claim.key) as upload:
                for line in collected.lines.values():
                    upload.add(line)
                size_bytes = sum(map(len, collected.lines.values()))
                contents = Contents(size_bytes, upload.sha256(), frozenset(collected.lines))
                self.ids.put(claim.dataset, claim.file_id, contents)
                upload.commit()
            if not self.state.land_file(self._landed(claim, contents)):
                raise LeaseLost(f"another run took the queue over ({lease})")
        if collected.messages:
            queue.delete(collected.messages)

    def _remembered(
        self, collected: _Collected, spec: QueueSource, batch: Batch
    ) -> Sequence[bytes]:
        """Digests of messages that have landed before."""
        since = self.now() - timedelta(days=spec.remember_days)
        found: set[bytes] = set()
        if collected.lines:
            for file in self.state.files(batch.spec.name):
                if file.landed_at is None or file.landed_at < since:
                    continue
                contents = self.ids.get(file.dataset, file.file_id)
                if contents is not None:
                    found |= contents.digests & collected.lines.keys()
        return sorted(found)

    def _claim(self, batch: Batch, spec: QueueSource, first: bytes) -> FileRecord:
        now = self.now()
        source = (
            f"{spec.broker.rstrip('/')}/{spec.queue}"
            if spec.broker != "sqs"
            else (f"sqs://{spec.queue}")
        )
        identity = json.dumps([source, batch.run_id, self.worker, first.hex()])
        file_id = hashlib.sha256(identity.encode()).hexdigest()[:32]
        ending = "jsonl" if spec.body == "json" else "txt"
        day = batch.began_at.astimezone(UTC).date()
        key = LandingKey(batch.spec.name, day, batch.run_id, f"messages-{file_id}.{ending}")
        claim = FileRecord(
            dataset=batch.spec.name,
            file_id=file_id,
            source=source,
            status=FileStatus.CLAIMED,
            bucket=self.landing.bucket,
            key=str(key),
            batch_id=batch.run_id,
            claimed_by=self.worker,
            lease_until=now,
        )
        self.state.open_batch(batch.spec.name, batch.run_id)
        self.state.claim_file(claim, now)
        return claim

    def _landed(self, claim: FileRecord, contents: Contents) -> FileRecord:
        return replace(
            claim,
            status=FileStatus.LANDED,
            size_bytes=contents.size_bytes,
            sha256=contents.sha256,
            landed_at=self.now(),
        )

    def _numbers(self, batch: Batch) -> dict[str, int]:
        landed = [
            file
            for file in self.state.files(batch.spec.name)
            if file.landed_at is not None and file.batch_id == batch.run_id
        ]
        return {
            "files_landed": len(landed),
            "bytes_landed": sum(file.size_bytes for file in landed),
            "files_pending": 0,
        }

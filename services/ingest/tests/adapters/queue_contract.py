"""What every Queue must do. Subclass it; provide ``bench``."""

from __future__ import annotations

import time

import pytest

from millrace_ingest.errors import SourceMissing

PATIENCE_S = 60


def drained(queue, count):
    """The next ``count`` messages; a broker may need a moment to show what was sent."""
    got = []
    ends_at = time.monotonic() + PATIENCE_S
    while len(got) < count and time.monotonic() < ends_at:
        got += queue.receive()
    return got


class QueueContract:
    """``bench``: ``send(id, body)``, ``connect(**spec)``, ``waiting()``, ``dead()``."""

    def test_a_message_is_received_with_its_id_and_stays_until_it_is_deleted(self, bench):
        bench.send("m1", b'{"a": 1}')
        with bench.connect() as queue:
            (message,) = drained(queue, 1)
            assert message.body == b'{"a": 1}'
            assert message.id
            assert bench.waiting() == 1
            queue.delete([message])
            assert bench.waiting() == 0
            assert list(queue.receive()) == []

    def test_many_messages_are_deleted_at_once(self, bench):
        for number in range(25):
            bench.send(f"m{number}", b"%d" % number)
        with bench.connect() as queue:
            got = drained(queue, 25)
            assert sorted(int(message.body) for message in got) == list(range(25))
            assert len({message.id for message in got}) == 25
            queue.delete(got)
        assert bench.waiting() == 0

    def test_a_rejected_message_is_in_the_dead_letter_queue_with_the_reason(self, bench):
        bench.send("m1", b"{broken")
        with bench.connect() as queue:
            (message,) = drained(queue, 1)
            queue.reject(message, "its body is no JSON")
        assert bench.waiting() == 0
        assert bench.dead() == [(b"{broken", "its body is no JSON")]

    def test_the_id_may_be_an_attribute(self, bench):
        bench.send("m1", b"1", attribute="order-7")
        bench.send("m2", b"2")
        with bench.connect(id_attribute="order") as queue:
            got = drained(queue, 2)
        assert sorted(message.id for message in got) == ["", "order-7"]

    def test_a_missing_queue_is_named(self, bench):
        with pytest.raises(SourceMissing, match="nowhere"), bench.connect(queue="nowhere"):
            pass

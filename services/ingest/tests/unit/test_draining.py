"""Messages land once, whatever happens to their worker, and only then leave the queue."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta

import pytest
from dying import Died, Fuse
from laptop import FLIGHTS, Clock

from millrace_contracts import Dataset
from millrace_contracts.dataset import QueueSource
from millrace_contracts.state import MemoryRunState
from millrace_ingest.adapters.memory import MemoryArtifacts, MemoryLanding
from millrace_ingest.adapters.memory_queue import MemoryMessageIds, MemoryQueue
from millrace_ingest.batches import opened_batch
from millrace_ingest.draining import DrainQueue
from millrace_ingest.errors import FilesHeld, LeaseLost
from millrace_ingest.leases import LEASE


class Bench:
    def __init__(self, **batch):
        self.spec = QueueSource.model_validate(
            {"kind": "queue", "queue": "airports", "batch": batch}
        )
        source = {"source": self.spec}
        self.artifacts = MemoryArtifacts({"flights": Dataset.model_copy(FLIGHTS, update=source)})
        self.clock = Clock()
        self.state = MemoryRunState()
        self.queue = MemoryQueue(group=2)
        self.landing = MemoryLanding()
        self.ids = MemoryMessageIds()
        self.workers = 0

    def send(self, *ids):
        for message_id in ids:
            self.queue.send(message_id, b'{"id": "%s"}' % message_id.encode())

    def land(self, run_id, *, through=lambda port: port, within=timedelta(minutes=14)):
        self.workers += 1

        @contextmanager
        def connect(_spec):
            yield through(self.queue)

        state = through(self.state)
        drain = DrainQueue(
            state,
            through(self.landing),
            through(self.ids),
            connect,
            f"{run_id}-{self.workers}",
            self.clock,
            self.clock.sleep,
        )
        deadline = self.clock() + within
        with opened_batch(state, self.artifacts, self.clock, "flights", run_id, deadline) as batch:
            return drain.land_batch(batch, self.spec)

    def landed(self):
        """Lines of every object that a manifest would name."""
        keys = {file.key for file in self.state.files("flights") if file.landed_at}
        lines = [line for key in keys for line in self.landing.objects[key].splitlines()]
        return sorted(line.decode()[8:-2] for line in lines)


def test_messages_land_as_lines_and_leave_the_queue():
    bench = Bench()
    bench.send("a", "b", "c")

    assert bench.land("r1").files == 1
    assert bench.landed() == ["a", "b", "c"]
    assert (bench.queue.waiting, bench.queue.hidden) == ([], [])
    assert bench.land("r2").files == 1, "the batch is not processed yet"


def test_an_empty_queue_is_nothing_new():
    assert Bench().land("r1").files == 0


@pytest.mark.parametrize(
    ("batch", "objects"), [({"messages": 2}, 3), ({"size_bytes": 1}, 3), ({}, 1)]
)
def test_an_object_is_full_by_count_or_bytes(batch, objects):
    bench = Bench(**batch)
    bench.send("a", "b", "c", "d", "e")

    assert bench.land("r1").files == objects
    assert bench.landed() == ["a", "b", "c", "d", "e"]


def test_an_object_is_full_when_its_first_message_has_waited_long_enough():
    bench = Bench(age_s=5)
    receive = bench.queue.receive

    def slowly():
        bench.clock.sleep(6)
        return receive()

    bench.queue.receive = slowly
    bench.send("a", "b", "c", "d", "e")
    assert bench.land("r1").files == 2


def test_a_message_delivered_again_lands_once_within_a_run_and_across_runs():
    bench = Bench()
    bench.send("a", "b", "a")
    bench.land("r1")
    bench.send("b", "c")
    bench.land("r2")

    assert bench.landed() == ["a", "b", "c"]
    assert (bench.queue.waiting, bench.queue.hidden) == ([], [])


def test_a_message_that_can_never_land_goes_aside_with_its_reason():
    bench = Bench()
    bench.queue.send("bad", b"{not json")
    bench.queue.send("list", b"[1]")
    bench.queue.send("", b"{}")
    bench.send("good")

    bench.land("r1")
    assert bench.landed() == ["good"]
    reasons = dict(bench.queue.rejected)
    assert reasons.keys() == {"bad", "list", ""}
    assert "no JSON" in reasons["bad"]
    assert "list" in reasons["list"]
    assert "no id" in reasons[""]


def test_a_call_without_time_left_asks_to_be_called_again():
    bench = Bench(messages=2)
    bench.send("a", "b", "c", "d")
    receive = bench.queue.receive

    def slowly():
        bench.clock.sleep(20)
        return receive()

    bench.queue.receive = slowly
    assert bench.land("r1", within=timedelta(seconds=15)).more
    assert bench.landed() == ["a", "b"]
    bench.queue.receive = receive
    assert not bench.land("r1").more
    assert bench.landed() == ["a", "b", "c", "d"]


def _bench():
    bench = Bench(messages=2)
    bench.send("a", "b", "c")
    return bench


def _calls():
    fuse = Fuse(0, after=False)
    _bench().land("r1", through=fuse)
    return fuse.calls


@pytest.mark.parametrize("run_id", ["r1", "r2"])
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("call", range(1, _calls() + 1))
def test_killed_anywhere_every_message_lands_once(call, after, run_id):
    bench = _bench()
    with pytest.raises(Died):
        bench.land("r1", through=Fuse(call, after=after))
    bench.queue.redeliver()

    bench.land(run_id)
    bench.queue.redeliver()
    bench.land("r3")
    assert bench.landed() == ["a", "b", "c"]
    lines = b"".join(bench.landing.objects.values()).splitlines()
    assert len(lines) == 3, "no object without a record"
    assert (bench.queue.waiting, bench.queue.hidden) == ([], [])


def test_a_run_waits_for_the_one_that_drains_and_is_told_so():
    bench = _bench()
    until = bench.clock() + 10 * LEASE
    bench.state.acquire_lease("ingest/flights", "other", bench.clock(), until)

    with pytest.raises(FilesHeld):
        bench.land("r1")
    assert len(bench.queue.waiting) == 3


def test_a_worker_that_slept_while_another_drained_records_nothing():
    bench = _bench()
    put = bench.ids.put

    def sleep_over_it(*args):
        bench.ids.put = put
        put(*args)
        bench.clock.sleep(2 * LEASE.total_seconds())
        bench.queue.redeliver()
        bench.land("r2")

    bench.ids.put = sleep_over_it
    with pytest.raises(LeaseLost):
        bench.land("r1")
    assert bench.landed() == ["a", "b", "c"]

import threading
from datetime import UTC, datetime, timedelta

import pytest

from millrace_contracts.state import MemoryRunState
from millrace_etl.commits.lease import Lease, LeaseTerms
from millrace_etl.errors import LeaseLost, TableBusy

NOON = datetime(2024, 2, 29, 12, tzinfo=UTC)
TERMS = LeaseTerms(timedelta(seconds=30), 3600, timedelta(seconds=5), 0.001)


class Clock:
    """Moves on by a second at each look."""

    def __init__(self):
        self.now = NOON

    def __call__(self):
        self.now += timedelta(seconds=1)
        return self.now


def test_one_run_at_a_time_and_the_next_at_once():
    state, clock = MemoryRunState(), Clock()
    second = Lease(state, "refined/flights", "b", clock, TERMS)
    with (
        Lease(state, "refined/flights", "a", clock, TERMS).held(),
        pytest.raises(TableBusy, match="refined/flights"),
        second.held(),
    ):
        pass
    with Lease(state, "refined/flights", "b", clock, TERMS).held():
        pass


def test_a_dead_run_is_waited_for_until_its_lease_ends():
    state, clock = MemoryRunState(), Clock()
    state.acquire_lease("refined/flights", "dead", NOON, NOON + timedelta(seconds=4))

    with Lease(state, "refined/flights", "b", clock, TERMS).held():
        assert clock.now >= NOON + timedelta(seconds=4)


def test_a_lease_that_passed_on_is_noticed():
    state, clock = MemoryRunState(), Clock()
    lease = Lease(state, "refined/flights", "a", clock, TERMS)
    with lease.held():
        clock.now += timedelta(minutes=5)
        state.acquire_lease("refined/flights", "b", clock.now, clock.now + timedelta(hours=1))

        with pytest.raises(LeaseLost, match="refined/flights"):
            lease.check()


def test_a_lease_that_another_run_had_and_gave_back_is_lost_all_the_same():
    state, clock = MemoryRunState(), Clock()
    lease = Lease(state, "refined/flights", "a", clock, TERMS)
    with lease.held():
        clock.now += timedelta(minutes=5)
        with Lease(state, "refined/flights", "b", clock, TERMS).held():
            pass

        with pytest.raises(LeaseLost, match="refined/flights"):
            lease.check()


def test_a_lease_is_kept_alive_while_the_work_goes_on():
    state, extended = MemoryRunState(), threading.Event()
    looks = iter(range(10**6))

    def clock():
        if next(looks) == 3:
            extended.set()
        return NOON

    often = LeaseTerms(timedelta(seconds=30), 0.001, timedelta(seconds=5), 0.001)
    with Lease(state, "refined/flights", "a", clock, often).held():
        assert extended.wait(timeout=60)

"""Commits that die at every step, on a store in memory."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from millrace_etl.adapters.memory import MemoryStore
from millrace_etl.commits.commit import Add, Commit, Remove
from millrace_etl.commits.ledger import Ledger
from millrace_etl.errors import CommitLost, LeaseLost

FILE = "flights/ingest_date=2024-02-29/batch=b1/{}.csv"


class Killed(BaseException):
    """The process ends here."""


class MortalStore(MemoryStore):
    """A store whose process is killed just before or just after its n-th write."""

    def __init__(self):
        super().__init__()
        self.writes_left = None
        self.dies_after = False

    def _write(self, write):
        if self.writes_left is not None:
            self.writes_left -= 1
            if self.writes_left < 0:
                if self.dies_after:
                    write()
                raise Killed
        return write()

    def put(self, bucket, key, body):
        return self._write(lambda: MemoryStore.put(self, bucket, key, body))

    def put_new(self, bucket, key, body):
        return self._write(lambda: MemoryStore.put_new(self, bucket, key, body))

    def copy(self, from_bucket, from_key, bucket, key):
        return self._write(lambda: MemoryStore.copy(self, from_bucket, from_key, bucket, key))

    def delete(self, bucket, keys):
        for key in list(keys):
            self._write(lambda key=key: MemoryStore.delete(self, bucket, [key]))


def ledger(store, still_held=lambda: None):
    return Ledger(store, "artifacts", "refined", "flights", still_held)


def stage(store, name, month):
    """One commit that writes a month anew and quarantines something; its files are staged."""
    staging = f"_staging/flights/{name}/"
    table, bad = f"{staging}rows/month={month}/x.parquet", f"{staging}quarantine/x.parquet"
    for key in (table, bad):
        store.objects["refined", key] = name.encode()
    return Commit(
        run_id=name,
        staging_prefix=staging,
        files={FILE.format(name): name},
        columns=(("month", "int"),),
        adds=(
            Add(
                staged_key=table, bucket="refined", key=f"flights/month={month}/part-00000.parquet"
            ),
            Add(staged_key=bad, bucket="quarantine", key=f"flights/run={name}/part-0.parquet"),
        ),
        removes=(Remove(bucket="refined", key=f"flights/month={month}/part-00001.parquet"),),
        numbers={"rows_read": 1},
    )


def visible(store):
    return {place: body for place, body in store.objects.items() if place[0] != "artifacts"}


def lake():
    store = MortalStore()
    for part in ("part-00000", "part-00001"):
        store.objects["refined", f"flights/month=1/{part}.parquet"] = b"old"
    return store


@given(st.integers(0, 12), st.booleans(), st.integers(0, 12), st.booleans())
def test_a_commit_killed_at_any_step_is_there_wholly_or_not_at_all(
    first, first_after, second, second_after
):
    untouched, wanted = lake(), lake()
    ledger(wanted).append(1, stage(wanted, "r1", 1))
    store = lake()
    commit = stage(store, "r1", 1)

    def attempt(writes, dies_after, work):
        store.writes_left, store.dies_after = writes, dies_after
        with suppress(Killed):
            work()
        store.writes_left = None

    attempt(first, first_after, lambda: ledger(store).append(1, commit))
    attempt(second, second_after, lambda: ledger(store).recover())
    number = ledger(store).recover()

    if number == 1:
        assert visible(store) == visible(wanted)
    else:
        assert visible(store) == visible(untouched)
        assert first == 0 and not first_after


def test_the_next_commit_finds_the_one_before_in_place():
    store = lake()
    ledger(store).append(1, stage(store, "r1", 1))
    ledger(store).append(2, stage(store, "r2", 2))

    assert ledger(store).recover() == 2
    assert [commit.run_id for commit in ledger(store).read([2, 1, 2])] == ["r1", "r2"]


def test_of_two_runs_that_commit_at_once_one_loses_and_changes_nothing():
    store = lake()
    one, other = stage(store, "r1", 1), stage(store, "r2", 1)
    ledger(store).append(1, one)
    before = visible(store)

    with pytest.raises(CommitLost):
        ledger(store).append(1, other)

    assert visible(store) == before


def test_a_run_that_lost_its_lease_commits_nothing():
    store = lake()
    commit = stage(store, "r1", 1)
    before = dict(store.objects)

    def lost():
        raise LeaseLost("flights")

    with pytest.raises(LeaseLost):
        ledger(store, lost).append(1, commit)

    assert store.objects == before


def test_a_late_finisher_does_not_undo_the_next_commit():
    store = lake()
    late = stage(store, "r1", 1)
    ledger(store).append(1, late)
    ledger(store).append(2, stage(store, "r2", 1))
    before = dict(store.objects)

    ledger(store).settle(1, late)

    assert store.objects == before

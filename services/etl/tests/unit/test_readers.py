"""What a reader of the table sees at each moment of a run: before and after each of its writes."""

import pytest
from mortal import Mortal, MortalStore
from world import MODES, World

from millrace_etl.commits.ledger import Ledger


class Watched(Mortal):
    """A process that is looked at before and after each of its writes."""

    def __init__(self, look):
        super().__init__()
        self._look = look

    def write(self, write):
        self._look()
        answer = super().write(write)
        self._look()
        return answer


def moments_of_the_second_run(mode):
    """What the log and the table show at each moment: (commit, pending), rows."""
    world, moments = World(mode), []
    store = MortalStore(Mortal(), world.objects)
    ledger = Ledger(store, "artifacts", "refined", "t", lambda: None)
    world.run("r1", "one")

    def look():
        moments.append((ledger.state(), world.seen()[0]))

    world.run("r2", "two", process=Watched(look))
    look()
    return moments


@pytest.mark.parametrize("mode", MODES)
def test_a_reader_who_asks_the_log_sees_a_batch_wholly_or_not_at_all(mode):
    moments = moments_of_the_second_run(mode)
    before, after = moments[0][1], moments[-1][1]
    assert before != after

    for (commit, pending), rows in moments:
        if not pending:
            assert rows == {1: before, 2: after}[commit]
    pending = [state for state, _ in moments if state[1]]
    assert set(pending) == {(1, True)}


@pytest.mark.parametrize("mode", MODES)
def test_a_reader_who_lists_a_partition_of_one_file_sees_it_before_or_after(mode):
    moments = moments_of_the_second_run(mode)

    def partitions(rows):
        return {part: [row for row in rows if row[1] == part] for _, part, _ in rows}

    before, after = partitions(moments[0][1]), partitions(moments[-1][1])
    for _, rows in moments:
        for part, found in partitions(rows).items():
            assert found in (before.get(part), after.get(part))


@pytest.mark.parametrize("mode", MODES)
def test_nothing_is_seen_before_the_commit_is_written_down(mode):
    moments = moments_of_the_second_run(mode)
    undecided = [rows for (commit, pending), rows in moments if (commit, pending) == (1, False)]

    assert len(undecided) > 5
    assert undecided == [moments[0][1]] * len(undecided)

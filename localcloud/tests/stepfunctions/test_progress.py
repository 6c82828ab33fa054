"""What the journal is told of executions that have many items."""

from __future__ import annotations

import pickle

import pytest

from millrace_localcloud.stepfunctions.progress import Progress


@pytest.fixture
def progress():
    begun = Progress()
    begun.tell_to([])
    return begun


def of_items(progress, count):
    progress.enter("Each", "[]")
    progress.begin_branches()
    for index in range(count):
        progress.branch(index).enter("Item", str(index))
        progress.branch(index).end(index)


def replayed(changes):
    again = Progress()
    for change in changes:
        again.take_up(change)
    return again


def test_an_items_step_costs_the_same_after_many_items(progress):
    of_items(progress, 1)
    early = len(pickle.dumps(progress.take_changes()))
    of_items(progress, 1000)
    progress.take_changes()

    progress.branch(0).enter("Item", "0")
    progress.branch(0).end(0)

    assert len(pickle.dumps(progress.take_changes())) < early


def test_a_tree_is_the_same_after_its_steps_are_done_again(progress):
    of_items(progress, 3)
    progress.branch(3).enter("Item", "3")

    again = replayed(progress.take_changes())

    assert pickle.dumps(again) == pickle.dumps(progress)
    assert [again.branch(index).ended for index in range(4)] == [True, True, True, False]


def test_a_redrive_keeps_items_once_and_a_retry_keeps_none(progress):
    of_items(progress, 2)
    progress.resume()
    progress.enter("Each", "[]")
    progress.begin_branches()
    assert sorted(progress.branches) == [0, 1]

    progress.begin_branches()

    assert progress.branches == {}
    assert replayed(progress.take_changes()).branches == {}


def test_what_is_left_of_an_earlier_try_tells_nothing(progress):
    of_items(progress, 1)
    late = progress.branch(0)
    progress.begin_branches()
    progress.take_changes()

    late.end("late")

    assert progress.take_changes() == []

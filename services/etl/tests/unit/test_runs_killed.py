"""Whole runs killed before and after each of their writes, and two runs at each other's throats."""

import itertools
from contextlib import suppress
from datetime import timedelta

import pytest
from mortal import Killed, Mortal
from world import MODES, World

from millrace_etl.errors import TransientError


def undisturbed(mode, *runs):
    world = World(mode)
    events = [world.run(run_id, *names) for run_id, *names in runs]
    return world.seen(), events[-1]


def numbers(event):
    return event.model_dump(exclude={"refined_at"})


RUNS = (("r1", "one"), ("r2", "two"))


def writes_of_the_second_run(mode):
    world, process = World(mode), Mortal()
    world.run("r1", "one")
    world.run("r2", "two", process=process)
    return process.writes


@pytest.mark.parametrize("mode", MODES)
def test_a_run_killed_before_or_after_any_write_and_run_again_leaves_the_same(mode):
    wanted, event = undisturbed(mode, *RUNS)
    writes = writes_of_the_second_run(mode)
    assert writes > 10

    for write, dies_after in itertools.product(range(writes), (False, True)):
        world = World(mode)
        world.run("r1", "one")
        with pytest.raises(Killed):
            world.run("r2", "two", process=Mortal(write, dies_after=dies_after))

        again = world.run("r2", "two")

        assert world.seen() == wanted, (write, dies_after)
        assert numbers(again) == numbers(event), (write, dies_after)


def test_a_killed_run_that_another_runs_files_follow_is_finished_first():
    wanted, _ = undisturbed("upsert", *RUNS, ("r3", "three"))
    before, _ = undisturbed("upsert", ("r1", "one"), ("r3", "three"), ("r2", "two"))

    for write in range(writes_of_the_second_run("upsert")):
        world = World("upsert")
        world.run("r1", "one")
        with pytest.raises(Killed):
            world.run("r2", "two", process=Mortal(write, dies_after=True))
        world.run("r3", "three")
        world.run("r2", "two")

        assert world.seen() in (wanted, before), write


def test_a_run_killed_and_its_rescuer_killed_too_leaves_the_same():
    wanted, event = undisturbed("upsert", *RUNS)
    writes = writes_of_the_second_run("upsert")

    for first, second in itertools.product(range(0, writes, 5), range(1, writes, 3)):
        world = World("upsert")
        world.run("r1", "one")
        for write in (first, second):
            with suppress(Killed):
                world.run("r2", "two", process=Mortal(write, dies_after=bool(write % 2)))

        assert numbers(world.run("r2", "two")) == numbers(event)
        assert world.seen() == wanted, (first, second)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("others", [[("r2", "two"), ("r3", "three")], [("r1", "one")]])
def test_a_run_that_sleeps_while_others_work_undoes_nothing_and_loses_nothing(mode, others):
    wanted, _ = undisturbed(mode, *RUNS, *[other for other in others if other not in RUNS])
    slept = 0

    for wakes_at in itertools.count(1):
        world, looks = World(mode), itertools.count()
        world.run("r1", "one")

        def sleep(world=world, looks=looks, wakes_at=wakes_at):
            if next(looks) == wakes_at:
                for run_id, *names in others:
                    world.run(run_id, *names)
                world.now += timedelta(hours=1)

        with suppress(TransientError):
            world.run("r2", "two", before_lease=sleep)
        if next(looks) <= wakes_at:
            break
        slept += 1
        world.run("r2", "two")

        assert world.seen() == wanted, wakes_at
    assert slept >= 4, "before the commit is written, before each file of it, before the deletes"

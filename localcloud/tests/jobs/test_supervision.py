from __future__ import annotations

import subprocess
import sys
import threading

import pytest

from millrace_localcloud.jobs.supervision import Ending, Reason, Supervisor
from millrace_localcloud.processes import ChildProcesses

SLEEP = "import time; time.sleep(600)"


@pytest.fixture
def start(tmp_path):
    children = ChildProcesses()

    def run(code):
        command = [sys.executable, "-c", code]
        return children.start(command, env={}, cwd=tmp_path, stdout=subprocess.DEVNULL)

    yield run
    children.kill_all()


def test_children_that_all_end_well_end_well(start):
    ending = Supervisor().watch([start("pass"), start("pass")], limit_s=60)

    assert ending == Ending(Reason.EXITED, 0)


def test_the_first_failure_ends_the_others(start):
    sleeping = start(SLEEP)

    ending = Supervisor().watch([sleeping, start("raise SystemExit(4)")], limit_s=60)

    assert ending == Ending(Reason.EXITED, 4)
    assert sleeping.poll() is not None


def test_a_job_that_takes_too_long_is_killed(start):
    sleeping = start(SLEEP)

    assert Supervisor().watch([sleeping], limit_s=0.2) == Ending(Reason.TIMED_OUT)
    assert sleeping.poll() == -9


def test_a_fault_kills_as_a_lost_machine_would(start):
    ending = Supervisor().watch([start(SLEEP)], limit_s=60, kill_after_s=0.2)

    assert ending == Ending(Reason.EXITED, -9)


@pytest.mark.parametrize("delay_s", [0, 0.2])
def test_a_job_can_be_stopped_before_it_begins_and_while_it_works(start, delay_s):
    supervisor = Supervisor()
    timer = threading.Timer(delay_s, supervisor.stop)
    timer.start()

    assert supervisor.watch([start(SLEEP)], limit_s=60) == Ending(Reason.STOPPED)


@pytest.mark.parametrize("kill_after_s", [None, 0.2])
def test_children_that_serve_are_ended_when_all_was_asked_of_them(start, kill_after_s):
    supervisor, serving = Supervisor(), start(SLEEP)
    supervisor.driven()

    ending = supervisor.watch([serving], limit_s=None, kill_after_s=kill_after_s)

    assert ending == Ending(Reason.EXITED, 0)
    assert serving.poll() == -9


def test_a_fault_kills_children_that_may_run_without_limit(start):
    ending = Supervisor().watch([start(SLEEP)], limit_s=None, kill_after_s=0.2)

    assert ending == Ending(Reason.EXITED, -9)


def test_what_went_wrong_in_asking_is_raised_and_ends_the_children(start):
    supervisor, serving = Supervisor(), start(SLEEP)
    supervisor.driven(LookupError("no such record"))

    with pytest.raises(LookupError, match="no such record"):
        supervisor.watch([serving], limit_s=None)

    assert serving.poll() == -9

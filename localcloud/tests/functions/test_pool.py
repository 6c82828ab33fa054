from __future__ import annotations

import sys

import pytest

from millrace_localcloud.cloud import Cloud
from millrace_localcloud.environments import Environments
from millrace_localcloud.functions.pool import ConcurrencyExceeded, WorkerPool
from millrace_localcloud.functions.worker import Launch
from millrace_localcloud.home import Home


@pytest.fixture
def cloud(tmp_path):
    cloud = Cloud(Home(tmp_path), port=1, environments=Environments({}), inherited_env={})
    yield cloud
    cloud.children.kill_all()


@pytest.fixture
def launch(tmp_path):
    command = (sys.executable, "-c", "import time; time.sleep(600)")
    return Launch("waits", "$LATEST", command, tmp_path, env=())


def test_a_returned_worker_is_lent_again(cloud, launch):
    pool = WorkerPool(cloud)

    with pool.borrow(launch, limit=None) as first:
        pass
    with pool.borrow(launch, limit=None) as second, pool.borrow(launch, limit=None) as third:
        pass

    assert second is first
    assert third is not first


def test_a_worker_that_is_idle_too_long_is_ended(cloud, launch, eventually):
    pool = WorkerPool(cloud, idle_limit_s=0.2, look_every_s=0.05)

    with pool.borrow(launch, limit=None) as worker:
        in_use = worker.usable

    assert in_use
    assert eventually(lambda: not worker.usable)


def test_a_retired_function_gets_new_workers_even_for_one_that_was_busy(cloud, launch):
    pool = WorkerPool(cloud)

    with pool.borrow(launch, limit=None) as old:
        pool.retire("waits")
        usable_while_busy = old.usable

    assert usable_while_busy
    assert not old.usable


def test_no_more_workers_are_busy_than_the_function_may_have(cloud, launch):
    pool = WorkerPool(cloud)

    with (
        pool.borrow(launch, limit=1),
        pytest.raises(ConcurrencyExceeded),
        pool.borrow(launch, limit=1),
    ):
        pass
    with pool.borrow(launch, limit=1) as worker:
        assert worker.usable

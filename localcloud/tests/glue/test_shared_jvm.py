"""How long a shared JVM lives, with a program in the place of ``spark-submit`` and its Java."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from millrace_localcloud.cloud import Cloud
from millrace_localcloud.environments import Environments
from millrace_localcloud.glue.jobs.arguments import split_arguments
from millrace_localcloud.glue.jobs.shared_jvm import JvmNeeds, ScriptRun
from millrace_localcloud.glue.jobs.warm import SETTING, WarmSpark
from millrace_localcloud.home import Home

SCRIPT = Path(__file__)
SUBMIT = """#!{python}
import os, sys
os.environ |= {{"PYSPARK_GATEWAY_PORT": "1", "PYSPARK_GATEWAY_SECRET": "s"}}
os.execv(sys.executable, [sys.executable, *sys.argv[-2:]])
"""


@pytest.fixture
def needs(tmp_path):
    submit = tmp_path / "spark" / "bin" / "spark-submit"
    submit.parent.mkdir(parents=True)
    submit.write_text(SUBMIT.format(python=sys.executable))
    submit.chmod(0o755)
    return JvmNeeds(Path(sys.executable), tmp_path / "spark", 512, ())


@pytest.fixture
def warm_spark(tmp_path):
    clouds = []

    def make(idle_s):
        home = Home(tmp_path / "home")
        cloud = Cloud(home, 0, Environments({}), {SETTING: idle_s} if idle_s else {})
        clouds.append(cloud)
        return WarmSpark(cloud)

    yield make
    for cloud in clouds:
        cloud.children.kill_all()


def _used(warm, needs):
    jvm = warm.take(needs, SCRIPT)
    assert jvm.gateway() == {"PYSPARK_GATEWAY_PORT": "1", "PYSPARK_GATEWAY_SECRET": "s"}
    return jvm


def test_a_jvm_that_waited_long_enough_is_ended_and_its_folder_gone(warm_spark, needs, eventually):
    warm = warm_spark("0.01")
    jvm = _used(warm, needs)
    warm.give_back(jvm)

    assert eventually(lambda: not jvm.alive() and not jvm.folder.exists())
    assert _used(warm, needs) is not jvm


def test_a_jvm_is_shared_by_runs_that_need_the_same_alone(warm_spark, needs):
    warm = warm_spark("7200")
    first = _used(warm, needs)
    warm.give_back(first)

    assert warm.take(needs, SCRIPT) is first
    warm.give_back(first)
    bigger = _used(warm, replace(needs, heap_mib=1024))
    assert bigger is not first
    assert not first.alive()


def test_a_jvm_that_died_while_it_waited_is_not_used(warm_spark, needs):
    warm = warm_spark("7200")
    first = _used(warm, needs)
    warm.give_back(first)
    first.kill()

    assert _used(warm, needs) is not first


def test_after_many_runs_a_jvm_is_replaced(warm_spark, needs):
    warm = warm_spark("7200")
    first = warm.take(needs, SCRIPT)
    for _ in range(19):
        warm.give_back(first)
        assert warm.take(needs, SCRIPT) is first
    warm.give_back(first)

    assert not first.alive()


def test_a_jvm_that_does_not_start_is_told_by_its_status(warm_spark, needs, tmp_path):
    Path(needs.spark_home / "bin" / "spark-submit").write_text("#!/bin/sh\nexit 7\n")
    jvm = warm_spark("7200").take(needs, SCRIPT)

    with (tmp_path / "log").open("wb") as log:
        assert jvm.run(ScriptRun([str(SCRIPT)], {}, {}, tmp_path), log.fileno()) == (7, False)


def test_sharing_is_switched_off_by_no_time_to_wait(warm_spark):
    asked = split_arguments({}, "job", "jr_1")

    assert warm_spark("").serves(asked)
    assert not warm_spark("0").serves(asked)
    assert not warm_spark("").serves(split_arguments({"--extra-jars": "s3://b/x.jar"}, "j", "r"))

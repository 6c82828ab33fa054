"""Runs that follow one another share a JVM; what AWS keeps apart stays apart."""

from __future__ import annotations

import json
import os
from contextlib import suppress

import pytest
from glue.conftest import SPARK_WHEEL, CloudJobs

LOOK = """
import json, os, sys
from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
spark.range(9).createOrReplaceTempView("mine")
if "--write" in sys.argv:
    spark.table("mine").write.parquet(sys.argv[-1])
jvm = spark.sparkContext._jvm
print("FOUND " + json.dumps({
    "jvm": jvm.java.lang.ProcessHandle.current().pid(),
    "python": os.getpid(),
    "application": spark.sparkContext.applicationId,
    "name": spark.conf.get("spark.app.name"),
    "partitions": spark.conf.get("spark.sql.shuffle.partitions"),
    "local_dir": spark.conf.get("spark.local.dir"),
    "views": [table.name for table in spark.catalog.listTables()],
    "left": jvm.java.lang.System.getProperty("left.by.a.run"),
}))
jvm.java.lang.System.setProperty("left.by.a.run", "yes")
jvm.java.lang.System.setProperty("spark.sql.shuffle.partitions", "77")
jvm.java.lang.System.err.print("LAST WORDS OF " + spark.sparkContext.applicationId)
"""
WAIT = (
    LOOK
    + """
print("AT WORK", flush=True)
spark.sparkContext.parallelize([1], 1).foreach(lambda _: __import__("time").sleep(600))
"""
)
STATE = """
import atexit, os, sys, random, tempfile
from pyspark.sql import SparkSession
import pyspark
seen = getattr(pyspark, "left_by_a_run", "nothing")
pyspark.left_by_a_run = "something"
atexit.register(print, "AT THE END", flush=True)
from concurrent.futures import ThreadPoolExecutor
ThreadPoolExecutor(1).submit(print, "BESIDE").result()
SparkSession.builder.getOrCreate()
print(f"STATE {seen} {tempfile.gettempdir() == os.getcwd()} {sys.path[0] == os.getcwd()}")
print("DRAWN", random.random())
sys.stdout.write("no line's end")
"""
JVM = """
import json, os, sys
from pyspark import SparkContext
SparkContext._ensure_initialized()
pid = SparkContext._jvm.java.lang.ProcessHandle.current().pid()
print("FOUND " + json.dumps({"jvm": pid}), flush=True)
"""
"""A script that finds its JVM, and has no Spark started on it."""


def _log(jobs, run):
    pattern = f"glue-{run['JobName']}-{run['Id'][:19]}*.log"
    # A run is RUNNING a moment before its log is there.
    return "".join(log.read_text() for log in (jobs.cloud.home / "logs").glob(pattern))


def _found(jobs, run):
    # Spark's progress may stand before it, on the same line.
    _, _, told = _log(jobs, run).partition("FOUND ")
    return json.JSONDecoder().raw_decode(told)[0]


def _look(jobs, arguments=None):
    run = jobs.run(LOOK, arguments)
    assert run["JobRunState"] == "SUCCEEDED", run
    return run, _found(jobs, run)


def _gone(pid):
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return False
    return True


def test_the_next_run_has_the_jvm_and_nothing_else_of_the_last(spark_jobs):
    named = {"--conf": "spark.sql.shuffle.partitions=3 --conf spark.app.name=first"}
    first_run, first = _look(spark_jobs, named)
    # A bucket that came after the JVM is mounted too.
    spark_jobs.cloud.client("s3").create_bucket(Bucket="later")
    second_run, second = _look(spark_jobs, {"--write": "s3://later/rows/"})

    assert second["jvm"] == first["jvm"]
    for name in ("python", "application", "local_dir"):
        assert second[name] != first[name]
    assert (first["partitions"], second["partitions"]) == ("3", "200")
    assert (first["name"], second["name"]) == ("first", f"{second_run['JobName']}.py")
    assert second["views"] == ["mine"]
    assert spark_jobs.cloud.client("s3").list_objects_v2(Bucket="later")["KeyCount"] > 1
    for run, found, other in ((first_run, first, second), (second_run, second, first)):
        log = _log(spark_jobs, run)
        assert f"LAST WORDS OF {found['application']}" in log
        assert other["application"] not in log
    assert "on this JVM" in _log(spark_jobs, second_run)


def test_what_a_run_changes_in_the_jvm_itself_is_there_for_the_next(spark_jobs):
    _look(spark_jobs)

    assert _look(spark_jobs)[1]["left"] == "yes"


def test_an_interpreter_is_as_new_for_each_run(spark_jobs):
    logs = []
    for _ in range(2):
        run = spark_jobs.run(STATE)
        assert run["JobRunState"] == "SUCCEEDED", run
        logs.append(_log(spark_jobs, run))

    for log in logs:
        assert "STATE nothing True True" in log
        assert "no line's endAT THE END" in log
    drawn = [line for log in logs for line in log.splitlines() if line.startswith("DRAWN")]
    assert len(set(drawn)) == 2


def test_a_script_ends_as_it_says(spark_jobs):
    run = spark_jobs.run(STATE + "\nsys.exit()")

    assert run["JobRunState"] == "SUCCEEDED"
    assert "AT THE END" in _log(spark_jobs, run)


@pytest.mark.parametrize(
    ("end", "message"),
    [
        ("os.kill(os.getpid(), 9)", None),
        ("sys.exit('on purpose')", "SystemExit: 1"),
        ("raise ValueError('on purpose')", "ValueError: on purpose"),
    ],
)
def test_a_run_that_fails_takes_its_jvm_with_it(spark_jobs, eventually, end, message):
    run = spark_jobs.run(JVM + "import atexit; atexit.register(print, 'AT THE END')\n" + end)

    assert run["JobRunState"] == "FAILED"
    if message:
        assert run["ErrorMessage"].startswith(message)
        assert "AT THE END" in _log(spark_jobs, run)
    assert eventually(lambda: _gone(_found(spark_jobs, run)["jvm"]))


def test_a_run_that_is_stopped_takes_its_jvm_with_it(spark_jobs, eventually):
    job = spark_jobs.make(WAIT)
    run = spark_jobs.wait(job, spark_jobs.start(job), ("RUNNING",))
    assert eventually(lambda: "AT WORK" in _log(spark_jobs, run))

    spark_jobs.cloud.client("glue").batch_stop_job_run(JobName=job, JobRunIds=[run["Id"]])

    assert spark_jobs.wait(job, run["Id"])["JobRunState"] == "STOPPED"
    assert eventually(lambda: _gone(_found(spark_jobs, run)["jvm"]))


@pytest.mark.parametrize("conf", ["spark.driver.extraJavaOptions=-Dmine=1"])
def test_a_run_that_needs_a_jvm_of_its_own_has_one(spark_jobs, conf):
    run, _ = _look(spark_jobs, {"--conf": conf})

    assert "local cloud:" not in _log(spark_jobs, run)


def test_spark_that_was_warmed_up_has_done_nothing_to_the_next_run(
    start_cloud, spark_project, tmp_path, eventually
):
    with start_cloud(tmp_path, f"spark-job={spark_project}") as cloud:
        cloud.control("POST", "warm-up")  # without a job there is nothing to start
        cloud.client("s3").create_bucket(Bucket="spark-jobs")
        jobs = CloudJobs.on(cloud, SPARK_WHEEL, "glueetl", "spark-jobs")
        job = jobs.make(LOOK)
        cloud.control("POST", "warm-up")
        # A run that is asked for meanwhile waits for what was begun.
        assert eventually(lambda: list((tmp_path / "work" / "spark").glob("jvm-*")))
        run = jobs.wait(job, jobs.start(job))

        assert run["JobRunState"] == "SUCCEEDED", run
        assert "local cloud: run 2 on this JVM" in _log(jobs, run)
        found = _found(jobs, run)
        assert (found["views"], found["left"]) == (["mine"], None)
        assert [bucket.name for bucket in (tmp_path / "lake").iterdir()] == ["spark-jobs"]
        runs = cloud.client("glue").get_job_runs(JobName=job)["JobRuns"]
        assert [one["Id"] for one in runs] == [run["Id"]]
        # One that is warm already is left as it is.
        cloud.control("POST", "warm-up")
        second = jobs.wait(job, jobs.start(job))
        assert _found(jobs, second)["jvm"] == found["jvm"]

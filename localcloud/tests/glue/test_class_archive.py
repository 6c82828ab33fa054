"""An archive of Spark's classes is mapped where it fits, and harms nothing where it does not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from millrace_localcloud.environments import Environment
from millrace_localcloud.glue.jobs.class_archive import ClassArchive
from millrace_localcloud.glue.jobs.installed import java_home

WHO = """
from pyspark.sql import SparkSession
jvm = SparkSession.builder.getOrCreate().sparkContext._jvm
maps = open(f"/proc/{jvm.java.lang.ProcessHandle.current().pid()}/maps").read()
files = {line.split()[-1] for line in maps.splitlines() if ".jsa" in line}
print("MAPPED " + " ".join(sorted(files)))
"""


@pytest.fixture
def environment(spark_project):
    return Environment("spark-job", spark_project)


@pytest.fixture
def java(environment):
    def run(*options):
        command = [f"{java_home(environment, os.environ)}/bin/java", *options, "-version"]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    return run


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="no /proc: mappings are not told")
def test_the_jvm_of_a_run_maps_the_archive(spark_jobs, environment):
    run = spark_jobs.run(WHO)

    archive = ClassArchive.of(environment)
    logs = (spark_jobs.cloud.home / "logs").glob(f"glue-{run['JobName']}-*")
    mapped = next(
        line for log in logs for line in log.read_text().splitlines() if line.startswith("MAPPED")
    )
    assert mapped.split()[1:] == [str(archive.java), str(archive.spark)]


def test_an_environment_without_an_archive_starts_java_as_ever(tmp_path):
    archive = ClassArchive.of(Environment("none", tmp_path))

    assert archive.jvm_options() == ()
    assert archive.launcher_options() == ()


@pytest.mark.parametrize("kept", [0, 10])
def test_a_file_that_is_no_archive_is_passed_over_in_silence(java, environment, tmp_path, kept):
    other = ClassArchive(tmp_path)
    other.spark.write_bytes(ClassArchive.of(environment).spark.read_bytes()[:kept])

    started = java(*other.jvm_options())

    assert started.returncode == 0
    assert started.stdout == ""
    assert started.stderr.startswith("openjdk version")


def test_a_project_without_spark_is_told_so(tmp_path):
    command = [Path(sys.prefix) / "bin" / "millrace-localcloud", "archive-classes", tmp_path]

    said = subprocess.run(command, capture_output=True, text=True, check=False)

    assert said.returncode == os.EX_SOFTWARE
    assert said.stderr.startswith("Spark's classes are not written down: ")
    assert str(tmp_path) in said.stderr

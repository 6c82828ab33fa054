from __future__ import annotations

from pathlib import Path

import pytest

from millrace_localcloud.glue.jobs.arguments import split_arguments
from millrace_localcloud.glue.jobs.spark import lake_settings, memory_mib

GIB = 1024**3


@pytest.mark.parametrize(
    ("worker_type", "machine_gib", "mib"),
    [("G.1X", 64, 9830), ("G.025X", 64, 2457), ("G.8X", 16, 8192), (None, 4, 2048)],
)
def test_the_heap_is_the_workers_but_at_most_half_of_the_machine(worker_type, machine_gib, mib):
    assert memory_mib(worker_type, machine_gib * GIB) == mib


def test_every_bucket_is_mounted_under_its_own_name():
    settings = lake_settings(Path("/my lake"), ["a-b", "c.d"])

    assert settings["fs.viewfs.mounttable.a-b.linkFallback"] == "lakefile:///my%20lake/a-b"
    assert settings["fs.viewfs.mounttable.c.d.linkFallback"] == "lakefile:///my%20lake/c.d"


def test_what_glue_consumes_does_not_reach_the_script():
    arguments = split_arguments(
        {
            "--conf": "spark.a=1 --conf spark.b=x y",
            "--additional-python-modules": "s3://b/w-1.0.whl, pandas==2.2",
            "--extra-jars": "s3://b/x.jar",
            "--job-language": "python",
            "--enable-metrics": "true",
            "--dataset": "flights",
        },
        "etl",
        "jr_1",
    )

    assert arguments.spark_conf == ("spark.a=1", "spark.b=x y")
    assert arguments.modules == ("s3://b/w-1.0.whl", "pandas==2.2")
    assert arguments.jars == ("s3://b/x.jar",)
    assert arguments.script == (
        *("--JOB_NAME", "etl", "--JOB_RUN_ID", "jr_1"),
        *("--enable-metrics", "true", "--dataset", "flights"),
    )

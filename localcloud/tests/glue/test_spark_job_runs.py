from __future__ import annotations

from pathlib import Path

WRITE = """
import sys
from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
rows = spark.createDataFrame([(1, "a"), (2, "b")], ["n", "p"])
for _ in range(2):
    rows.write.partitionBy("p").mode("overwrite").parquet("s3://lake.refined/rows/")
assert spark.read.parquet("s3://lake.refined/rows/").count() == 2
print("SETTING", spark.conf.get("spark.sql.shuffle.partitions"), spark.conf.get("spark.app.name"))
"""

FAIL = """
from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
spark.sparkContext._jvm.java.nio.file.Files.size(
    spark.sparkContext._jvm.java.nio.file.Paths.get("/gone", spark.sparkContext._gateway.new_array(
        spark.sparkContext._jvm.java.lang.String, 0)))
"""


def test_spark_writes_s3_uris_as_plain_objects_and_nothing_beside_them(spark_jobs):
    conf = "spark.sql.shuffle.partitions=3 --conf spark.app.name=named"
    run = spark_jobs.run(WRITE, {"--conf": conf}, WorkerType="G.1X", NumberOfWorkers=2)

    assert run["JobRunState"] == "SUCCEEDED", run
    home: Path = spark_jobs.cloud.home
    files = [path for path in (home / "lake" / "lake.refined").rglob("*") if path.is_file()]
    assert {path.name.split("-")[0] for path in files} == {"_SUCCESS", "part"}
    s3 = spark_jobs.cloud.client("s3")
    listed = s3.list_objects_v2(Bucket="lake.refined")["Contents"]
    assert len(listed) == len(files)
    assert not (home / "work" / "glue" / run["Id"]).exists()
    log = next((home / "logs").glob(f"glue-{run['JobName']}-*")).read_text()
    assert "SETTING 3 named" in log


def test_an_error_of_the_jvm_is_told_by_its_root_cause(spark_jobs):
    run = spark_jobs.run(FAIL)

    assert run["JobRunState"] == "FAILED"
    assert run["ErrorMessage"] == "java.nio.file.NoSuchFileException: /gone"


def test_one_spark_runs_at_a_time_and_a_waiting_one_can_be_stopped(spark_jobs):
    first = spark_jobs.make("import time; time.sleep(600)")
    second = spark_jobs.make("print('never')")
    glue = spark_jobs.cloud.client("glue")
    running = spark_jobs.start(first)
    spark_jobs.wait(first, running, ("RUNNING",))
    waiting = spark_jobs.start(second)

    glue.batch_stop_job_run(JobName=second, JobRunIds=[waiting])

    assert spark_jobs.wait(second, waiting)["JobRunState"] == "STOPPED"
    assert spark_jobs.state(first, running)["JobRunState"] == "RUNNING"
    glue.batch_stop_job_run(JobName=first, JobRunIds=[running])
    assert spark_jobs.wait(first, running)["JobRunState"] == "STOPPED"

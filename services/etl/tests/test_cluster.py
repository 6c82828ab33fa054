"""The same job on a standalone cluster: a master and two workers, each a process of its own."""

import os
import re
import subprocess
import sys
import time
from contextlib import ExitStack

import pytest
from lake import Lake
from test_job import LIMIT_S, ROOT, VENV_BIN, arguments

DAEMON_MEMORY = "256m"
EXECUTOR_MEMORY = "512m"


@pytest.fixture
def cluster(aws, tmp_path):
    """URL of a master with two workers of one core each, and the folder of the workers."""
    env = dict(
        os.environ,
        **aws,
        PYSPARK_PYTHON=sys.executable,
        SPARK_DAEMON_MEMORY=DAEMON_MEMORY,
        SPARK_LOCAL_IP="127.0.0.1",
    )
    log = tmp_path / "master.log"
    package = "org.apache.spark.deploy"
    ui = ("--webui-port", "0")
    with ExitStack() as daemons:

        def start(*command, output):
            with output.open("wb") as said:
                child = daemons.enter_context(
                    subprocess.Popen(
                        [VENV_BIN / "spark-class", *command],
                        env=env,
                        cwd=tmp_path,
                        stdout=said,
                        stderr=subprocess.STDOUT,
                    )
                )
            daemons.callback(child.terminate)
            return child

        master = start(
            f"{package}.master.Master", "--host", "127.0.0.1", "--port", "0", *ui, output=log
        )
        url = told(master, log, r"spark://127\.0\.0\.1:\d+")
        for number in (1, 2):
            one = ("--cores", "1", "--memory", "600m", "--host", "127.0.0.1", *ui)
            folder = ("--work-dir", str(tmp_path / f"worker{number}"))
            start(
                f"{package}.worker.Worker",
                *one,
                *folder,
                url,
                output=tmp_path / f"worker{number}.log",
            )
        yield url, tmp_path


def told(child, log, pattern):
    ends_at = time.monotonic() + LIMIT_S
    while not (found := re.search(pattern, log.read_text(errors="replace"))):
        assert child.poll() is None, log.read_text(errors="replace")
        assert time.monotonic() < ends_at, "the daemon said nothing"
        time.sleep(0.1)
    return found[0]


def test_the_job_runs_unchanged_on_a_cluster_of_two_workers(aws, spark_settings, cluster):
    url, folder = cluster
    lake = Lake(None)
    lake.declare(
        [{"name": "a", "type": "int"}, {"name": "b", "type": "string"}],
        keys=["a"],
        write={"mode": "upsert", "partition_by": ["b"]},
    )
    skewed = "".join(f"{n},{'z' if n % 20 == 0 else 'x'}\n" for n in range(20_000))
    files = [
        lake.land(f"a,b\n{skewed}bad,y\n", name="1.csv"),
        lake.land("a,b\n7,x\n", name="2.csv"),
    ]
    settings = spark_settings | {
        "spark.master": url,
        "spark.executor.memory": EXECUTOR_MEMORY,
        "spark.executor.cores": "1",
        "spark.scheduler.minRegisteredResourcesRatio": "1.0",
        "spark.scheduler.maxRegisteredResourcesWaitingTime": "120s",
        "spark.cores.max": "2",
        "spark.sql.adaptive.enabled": "true",
    }
    options = [part for pair in settings.items() for part in ("--conf", "=".join(pair))]
    told_arguments = arguments(lake.settings("r1", files))

    done = subprocess.run(
        [VENV_BIN / "spark-submit", *options, ROOT / "deploy/job.py", *told_arguments],
        env=dict(os.environ, PYSPARK_PYTHON=sys.executable, SPARK_LOCAL_IP="127.0.0.1", **aws),
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=LIMIT_S,
    )

    assert done.returncode == 0, done.stdout
    assert '"rows_read":20002' in done.stdout
    assert sorted(row["a"] for row in lake.rows()) == list(range(20_000))
    assert [row["row"] for row in lake.quarantined()] == ["bad,y"]
    workers = {path.parts[-4] for path in folder.glob("worker*/app-*/*/stderr")}
    assert workers == {"worker1", "worker2"}

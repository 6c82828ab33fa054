"""The job as Glue runs it: a process of its own, told by arguments, judged by what it leaves."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from lake import Lake

from millrace_contracts.state import StageStatus
from millrace_etl.spark.java import find_java_home

ROOT = Path(__file__).parents[1]
VENV_BIN = ROOT / ".venv" / "bin"
LIMIT_S = 300


@pytest.fixture
def submit(aws, spark_settings, tmp_path):
    """Run spark-submit with a job's arguments; answer the finished process."""

    def run(arguments, env=None):
        options = [part for pair in spark_settings.items() for part in ("--conf", "=".join(pair))]
        return subprocess.run(
            [VENV_BIN / "spark-submit", *options, ROOT / "deploy/job.py", *arguments],
            env=dict(os.environ, PYSPARK_PYTHON=sys.executable, **aws) | (env or {}),
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            # Spark prints what a Python job says, its errors too, on standard output.
            stderr=subprocess.STDOUT,
            text=True,
            timeout=LIMIT_S,
        )

    return run


def arguments(settings):
    told = settings.model_dump(exclude={"job_run_id"})
    return [part for name, value in told.items() for part in (f"--{name}", value)]


def test_a_run_without_java_on_the_machine_leaves_its_rows_and_numbers(aws, submit, tmp_path):
    lake = Lake(None)
    lake.declare([{"name": "a", "type": "int", "required": True}])
    settings = lake.settings("r1", [lake.land("a\n1\n2\n\nx\n")])
    # All that a shell finds on the machine but java.
    tools = tmp_path / "bin"
    tools.mkdir()
    for tool in [*Path("/usr/bin").iterdir(), *Path("/bin").iterdir()]:
        if not tool.name.startswith("java") and not (tools / tool.name).is_symlink():
            (tools / tool.name).symlink_to(tool)
    bundled = find_java_home({})

    done = submit(
        ["--JOB_NAME", "etl", *arguments(settings)],
        env={"PATH": str(tools), "JAVA_HOME": bundled},
    )

    assert done.returncode == 0, done.stdout
    assert sorted(row["a"] for row in lake.rows()) == [1, 2]
    stage = lake.state.stages(settings.run_id)[0]
    assert (stage.status, stage.numbers["rows_quarantined"]) == (StageStatus.SUCCEEDED, 1)
    assert '"rows_read":3' in done.stdout


def test_a_failure_is_the_last_line_under_its_own_name(aws, submit):
    lake = Lake(None)
    lake.declare([{"name": "a", "type": "int"}])
    settings = lake.settings("r1", [lake.land("b\n1\n")])

    done = submit(arguments(settings))

    assert done.returncode != 0
    raised = [line for line in done.stdout.splitlines() if "ColumnsMismatch: " in line][-1]
    assert raised.endswith("the file lacks 'a' and has undeclared 'b'; declared: a")
    assert lake.state.stages(settings.run_id)[0].status is StageStatus.FAILED


def test_a_run_killed_at_any_moment_is_finished_by_the_next(aws, submit, spark_settings, tmp_path):
    lake = Lake(None)
    lake.declare([{"name": "a", "type": "int"}], keys=["a"], write={"mode": "upsert"})
    file = lake.land("a\n" + "".join(f"{n}\n" for n in range(1000)))
    settings = lake.settings("r1", [file])
    options = [part for pair in spark_settings.items() for part in ("--conf", "=".join(pair))]
    command = [VENV_BIN / "spark-submit", *options, ROOT / "deploy/job.py", *arguments(settings)]

    with subprocess.Popen(
        command,
        env=dict(os.environ, PYSPARK_PYTHON=sys.executable, **aws),
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        start_new_session=True,
        text=True,
    ) as child:
        ends_at = time.monotonic() + LIMIT_S
        while not lake.store.list("refined", f"_staging/{lake.dataset}/"):
            assert child.poll() is None, child.stderr.read()
            assert time.monotonic() < ends_at, "nothing was staged"
            time.sleep(0.05)
        os.killpg(child.pid, 9)
        child.stderr.close()

    done = submit(arguments(settings))

    assert done.returncode == 0, done.stdout
    assert sorted(row["a"] for row in lake.rows()) == list(range(1000))
    assert lake.store.list("refined", f"_staging/{lake.dataset}/") == []

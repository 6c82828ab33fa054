"""Make a run's folder and the command that runs its script in the image of its wheel."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from millrace_localcloud.cloud import Cloud
from millrace_localcloud.containers import Engine, ImageMissing, Mount
from millrace_localcloud.containers.images import names_of_wheels
from millrace_localcloud.glue.jobs import spark
from millrace_localcloud.glue.jobs.arguments import JobArguments, split_arguments
from millrace_localcloud.glue.jobs.errors import JobUnrunnable
from millrace_localcloud.glue.jobs.launch import Launch, buckets, fetch
from millrace_localcloud.glue.jobs.run import JobRun


def prepare_container(cloud: Cloud, engine: Engine, job: Any, run: JobRun) -> Launch:
    """Fetch what the run needs from S3 and answer its launch in a container.

    The container sees the lake and the run's folder under the names that they have here.

    Raises:
        JobUnrunnable: The engine has no image for the job's wheels, or the job needs what an image
            does not have.
    """
    arguments = split_arguments(run.arguments or {}, job.name, run.job_run_id)
    _require_image_s_own(job, arguments)
    modules = ",".join((*arguments.modules, *arguments.py_files))
    try:
        image = engine.image(names_of_wheels(modules), modules)
    except ImageMissing as exc:
        raise JobUnrunnable(str(exc)) from exc
    folder = cloud.home.work / "glue" / run.job_run_id
    folder.mkdir(parents=True)
    script = fetch(cloud, job.command["ScriptLocation"], folder)
    for uri in arguments.files:
        fetch(cloud, uri, folder)
    settings = spark.settings_of_run(
        folder=folder,
        heap_mib=spark.memory_mib(run.worker_type, spark.machine_memory_bytes()),
        hadoop=spark.lake_settings(cloud.home.lake, buckets(cloud)),
        conf=arguments.spark_conf,
    )
    submit = spark.submit_command(Path("/"), settings)
    env = {"PYTHONUNBUFFERED": "1", "TMPDIR": str(folder), "TZ": "UTC"}
    env |= {"SPARK_LOCAL_IP": "127.0.0.1"}
    mounts = [Mount(path, str(path)) for path in (cloud.home.lake, folder)]
    return Launch(
        ("spark-submit", *submit[1:], str(script), *arguments.script),
        cloud.container_env(env),
        folder,
        engine.starter(image, mounts),
    )


def _require_image_s_own(job: Any, arguments: JobArguments) -> None:
    if arguments.language != "python" or job.command["Name"] != "glueetl":
        raise JobUnrunnable(f"{job.command['Name']}: only Spark jobs in Python run in containers")
    given = [module for module in arguments.modules if not names_of_wheels(module)]
    if given or arguments.jars:
        named = ", ".join([*given, *arguments.jars])
        raise JobUnrunnable(f"{named}: an image has what it was built with, nothing is installed")

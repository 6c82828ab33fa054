"""Make a run's folder and the command that runs its script."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from millrace_localcloud.cloud import Cloud
from millrace_localcloud.environments import Environment, EnvironmentUnknown
from millrace_localcloud.glue.jobs import spark
from millrace_localcloud.glue.jobs.arguments import JobArguments, split_arguments
from millrace_localcloud.glue.jobs.class_archive import ClassArchive
from millrace_localcloud.glue.jobs.errors import JobUnrunnable
from millrace_localcloud.glue.jobs.installed import java_home, require_installed, spark_home
from millrace_localcloud.glue.jobs.run import JobRun
from millrace_localcloud.glue.jobs.shared_jvm import JvmNeeds
from millrace_localcloud.glue.jobs.warm import OnWarmSpark, WarmSpark
from millrace_localcloud.jobs.uris import split_uri
from millrace_localcloud.processes import Starts


@dataclass(frozen=True, slots=True)
class Launch:
    """How to start a run."""

    command: tuple[str, ...]
    env: dict[str, str]
    folder: Path
    starts: Starts


def prepare(cloud: Cloud, warm: WarmSpark, job: Any, run: JobRun) -> Launch:
    """Fetch what the run needs from S3 and answer its launch.

    Raises:
        JobUnrunnable: Something that the job names does not exist.
    """
    arguments = split_arguments(run.arguments or {}, job.name, run.job_run_id)
    if arguments.language != "python":
        raise JobUnrunnable(f"--job-language {arguments.language}: only python runs here")
    environment, arguments = _environment(cloud, arguments)
    folder = cloud.home.work / "glue" / run.job_run_id
    folder.mkdir(parents=True)
    script = fetch(cloud, job.command["ScriptLocation"], folder)
    for uri in arguments.files:
        fetch(cloud, uri, folder)
    py_files = [str(fetch(cloud, uri, folder)) for uri in arguments.py_files]
    env = {"PYTHONUNBUFFERED": "1", "TMPDIR": str(folder), "TZ": "UTC"}
    if job.command["Name"] == "pythonshell":
        command = [str(environment.python), str(script), *arguments.script]
        env["PYTHONPATH"] = ":".join([str(folder), *py_files])
        return Launch(tuple(command), cloud.child_env(env), folder, cloud.children)
    home, classes = spark_home(environment), ClassArchive.of(environment)
    heap_mib = spark.memory_mib(run.worker_type, spark.machine_memory_bytes())
    settings = spark.settings_of_run(
        folder=folder,
        heap_mib=heap_mib,
        hadoop=spark.lake_settings(cloud.home.lake, buckets(cloud)),
        conf=arguments.spark_conf,
        jvm_options=classes.jvm_options(),
    )
    env |= {
        "JAVA_HOME": java_home(environment, cloud.inherited_env),
        "PYSPARK_PYTHON": str(environment.python),
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_LAUNCHER_OPTS": " ".join(classes.launcher_options()),
    }
    child_env = cloud.child_env(env)
    if warm.serves(arguments):
        given = {name: value for name, value in child_env.items() if name != "TMPDIR"}
        needs = JvmNeeds(
            python=environment.python,
            spark_home=home,
            heap_mib=heap_mib,
            env=tuple(sorted(given.items())),
            options=classes.jvm_options(),
        )
        starts = OnWarmSpark(warm, needs, spark.as_submitted(script.name) | settings)
        command = [str(script), *arguments.script]
        return Launch(tuple(command), child_env, folder, starts)
    jars = [str(fetch(cloud, uri, folder)) for uri in arguments.jars]
    command = spark.submit_command(home, settings)
    command += ["--jars", ",".join(jars)] if jars else []
    command += ["--py-files", ",".join(py_files)] if py_files else []
    return Launch((*command, str(script), *arguments.script), child_env, folder, cloud.children)


def _environment(cloud: Cloud, arguments: JobArguments) -> tuple[Environment, JobArguments]:
    """The job's environment, and its arguments less the wheels that stand for it."""
    modules = (*arguments.modules, *arguments.py_files)
    try:
        environment = cloud.environments.for_wheels(",".join(modules))
    except EnvironmentUnknown as exc:
        raise JobUnrunnable(str(exc)) from exc
    wheels = {module for module in modules if _is_known_wheel(cloud, module)}
    for module in arguments.modules:
        if module not in wheels:
            require_installed(environment, module)
    others = tuple(uri for uri in arguments.py_files if uri not in wheels)
    return environment, replace(arguments, py_files=others)


def _is_known_wheel(cloud: Cloud, module: str) -> bool:
    try:
        cloud.environments.for_wheels(module)
    except EnvironmentUnknown:
        return False
    return True


def buckets(cloud: Cloud) -> list[str]:
    """Every bucket, for Spark to mount."""
    return [bucket["Name"] for bucket in cloud.client("s3").list_buckets()["Buckets"]]


def fetch(cloud: Cloud, uri: str, folder: Path) -> Path:
    """Download an object into ``folder``. Raises JobUnrunnable."""
    try:
        bucket, key = split_uri(uri)
        path = folder / key.rsplit("/", 1)[-1]
        cloud.client("s3").download_file(bucket, key, str(path))
    except ValueError as exc:
        raise JobUnrunnable(str(exc)) from exc
    except ClientError as exc:
        raise JobUnrunnable(f"{uri}: {exc.response['Error']['Message']}") from exc
    return path

"""Split a job's arguments into those Glue consumes and those its script sees.

"Using job parameters in AWS Glue jobs" (AWS Glue Developer Guide) lists the ones that Glue itself
reads. Those that prepare the process are consumed; the others (``--TempDir``, ``--enable-metrics``,
``--job-bookmark-option``) reach the script too, so a script must bear arguments it does not know.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_CONSUMED = frozenset(
    {
        "--additional-python-modules",
        "--class",
        "--conf",
        "--extra-files",
        "--extra-jars",
        "--extra-py-files",
        "--job-language",
        "--python-modules-installer-option",
        "--scriptLocation",
        "--user-jars-first",
    }
)
_NEXT_CONF = re.compile(r"\s+--conf\s+")


@dataclass(frozen=True, slots=True)
class JobArguments:
    """What one run was given."""

    script: tuple[str, ...]
    """The script's ``sys.argv[1:]``."""
    spark_conf: tuple[str, ...]
    """``key=value``, in order."""
    modules: tuple[str, ...]
    """``--additional-python-modules``: wheels on S3 or requirements."""
    py_files: tuple[str, ...]
    jars: tuple[str, ...]
    files: tuple[str, ...]
    language: str


def split_arguments(arguments: Mapping[str, str], job_name: str, run_id: str) -> JobArguments:
    """Split the run's merged arguments.

    Args:
        arguments: DefaultArguments, overridden by the run's own, then by NonOverridableArguments.
        job_name: Passed to the script as ``--JOB_NAME``.
        run_id: Passed to the script as ``--JOB_RUN_ID``.
    """
    script = ["--JOB_NAME", job_name, "--JOB_RUN_ID", run_id]
    for key, value in arguments.items():
        if key not in _CONSUMED:
            script += [key, value]
    # One argument carries several settings as "a=1 --conf b=2".
    conf = _NEXT_CONF.split(arguments.get("--conf", "").strip())
    return JobArguments(
        script=tuple(script),
        spark_conf=tuple(setting for setting in conf if setting),
        modules=_listed(arguments, "--additional-python-modules"),
        py_files=_listed(arguments, "--extra-py-files"),
        jars=_listed(arguments, "--extra-jars"),
        files=_listed(arguments, "--extra-files"),
        language=arguments.get("--job-language", "python"),
    )


def _listed(arguments: Mapping[str, str], key: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in arguments.get(key, "").split(",") if part.strip())

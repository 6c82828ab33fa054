"""How a function's process is started: an image's project, or code unpacked from a zip file."""

from __future__ import annotations

import io
import os
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from millrace_localcloud.cloud import Cloud
from millrace_localcloud.containers import Engine, ImageMissing, Mount
from millrace_localcloud.containers.images import names_of_image
from millrace_localcloud.environments import EnvironmentUnknown
from millrace_localcloud.functions.worker import Launch

_TASK_ROOT = Path("/var/task")
"""LAMBDA_TASK_ROOT of an image's function (Lambda Developer Guide, "Environment variables")."""


class FunctionUnrunnable(ValueError):
    """This cloud can't run the function; the message says why."""


def plan_launch(cloud: Cloud, function: Any) -> Launch:
    """Say how moto's ``function`` is started here.

    Raises:
        FunctionUnrunnable: Its image has no environment, or it needs what is not done here.
    """
    if function.package_type == "Image" and cloud.containers:
        return _in_container(cloud, cloud.containers, function)
    if function.package_type == "Image":
        python, folder, handler = _from_image(cloud, function)
        path: dict[str, str] = {}
    else:
        python, folder, handler = _from_zip(cloud, function)
        path = {"PYTHONPATH": str(folder)}
    env = cloud.child_env(
        {**path, **function.environment_vars, **_lambda_env(function, folder, handler)}
    )
    return Launch(
        function_name=function.function_name,
        version=str(function.version),
        command=(str(python), "-m", "awslambdaric", handler),
        folder=folder,
        env=tuple(sorted(env.items())),
        source_changed_at=_newest_change(folder),
        module=handler.rpartition(".")[0].replace("/", "."),
    )


def _in_container(cloud: Cloud, engine: Engine, function: Any) -> Launch:
    uri = function.code["ImageUri"]
    try:
        image = engine.image(names_of_image(uri), uri)
    except ImageMissing as exc:
        raise FunctionUnrunnable(str(exc)) from exc
    given, own = function.image_config, image.attrs["Config"]
    entry_point = given.entry_point or own.get("Entrypoint") or []
    arguments = given.cmd or own.get("Cmd") or []
    if given.working_directory:
        raise FunctionUnrunnable("ImageConfig.WorkingDirectory is not done here")
    mounts = _mounts_of(cloud.home.root / "sources")
    set_by_lambda = _lambda_env(function, _TASK_ROOT, " ".join(arguments))
    env = cloud.container_env({**function.environment_vars, **set_by_lambda})
    return Launch(
        function_name=function.function_name,
        version=str(function.version),
        command=(*entry_point, *arguments),
        folder=_TASK_ROOT,
        env=tuple(sorted(env.items())),
        starts=engine.starter(image, mounts),
    )


def _mounts_of(sources: Path) -> list[Mount]:
    """The folder that functions see as their file system, and what its links lead to."""
    if not sources.is_dir():
        return []
    seen = [sources, *(path.resolve() for path in sources.iterdir() if path.is_symlink())]
    return [Mount(path, str(path), read_only=True) for path in seen]


def _newest_change(folder: Path) -> int:
    """When a Python file below ``folder`` was last changed, in nanoseconds; 0 without any.

    A project's code may be edited while the cloud runs: its warm workers must not go on with what
    they imported, beside new ones that have the new code.
    """
    newest = 0
    for parent, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith((".", "__"))]
        for name in files:
            if name.endswith(".py"):
                newest = max(newest, Path(parent, name).stat().st_mtime_ns)
    return newest


def _from_image(cloud: Cloud, function: Any) -> tuple[Path, Path, str]:
    try:
        environment = cloud.environments.for_image(function.code["ImageUri"])
    except EnvironmentUnknown as exc:
        raise FunctionUnrunnable(str(exc)) from exc
    if not environment.python.exists():
        raise FunctionUnrunnable(f"{environment.python} does not exist: build the environment")
    config = function.image_config
    if config.entry_point or config.working_directory:
        raise FunctionUnrunnable("ImageConfig.EntryPoint and WorkingDirectory are not done here")
    if len(config.cmd) != 1:
        raise FunctionUnrunnable("ImageConfig.Command must name the handler: no image is read here")
    return environment.python, environment.project, config.cmd[0]


def _from_zip(cloud: Cloud, function: Any) -> tuple[Path, Path, str]:
    if not (function.run_time or "").startswith("python"):
        raise FunctionUnrunnable(f"the runtime {function.run_time} is not done here, only Python")
    if function.layers:
        raise FunctionUnrunnable("layers are not done here")
    if find_spec("awslambdaric") is None:
        raise FunctionUnrunnable(
            f"zip packages run with {sys.executable}, which lacks the package awslambdaric"
        )
    return Path(sys.executable), _unpack(cloud, function), function.handler


def _unpack(cloud: Cloud, function: Any) -> Path:
    functions = cloud.home.work / "functions"
    folder = functions / f"{function.function_name}-{function.code_digest[:16]}"
    if folder.exists():
        return folder
    functions.mkdir(exist_ok=True)
    unpacked = Path(tempfile.mkdtemp(dir=functions))
    try:
        with zipfile.ZipFile(io.BytesIO(function.code_bytes)) as code:
            code.extractall(unpacked)
    except zipfile.BadZipFile as exc:
        shutil.rmtree(unpacked)
        raise FunctionUnrunnable(
            "Could not unzip uploaded file. Please check your file, then try to upload again."
        ) from exc
    try:
        unpacked.rename(folder)
    except OSError:
        # Another invocation was first; a rename is all or nothing, so its folder is whole.
        shutil.rmtree(unpacked)
    return folder


def _lambda_env(function: Any, folder: Path, handler: str) -> Mapping[str, str]:
    """The variables that Lambda sets (its guide, "Defined runtime environment variables").

    AWS_LAMBDA_RUNTIME_API and AWS_LAMBDA_LOG_STREAM_NAME are the worker's.
    """
    return {
        "_HANDLER": handler,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_python3.{sys.version_info.minor}",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_size),
        "AWS_LAMBDA_FUNCTION_NAME": function.function_name,
        "AWS_LAMBDA_FUNCTION_VERSION": str(function.version),
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": function.logs_group_name,
        "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
        "LAMBDA_RUNTIME_DIR": str(folder),
        "LAMBDA_TASK_ROOT": str(folder),
        "TZ": ":UTC",
    }

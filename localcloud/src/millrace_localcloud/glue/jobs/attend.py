"""Runs scripts on a JVM that they share, each in a process of its own that is quick to start.

Runs in the jobs' environment: ``attend.py <script>`` imports what that script imports, and is then
forked for each run that a line of its input tells of, so that a run starts with its modules there
and nothing else. The line of output that holds the run's ``last_line`` tells its end.
"""

from __future__ import annotations

import ast
import atexit
import importlib
import json
import multiprocessing
import os
import runpy
import sys
import tempfile
import threading
import traceback
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

_OF_THE_JVM = ("GATEWAY_SERVER", "j", "t")
"""py4j's own objects among those that it holds for its clients."""


def main() -> None:
    """Serve run after run, until the input ends."""
    preload(Path(sys.argv[1]))
    loaded = changes()
    for line in sys.stdin:
        told = json.loads(line)
        can_fork = sys.platform == "linux" and threading.active_count() == 1
        method = "fork" if can_fork and changes(loaded) == loaded else "spawn"
        context: Any = multiprocessing.get_context(method)
        left_clean = context.Event()
        process = context.Process(target=attend, args=(told, left_clean))
        process.start()
        process.join()
        fit = process.exitcode == 0 and left_clean.is_set()
        end = json.dumps({"status": process.exitcode, "fit": fit})
        sys.stdout.write(f"{told['last_line']}{end}\n")
        sys.stdout.flush()


def preload(script: Path) -> None:
    """Import the modules that a script's first level imports; what fails is left to the script."""
    with suppress(SyntaxError, ValueError, OSError):
        for name in _imported(ast.parse(script.read_bytes())):
            # Whatever a module of somebody else's raises, the run is the one to tell it.
            with suppress(Exception):
                importlib.import_module(name)


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def changes(known: dict[str, int | None] | None = None) -> dict[str, int | None]:
    """When the files of modules were changed, of those that are loaded or known: code is edited."""
    files = known or [
        file for module in list(sys.modules.values()) if (file := getattr(module, "__file__", None))
    ]
    return {file: _changed_ns(file) for file in files}


def _changed_ns(file: str) -> int | None:
    with suppress(OSError):
        return Path(file).stat().st_mtime_ns
    return None


def attend(told: dict[str, Any], left_clean: Any) -> None:
    """Run one script as ``python <script>`` does, and leave the JVM as it was found.

    Args:
        told: ``settings`` of Spark; ``command``, the script and its arguments; ``env`` beside what
            is set; ``folder`` to run in; ``last_line`` that the JVM's own output ends with.
        left_clean: Set once the JVM is fit for another run.
    """
    os.environ.update(told["env"])  # noqa: TID251
    os.chdir(told["folder"])
    tempfile.tempdir = None
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed()  # a fork draws what its sibling drew
    from py4j.clientserver import ClientServer, JavaParameters, PythonParameters
    from py4j.protocol import Py4JError

    gateway = ClientServer(
        java_parameters=JavaParameters(
            port=int(os.environ["PYSPARK_GATEWAY_PORT"]),  # noqa: TID251
            auth_token=os.environ["PYSPARK_GATEWAY_SECRET"],  # noqa: TID251
            auto_convert=True,
        ),
        python_parameters=PythonParameters(port=0, eager_load=False),
    )
    _set_properties(gateway.jvm, told["settings"])
    _run_script(told["command"])
    try:
        _leave(gateway, told["last_line"])
        left_clean.set()
    except Py4JError as exc:
        sys.stderr.write(f"local cloud: this JVM is not used again: {exc}\n")


def _run_script(command: list[str]) -> None:
    sys.argv = command
    sys.path.insert(0, str(Path(command[0]).parent))
    try:
        runpy.run_path(command[0], run_name="__main__")
    except SystemExit as end:
        if end.code not in (None, 0):
            raise
    except BaseException as exc:
        told = exc.__traceback__
        while told is not None and told.tb_frame.f_code.co_filename != command[0]:
            told = told.tb_next
        traceback.print_exception(type(exc), exc, told)
        sys.exit(1)
    finally:
        # As the interpreter ends, while the JVM is still the script's.
        end_threads: Any = getattr(threading, "_shutdown")  # noqa: B009
        end_threads()
        atexit._run_exitfuncs()


def _set_properties(jvm: Any, settings: dict[str, str]) -> None:
    """Spark's settings are the JVM's properties, as ``spark-submit`` leaves them."""
    properties = jvm.java.lang.System.getProperties()
    for name in [name for name in properties.keySet() if name.startswith("spark.")]:
        properties.remove(name)
    properties.putAll(settings)


def _leave(gateway: Any, last_line: str) -> None:
    """Do what the end of a JVM would, and end the JVM's output of this run with ``last_line``."""
    jvm = gateway.jvm
    contexts = getattr(getattr(jvm.org.apache.spark, "SparkContext$"), "MODULE$")
    context = contexts.getActive()
    if context.isDefined():
        context.get().stop()
    jvm.org.apache.spark.sql.SparkSession.clearActiveSession()
    jvm.org.apache.spark.sql.SparkSession.clearDefaultSession()
    jvm.org.apache.hadoop.fs.FileSystem.closeAll()
    system = jvm.java.lang.System
    held = gateway.java_gateway_server.getGateway().getBindings().keySet()
    errors = system.err
    system.out.flush()
    errors.println(last_line)
    errors.flush()
    held.retainAll(list(_OF_THE_JVM))


if __name__ == "__main__":
    main()

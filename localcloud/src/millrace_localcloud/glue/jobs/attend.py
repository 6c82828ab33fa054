"""Runs a script on a JVM that others share, as ``python <script>`` does.

Runs in the job's environment: ``attend.py <settings> <last line> <script> …``, Spark's settings as
JSON. The JVM is left as it was found, and its own output of the run ends with the last line, on
which ``unfit`` follows where it is not to be used again.
"""

from __future__ import annotations

import atexit
import json
import os
import runpy
import sys
import traceback
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from py4j.clientserver import ClientServer, JavaParameters, PythonParameters
from py4j.protocol import Py4JError

_OF_THE_JVM = ("GATEWAY_SERVER", "j", "t")
"""py4j's own objects among those that it holds for its clients."""


def main() -> None:
    """Run the script; what it has registered for its end is done before the JVM is left."""
    settings, last_line, *command = sys.argv[1:]
    gateway = ClientServer(
        java_parameters=JavaParameters(
            port=int(os.environ["PYSPARK_GATEWAY_PORT"]),  # noqa: TID251
            auth_token=os.environ["PYSPARK_GATEWAY_SECRET"],  # noqa: TID251
            auto_convert=True,
        ),
        python_parameters=PythonParameters(port=0, eager_load=False),
    )
    _set_properties(gateway.jvm, json.loads(settings))
    atexit.register(_leave, gateway, last_line)
    try:
        _run_script(command)
    except BaseException:
        atexit.unregister(_leave)
        raise


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


def _set_properties(jvm: Any, settings: Mapping[str, str]) -> None:
    """Spark's settings are the JVM's properties, as ``spark-submit`` leaves them."""
    properties = jvm.java.lang.System.getProperties()
    for name in [name for name in properties.keySet() if name.startswith("spark.")]:
        properties.remove(name)
    properties.putAll(settings)


def _leave(gateway: Any, last_line: str) -> None:
    try:
        _clear(gateway)
        end = last_line
    except Py4JError as exc:
        sys.stderr.write(f"local cloud: this JVM is not used again: {exc}\n")
        end = f"{last_line}unfit"
    with suppress(Py4JError):
        _end_output(gateway.jvm, end)


def _clear(gateway: Any) -> None:
    """Do what the end of a JVM would."""
    jvm = gateway.jvm
    contexts = getattr(getattr(jvm.org.apache.spark, "SparkContext$"), "MODULE$")
    context = contexts.getActive()
    if context.isDefined():
        context.get().stop()
    jvm.org.apache.spark.sql.SparkSession.clearActiveSession()
    jvm.org.apache.spark.sql.SparkSession.clearDefaultSession()
    jvm.org.apache.hadoop.fs.FileSystem.closeAll()
    gateway.java_gateway_server.getGateway().getBindings().keySet().retainAll(list(_OF_THE_JVM))


def _end_output(jvm: Any, last_line: str) -> None:
    system = jvm.java.lang.System
    system.out.flush()
    system.err.println(last_line)
    system.err.flush()


if __name__ == "__main__":
    main()

"""Runs one script on a JVM that others ran on: its own settings before, nothing left after.

Runs in the job's environment: ``attend.py <file of the run's settings> <command…>``. The file is
gone once the JVM is fit for another run; a JVM whose run failed is not used again.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from py4j.clientserver import ClientServer, JavaParameters, PythonParameters
from py4j.protocol import Py4JError

_OF_THE_JVM = ("GATEWAY_SERVER", "j", "t")
"""py4j's own objects among those that it holds for its clients."""


def main() -> None:
    """Run the command; end as it ends."""
    file, *command = sys.argv[1:]
    told = json.loads(Path(file).read_text())
    gateway = ClientServer(
        java_parameters=JavaParameters(
            port=int(os.environ["PYSPARK_GATEWAY_PORT"]),  # noqa: TID251
            auth_token=os.environ["PYSPARK_GATEWAY_SECRET"],  # noqa: TID251
            auto_convert=True,
        ),
        python_parameters=PythonParameters(port=0, eager_load=False),
    )
    _set_properties(gateway.jvm, told["settings"])
    status = subprocess.run(command, check=False).returncode
    if status == 0:
        try:
            _leave(gateway, told["last_line"])
            Path(file).unlink()
        except Py4JError as exc:
            sys.stderr.write(f"local cloud: this JVM is not used again: {exc}\n")
            sys.stderr.flush()
    if status < 0:
        os.kill(os.getpid(), -status)
    os._exit(status)


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

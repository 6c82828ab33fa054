"""Children of a cloud that is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress

import pytest

PROGRAM = """
import os, subprocess, sys
from pathlib import Path
from millrace_localcloud.forking.server import ForkServer
from millrace_localcloud.processes import ChildProcesses
children = ChildProcesses()
starts = {
    "child": children,
    "fork": ForkServer(
        children, Path(sys.executable), "calendar", env={}, folder=Path("/"), log=subprocess.DEVNULL
    ),
}[sys.argv[1]]
sleeping = Path(sys.argv[2])
sleeping.write_text("import time; time.sleep(600)")
with open(os.devnull, "wb") as output:
    child = starts.start([sys.executable, "-P", sleeping], env={}, cwd=Path("/"), stdout=output)
print(child.pid, flush=True)
child.wait()
"""


@pytest.mark.parametrize("kind", ["child", "fork"])
def test_a_child_ends_when_its_cloud_is_killed(tmp_path, eventually, kind):
    program = [sys.executable, "-c", PROGRAM, kind, str(tmp_path / "sleeping")]
    cloud = subprocess.Popen(program, stdout=subprocess.PIPE, text=True)
    assert cloud.stdout is not None
    child = int(cloud.stdout.readline())
    os.kill(child, 0)

    cloud.send_signal(signal.SIGKILL)
    cloud.wait(30)

    assert eventually(lambda: has_ended(child))


def has_ended(pid):
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    status = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True)
    return status.stdout.strip().startswith("Z")

"""Children of a cloud that is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress

PROGRAM = """
import subprocess, sys
from pathlib import Path
from millrace_localcloud.processes import ChildProcesses
children = ChildProcesses()
child = children.start(
    [sys.executable, "-c", "import time; time.sleep(600)"], env={}, cwd=Path("/"),
    stdout=subprocess.DEVNULL,
)
print(child.pid, flush=True)
child.wait()
"""


def test_a_child_ends_when_its_cloud_is_killed(eventually):
    cloud = subprocess.Popen([sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, text=True)
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

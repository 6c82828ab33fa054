"""One call in a fresh process, as in a new container; it tells its peak of memory."""

from __future__ import annotations

import ctypes
import json
import os
import re
import subprocess
import sys
from pathlib import Path

from worker import PATIENCE_S, Context

SMALLEST_LAMBDA_KIB = 128 * 1024
_PR_SET_THP_DISABLE = 41


def peak_kib(event, environment):
    """The most memory that the process of a call ever had resident, imports and all."""
    done = subprocess.run(
        [sys.executable, Path(__file__)],
        input=json.dumps(event),
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S * 3,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["answer"]["files"], told
    return told["peak_kib"]


def _run():
    # Huge pages off, where the machine gives them unasked: they count in steps of 2 MiB.
    ctypes.CDLL(None).prctl(_PR_SET_THP_DISABLE, 1, 0, 0, 0)
    # Here for the tests' FTP server alone; botocore would use it for TLS if it could.
    sys.modules["OpenSSL"] = None
    from millrace_ingest import handler as edge

    answer = edge.handler(json.load(sys.stdin), Context())
    # Not getrusage's: that counts the parent's memory too, from before the exec.
    peak = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
    sys.stdout.write(json.dumps({"answer": answer, "peak_kib": int(peak[1])}) + "\n")


if __name__ == "__main__":
    _run()

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_no_worker_outlives_the_cloud(start_cloud_with_function, eventually, number):
    with start_cloud_with_function("describe") as (cloud, name):
        answer = cloud.client("lambda").invoke(FunctionName=name)
        pid = json.loads(answer["Payload"].read())["pid"]
        alive_before = Path(f"/proc/{pid}").exists()

        os.kill(cloud.process.pid, number)
        cloud.process.wait(30)

    assert alive_before
    assert eventually(lambda: not _runs(pid))


def _runs(pid):
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False

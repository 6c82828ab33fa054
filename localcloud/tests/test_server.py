from __future__ import annotations

import json
import shlex
import sys
import time
from contextlib import suppress
from pathlib import Path

DEADLINE_S = 180
BESIDE = """
import json, os, pathlib, sys, time
told = pathlib.Path(sys.argv[1])
text = json.dumps({"pid": os.getpid(), "endpoint": os.environ["AWS_ENDPOINT_URL"]})
told.with_suffix(".unfinished").write_text(text)
told.with_suffix(".unfinished").replace(told)
time.sleep(3600)
"""


def test_the_cloud_answers_health_and_serves_aws_calls(cloud):
    assert cloud.control("GET", "health")["status"] == "ready"

    cloud.client("sqs").create_queue(QueueName="waiting")

    assert cloud.client("sqs").list_queues()["QueueUrls"]


def test_a_program_beside_the_cloud_knows_it_and_ends_with_it(start_cloud, tmp_path):
    told = tmp_path / "told.json"
    command = shlex.join([sys.executable, "-c", BESIDE, str(told)])
    with start_cloud(tmp_path / "home", beside=command) as cloud:
        found = _read_when_there(told)
        assert found["endpoint"] == cloud.endpoint
        assert Path(f"/proc/{found['pid']}").exists()

    assert not Path(f"/proc/{found['pid']}").exists()


def _read_when_there(file):
    deadline = time.monotonic() + DEADLINE_S
    while time.monotonic() < deadline:
        with suppress(FileNotFoundError):
            return json.loads(file.read_text())
        time.sleep(0.05)
    raise AssertionError(f"{file} was not written")

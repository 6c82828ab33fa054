"""A registry of images on this machine, in place of an account's ECR."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROGRAM = "docker-registry"
DEADLINE_S = 60
MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"

CONFIG = """\
version: 0.1
storage: {{filesystem: {{rootdirectory: {folder}}}}}
http: {{addr: "127.0.0.1:0", secret: test}}
"""
LISTENING = re.compile(r"listening on (127\.0\.0\.1:\d+)")


@dataclass(frozen=True)
class Registry:
    """A registry that answers."""

    host: str

    def digest(self, repository: str, tag: str) -> str:
        """Digest of what a tag names."""
        path = f"http://{self.host}/v2/{repository}/manifests/{tag}"
        request = urllib.request.Request(path, headers={"Accept": MANIFEST}, method="HEAD")
        with urllib.request.urlopen(request, timeout=DEADLINE_S) as answer:
            return str(answer.headers["Docker-Content-Digest"])

    def tags(self, repository: str) -> list[str]:
        return list(self._get(f"{repository}/tags/list")["tags"])

    def _get(self, path: str) -> Any:
        with urllib.request.urlopen(f"http://{self.host}/v2/{path}", timeout=DEADLINE_S) as answer:
            return json.load(answer)


@contextmanager
def running_registry(folder: Path) -> Iterator[Registry]:
    """Debian's registry, on a port that the system chooses, until the block ends."""
    program = shutil.which(PROGRAM)
    assert program is not None
    config, log = folder / "config.yml", folder / "log"
    config.write_text(CONFIG.format(folder=folder / "images"))
    with log.open("wb") as told:
        process = subprocess.Popen([program, "serve", str(config)], stdout=told, stderr=told)
    try:
        yield Registry(_address(process, log))
    finally:
        process.terminate()
        process.wait(DEADLINE_S)


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    """Where it listens, once it says so."""
    deadline = time.monotonic() + DEADLINE_S
    while time.monotonic() < deadline:
        if found := LISTENING.search(log.read_text()):
            return found[1]
        assert process.poll() is None, log.read_text()
        time.sleep(0.1)
    raise AssertionError(f"the registry does not listen: {log.read_text()}")

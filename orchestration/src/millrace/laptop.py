"""The laptop's cloud: one process of its own, found by the file it writes."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any
from urllib.error import URLError
from urllib.request import ProxyHandler, Request, build_opener

from millrace.errors import CloudUnavailable
from millrace.project import SERVICES, Project

START_DEADLINE_S = 180
STOP_DEADLINE_S = 120

_open = build_opener(ProxyHandler({})).open


@dataclass(frozen=True, slots=True)
class Laptop:
    """A local cloud that answers."""

    endpoint: str
    pid: int
    has_sources: bool = False
    """Whether it runs the checkout's own servers beside it."""

    def control(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Call the local cloud's own API, beside AWS's."""
        data = None if body is None else json.dumps(body).encode()
        request = Request(f"{self.endpoint}/_localcloud/{path}", data=data, method=method)
        with _open(request, timeout=10) as answer:
            return json.load(answer)

    def stop(self) -> None:
        """End it and wait until it is gone. Raises CloudUnavailable when it stays."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)
        deadline = time.monotonic() + STOP_DEADLINE_S
        while _is_running(self.pid):
            if time.monotonic() > deadline:
                raise CloudUnavailable(f"the local cloud (process {self.pid}) does not stop")
            time.sleep(0.05)


def find_laptop(project: Project) -> Laptop | None:
    """The local cloud of this checkout, when it runs and answers."""
    try:
        written = json.loads((project.home / "endpoint.json").read_text(encoding="utf-8"))
        laptop = Laptop(written["endpoint"], written["pid"], bool(written.get("beside")))
        laptop.control("GET", "health")
    except (FileNotFoundError, URLError, OSError, ValueError):
        return None
    return laptop


def start_laptop(project: Project) -> Laptop:
    """Start the local cloud in a session of its own and wait until it answers.

    Raises:
        CloudUnavailable: It is not set up, or ended before it answered; its last words are named.
    """
    program = project.root / "localcloud" / ".venv" / "bin" / "millrace-localcloud"
    if not program.exists():
        raise CloudUnavailable("the local cloud is not set up: run make setup")
    command: list[str] = [str(program), "serve", "--home", str(project.home)]
    for service in SERVICES:
        command += ["--environment", f"millrace-{service}={project.service(service)}"]
    if project.containers:
        command += ["--containers", project.containers]
    if project.sources_program.exists():
        places = ("--home", str(project.home), "--mount", str(project.sources))
        command += ["--beside", shlex.join((str(project.sources_program), "serve", *places))]
    project.home.mkdir(parents=True, exist_ok=True)
    log = project.home / "localcloud.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    deadline = time.monotonic() + START_DEADLINE_S
    while time.monotonic() < deadline:
        laptop = find_laptop(project)
        if laptop is not None:
            return laptop
        if process.poll() is not None:
            words = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
            raise CloudUnavailable(f"the local cloud did not start: {' '.join(words[-1:])}")
        time.sleep(0.05)
    process.kill()
    raise CloudUnavailable(f"the local cloud did not answer in {START_DEADLINE_S} s: see {log}")


@contextmanager
def running_laptop(project: Project) -> Iterator[Laptop]:
    """The cloud that runs already; else one that lives as long as the block."""
    found = find_laptop(project)
    if found is not None:
        yield found
        return
    started = start_laptop(project)
    try:
        yield started
    finally:
        started.stop()


def _is_running(pid: int) -> bool:
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True

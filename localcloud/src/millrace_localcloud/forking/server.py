"""Starts one program again and again, quickly: as forks of a process that holds its imports."""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from typing import IO

from millrace_localcloud.forking.fork import Fork
from millrace_localcloud.processes import ChildProcesses, Running

_FORKS = Path(__file__).with_name("forks.py")
_PACKET_BYTES = 4096
_IMPORT_LIMIT_S = 60.0
"""What takes longer to import is given up, and each command started by itself."""


class ForkServer:
    """Starts commands of one interpreter; ``Starts``.

    A command that can't be forked is started as any other: where the system is not Linux, a file
    of a loaded module was edited, or a module started a thread.
    """

    def __init__(
        self,
        children: ChildProcesses,
        python: Path,
        program: str,
        *,
        env: Mapping[str, str],
        folder: Path,
        log: IO[bytes] | int,
    ) -> None:
        """Begin to import what ``program`` imports.

        Args:
            children: Starts the process, and knows its forks, so that all end with the cloud.
            python: Interpreter of the commands.
            program: A script's path; or a module's name, looked for in ``folder`` first.
            env: Variables during the imports; each fork has its own instead.
            folder: Where the imports are done.
            log: What is printed meanwhile.
        """
        self._children = children
        self._lock = threading.Lock()
        self._asked: deque[Future[Fork | None]] = deque()
        self._open = sys.platform == "linux"
        if not self._open:
            return
        self._requests, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._server = children.start(
                [python, "-P", _FORKS, program],
                env=env if os.sep in program else _finding(folder, env),
                cwd=folder,
                stdin=theirs.fileno(),
                stdout=log,
            )
        threading.Thread(target=self._listen, name=f"forks-{self._server.pid}", daemon=True).start()

    def start(
        self,
        command: Sequence[str | Path],
        *,
        env: Mapping[str, str],
        cwd: Path,
        stdout: IO[bytes] | int,
    ) -> Running:
        """Start ``command``: the interpreter, then ``-m <module> …`` or ``-P <script> …``."""
        arguments = [str(part) for part in command[1:]]
        told = json.dumps({"arguments": arguments, "env": dict(env), "folder": str(cwd)})
        fork = self._ask(told.encode(), stdout if isinstance(stdout, int) else stdout.fileno())
        return fork or self._children.start(command, env=env, cwd=cwd, stdout=stdout)

    def close(self) -> None:
        """Start nothing more by forking; the process ends with the last fork."""
        with self._lock:
            if self._open:
                self._open = False
                with suppress(OSError):
                    self._requests.shutdown(socket.SHUT_WR)

    def kill(self) -> None:
        """Kill the process and every fork."""
        self.close()
        if sys.platform == "linux":
            self._server.kill()

    def _ask(self, request: bytes, output: int) -> Fork | None:
        answer: Future[Fork | None] = Future()
        with self._lock:
            if not self._open:
                return None
            self._asked.append(answer)
            # It may have ended; and no request is longer than a socket's buffer.
            try:
                socket.send_fds(self._requests, [request], [output])
            except OSError:
                self._asked.remove(answer)
                return None
        try:
            return answer.result(_IMPORT_LIMIT_S)
        except TimeoutError:
            self.kill()
            return None

    def _listen(self) -> None:
        forks: dict[int, Fork] = {}
        with self._requests:
            while packet := self._receive():
                told = json.loads(packet)
                if "ended" in told:
                    self._end(forks.pop(told["ended"]), told["status"])
                    continue
                fork = None
                if pid := told["started"]:
                    fork = forks[pid] = Fork(pid)
                    self._children.adopt(fork)
                self._asked.popleft().set_result(fork)
            self.close()
        for answer in self._asked:
            answer.set_result(None)
        for fork in forks.values():  # they die with it
            self._end(fork, -signal.SIGKILL)
        self._server.wait()

    def _receive(self) -> bytes:
        with suppress(OSError):
            return self._requests.recv(_PACKET_BYTES)
        return b""

    def _end(self, fork: Fork, status: int) -> None:
        fork.end(status)
        self._children.forget(fork)


def _finding(folder: Path, env: Mapping[str, str]) -> dict[str, str]:
    """``python -m`` finds modules in its folder first."""
    path = [str(folder), *filter(None, [env.get("PYTHONPATH")])]
    return {**env, "PYTHONPATH": os.pathsep.join(path)}

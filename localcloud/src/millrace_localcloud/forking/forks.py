"""Runs programs in forks of an interpreter that has imported what they import.

Runs in a service's environment, so it imports nothing but Python's own: ``forks.py <program>``, a
script or a module, whose imports it takes over. Standard input is a socket of packets. Each that
comes asks for one fork and brings the file of its output; back goes the fork's process id, or none
where it can't be forked, and, once it has ended, its exit status.
"""

from __future__ import annotations

import ast
import ctypes
import gc
import importlib
import json
import os
import random
import runpy
import select
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Iterator, MutableMapping, Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

_PACKET_BYTES = 200_000
"""Longest request: what a socket's buffer holds."""
_SET_DEATH_SIGNAL = 1
"""``PR_SET_PDEATHSIG`` of Linux's ``prctl``."""

_SET_BY_PYTHON = "LC_CTYPE"
"""In a C locale, for itself and what it starts (PEP 538)."""


def main() -> None:
    """Fork for each request, until no more can come and every fork has ended."""
    preload(_file_of(sys.argv[1]))
    arguments = _serve(socket.socket(fileno=0))
    if arguments is not None:
        _run(arguments)


def _file_of(program: str) -> Path:
    if os.sep not in program:
        # Whatever a package raises, the program is the one to tell it.
        with suppress(Exception):
            spec = find_spec(program)
            return Path(spec.origin if spec and spec.origin else program)
    return Path(program)


def preload(program: Path) -> None:
    """Import the modules that a program's first level imports; what fails is left to it."""
    with suppress(SyntaxError, ValueError, OSError):
        for name in _imported(ast.parse(program.read_bytes())):
            with suppress(Exception):
                importlib.import_module(name)


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def changes(known: dict[str, int | None] | None = None) -> dict[str, int | None]:
    """When the files of modules were changed, of those that are loaded or known: code is edited."""
    files = known or [
        file for module in list(sys.modules.values()) if (file := getattr(module, "__file__", None))
    ]
    return {file: _changed_ns(file) for file in files}


def _changed_ns(file: str) -> int | None:
    with suppress(OSError):
        return Path(file).stat().st_mtime_ns
    return None


def _serve(requests: socket.socket) -> list[str] | None:
    """Returns in each fork, with the arguments to run it with; None once there is no more to do."""
    loaded = changes()
    gc.freeze()
    running: dict[int, int] = {}
    poll = select.poll()
    poll.register(requests, select.POLLIN)
    asked = True
    while asked or running:
        for descriptor, _ in poll.poll():
            if descriptor in running:
                poll.unregister(descriptor)
                _tell_end(requests, descriptor, running.pop(descriptor))
                continue
            message, outputs, *_ = socket.recv_fds(requests, _PACKET_BYTES, 1)
            if not message:
                poll.unregister(requests)
                asked = False
                continue
            alone = threading.active_count() == 1
            pid = os.fork() if alone and changes(loaded) == loaded else None
            if pid == 0:
                requests.detach()
                return _become(json.loads(message), outputs[0], list(running))
            if pid is not None:
                end = os.pidfd_open(pid)
                running[end] = pid
                poll.register(end, select.POLLIN)
            os.close(outputs[0])
            _tell(requests, {"started": pid})
    return None


def _tell_end(requests: socket.socket, descriptor: int, pid: int) -> None:
    os.close(descriptor)
    _, status = os.waitpid(pid, 0)
    _tell(requests, {"ended": pid, "status": os.waitstatus_to_exitcode(status)})


def _tell(requests: socket.socket, told: dict[str, Any]) -> None:
    # Whoever asked may be gone; what runs is ended by others then.
    with suppress(OSError):
        requests.send(json.dumps(told).encode())


def _become(told: dict[str, Any], output: int, not_its_own: Sequence[int]) -> list[str]:
    """Let this fork be as a new process is; its arguments."""
    server = os.getppid()
    os.setsid()
    ctypes.CDLL(None).prctl(_SET_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != server:
        os._exit(1)  # the server had ended before
    with Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    for descriptor in (output, *not_its_own):
        os.close(descriptor)
    _take_over(os.environ, told["env"])  # noqa: TID251
    os.chdir(told["folder"])
    tempfile.tempdir = None
    random.seed()
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed()
    arguments: list[str] = told["arguments"]
    return arguments


def _take_over(environ: MutableMapping[str, str], env: dict[str, str]) -> None:
    for name in environ.keys() - env.keys() - {_SET_BY_PYTHON}:
        del environ[name]
    environ.update(env)


def _run(arguments: list[str]) -> None:
    """What ``python <arguments>`` does: ``-m <module> …`` or ``-P <script> …``."""
    option, program, *rest = arguments
    sys.argv = [program, *rest]
    if option == "-m":
        sys.path.insert(0, str(Path.cwd()))
        runpy.run_module(program, run_name="__main__", alter_sys=True)
    else:
        runpy.run_path(program, run_name="__main__")


if __name__ == "__main__":
    main()

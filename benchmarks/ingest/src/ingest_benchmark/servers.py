"""An SFTP server and an S3, each in a process of its own, so that only clients are measured."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

USER, PASSWORD = "ana", "benchmark"
BUCKET = "landing"


@contextmanager
def serving(kind: str, *arguments: str) -> Iterator[int]:
    """Serve ``sftp FOLDER HOST_KEY_FILE`` or ``s3``; yield the port."""
    command = [sys.executable, "-m", "ingest_benchmark.servers", kind, *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            port = server.stdout.readline() if server.stdout else ""
            if not port:
                raise OSError(f"the {kind} server does not start")
            yield int(port)
        finally:
            server.terminate()


def s3_client(port: int) -> Any:
    """A client that signs no body's hash a second time, as the service's own does not."""
    import boto3
    from botocore.config import Config

    return boto3.client(
        "s3",
        endpoint_url=f"http://127.0.0.1:{port}",
        region_name="us-east-1",
        aws_access_key_id="benchmark",
        aws_secret_access_key="benchmark",
        config=Config(s3={"payload_signing_enabled": False}),
    )


async def _serve_sftp(folder: str, host_key_file: str) -> None:
    import asyncssh

    class Door(asyncssh.SSHServer):
        def password_auth_supported(self) -> bool:
            return True

        def validate_password(self, username: str, password: str) -> bool:
            return (username, password) == (USER, PASSWORD)

    class Files(asyncssh.SFTPServer):
        def __init__(self, channel: asyncssh.SSHServerChannel[bytes]) -> None:
            super().__init__(channel, chroot=str(Path(folder)).encode())

    acceptor = await asyncssh.listen(
        "127.0.0.1",
        0,
        server_host_keys=[host_key_file],
        server_factory=Door,
        sftp_factory=Files,
    )
    _tell(acceptor.get_port())
    await acceptor.wait_closed()


def _serve_s3() -> None:
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    _tell(server.get_host_and_port()[1])
    threading.Event().wait()


def _tell(port: int) -> None:
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    kind, *arguments = sys.argv[1:]
    if kind == "sftp":
        asyncio.run(_serve_sftp(*arguments))
    else:
        _serve_s3()

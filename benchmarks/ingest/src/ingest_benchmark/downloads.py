"""One way each to read a file over SFTP and hash it: entered it is connected, called it reads."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from ingest_benchmark.servers import PASSWORD, USER

Transfer = Callable[[], str]
"""Answers the SHA-256 of what was read."""
_MIB = 1024 * 1024


@contextmanager
def millrace(port: int, host_key: str, name: str) -> Iterator[Transfer]:
    """The service's own source."""
    from millrace_contracts.dataset import FtpSource
    from millrace_ingest.adapters.ftp import connect_ftp
    from millrace_ingest.adapters.memory import MemorySecrets

    spec = FtpSource(
        kind="ftp", url=f"sftp://127.0.0.1:{port}/", secret="own", host_key=host_key, match=name
    )
    secrets = MemorySecrets({"own": json.dumps({"user": USER, "password": PASSWORD})})
    with connect_ftp(spec, secrets) as source:
        (file,) = source.files()

        def read() -> str:
            digest = hashlib.sha256()
            for chunk in source.read(file):
                digest.update(chunk)
            return digest.hexdigest()

        yield read


@contextmanager
def bare_asyncssh(port: int, host_key: str, name: str) -> Iterator[Transfer]:
    """Bare asyncssh as it comes, 8 MiB at a time."""
    import asyncio

    import asyncssh

    loop = asyncio.new_event_loop()
    connection = loop.run_until_complete(
        asyncssh.connect(
            "127.0.0.1",
            port,
            username=USER,
            password=PASSWORD,
            known_hosts=([asyncssh.import_public_key(host_key)], [], []),
            config=None,
        )
    )
    session = loop.run_until_complete(connection.start_sftp_client())

    async def read() -> str:
        digest = hashlib.sha256()
        async with session.open(f"/{name}", "rb") as stream:
            while block := await stream.read(8 * _MIB):
                digest.update(block)  # type: ignore[arg-type]
        return digest.hexdigest()

    try:
        yield lambda: loop.run_until_complete(read())
    finally:
        connection.close()
        loop.run_until_complete(connection.wait_closed())
        loop.close()


@contextmanager
def paramiko_prefetch(port: int, host_key: str, name: str) -> Iterator[Transfer]:
    """Bare paramiko with every request of the file sent ahead, 1 MiB at a time."""
    import base64

    import paramiko

    key = paramiko.Ed25519Key(data=base64.b64decode(host_key.split()[1]))
    with paramiko.Transport(("127.0.0.1", port)) as transport:
        transport.connect(hostkey=key, username=USER, password=PASSWORD)
        session = paramiko.SFTPClient.from_transport(transport)
        if session is None:
            raise OSError("no SFTP session")

        def read() -> str:
            digest = hashlib.sha256()
            with session.open(f"/{name}", "rb") as stream:
                stream.prefetch()
                while block := stream.read(_MIB):
                    digest.update(block)
            return digest.hexdigest()

        yield read


DOWNLOADS: dict[str, Callable[[int, str, str], AbstractContextManager[Transfer]]] = {
    "millrace": millrace,
    "bare asyncssh": bare_asyncssh,
    "paramiko, prefetch": paramiko_prefetch,
}

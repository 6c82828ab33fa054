"""Source on an FTP, FTPS or SFTP server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from millrace_contracts.dataset import FtpSource
from millrace_ingest.adapters.ftp.address import Address
from millrace_ingest.adapters.ftp.server import Server
from millrace_ingest.adapters.ftp.source import ServerSource
from millrace_ingest.ports import Secrets
from millrace_ingest.secret import NO_SECRET, Secret


@contextmanager
def connect_ftp(spec: FtpSource, secrets: Secrets) -> Iterator[ServerSource]:
    """Open a source for the length of a context.

    Raises:
        SecretMissing, SecretMalformed: There is no such secret, or it lacks a field.
        SourceMalformed: The pattern cannot be understood, or no host key is declared.
        SourceRefused: The server does not let us in, or is not who it should be.
        SourceUnavailable: It cannot be reached just now.
    """
    secret = secrets.get(spec.secret) if spec.secret else NO_SECRET
    address = Address.parse(secret.address(spec.url))
    server = _open(spec, address, secret)
    try:
        yield ServerSource(spec, address, server)
    finally:
        server.close()


def _open(spec: FtpSource, address: Address, secret: Secret) -> Server:
    if address.scheme == "sftp":
        from millrace_ingest.adapters.ftp.sftp import SftpServer

        return SftpServer(spec, address, secret)
    from millrace_ingest.adapters.ftp.ftp import FtpServer

    return FtpServer(spec, address, secret)

"""A server that speaks SFTP."""

from __future__ import annotations

import asyncio
import posixpath
from collections.abc import Awaitable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

import asyncssh

from millrace_contracts.dataset import FtpSource
from millrace_ingest.adapters.ftp.address import Address
from millrace_ingest.adapters.ftp.server import CHUNK_BYTES, TIMEOUT_S, Entry
from millrace_ingest.errors import (
    SecretMalformed,
    SourceChanged,
    SourceMalformed,
    SourceMissing,
    SourceRefused,
    SourceUnavailable,
)
from millrace_ingest.secret import Secret

Answer = TypeVar("Answer")

_READ_BYTES = 2 * CHUNK_BYTES
"""Asked for at once, so that a distant server costs few waits; held in memory."""
_CIPHERS = "^aes128-gcm@openssh.com,aes256-gcm@openssh.com"
"""Those that a processor has instructions for come first."""


class SftpServer:
    """An SFTP session, driven by an event loop of its own."""

    def __init__(self, spec: FtpSource, address: Address, secret: Secret) -> None:
        self._shown = f"sftp://{address.host}:{address.port}"
        host_key = _host_key(spec, secret)
        private_keys = _private_keys(secret)
        self._runner = asyncio.Runner()
        try:
            with self._errors(self._shown):
                self._connection = self._run(
                    asyncssh.connect(
                        address.host,
                        address.port,
                        config=None,
                        known_hosts=host_key,
                        username=secret.get("user") or "anonymous",
                        password=secret.get("password"),
                        client_keys=private_keys,
                        agent_path=None,
                        encryption_algs=_CIPHERS,
                        compression_algs=None,
                        connect_timeout=TIMEOUT_S,
                        login_timeout=TIMEOUT_S,
                    )
                )
                self._session = self._run(self._connection.start_sftp_client())
        except BaseException:
            self._runner.close()
            raise

    def entries(self, folder: str) -> Sequence[Entry]:
        with self._errors(folder):
            try:
                return self._run(self._listed(folder))
            except asyncssh.SFTPNoSuchFile as exc:
                raise SourceMissing(f"there is nothing at {self._shown}{folder}") from exc

    def entry(self, path: str) -> Entry | None:
        with self._errors(path):
            try:
                attributes = self._run(self._session.stat(path))
            except asyncssh.SFTPNoSuchFile:
                return None
            return _entry(path, attributes)

    def read(self, path: str, begin: int) -> Iterator[bytes]:
        with self._errors(path):
            stream = self._run(self._session.open(path, "rb"))
            try:
                while block := self._run(stream.read(_READ_BYTES, begin)):
                    view = memoryview(block)  # type: ignore[arg-type]
                    for at in range(0, len(block), CHUNK_BYTES):
                        yield bytes(view[at : at + CHUNK_BYTES])
                    begin += len(block)
            finally:
                self._run(stream.close())

    def delete(self, path: str) -> None:
        with self._errors(path):
            self._run(self._session.remove(path))

    def rename(self, path: str, target: str) -> None:
        with self._errors(path):
            self._run(self._session.makedirs(posixpath.dirname(target), exist_ok=True))
            self._run(self._session.rename(path, target))

    def close(self) -> None:
        try:
            self._connection.abort()
        finally:
            self._runner.close()

    async def _listed(self, folder: str) -> list[Entry]:
        listed = []
        async for found in self._session.scandir(folder):
            name, attributes = str(found.filename), found.attrs
            if attributes.type == asyncssh.FILEXFER_TYPE_SYMLINK:
                try:
                    attributes = await self._session.stat(posixpath.join(folder, name))
                except asyncssh.SFTPNoSuchFile:
                    continue
            if attributes.type in (
                asyncssh.FILEXFER_TYPE_REGULAR,
                asyncssh.FILEXFER_TYPE_DIRECTORY,
            ):
                listed.append(_entry(name, attributes))
        return listed

    def _run(self, awaitable: Awaitable[Answer]) -> Answer:
        async def within_time() -> Answer:
            return await asyncio.wait_for(awaitable, TIMEOUT_S)

        # Not Runner.run: its search for its own SIGINT handler puts the answer's repr, which for
        # a block is a text of up to 16 MiB, into an error that nobody sees.
        return self._runner.get_loop().run_until_complete(within_time())

    @contextmanager
    def _errors(self, what: str) -> Iterator[None]:
        """Raise ours for asyncssh's, by their names alone: their texts may tell the user's name."""
        try:
            yield
        except asyncssh.SFTPNoSuchFile as exc:
            raise SourceChanged(f"{what} vanished") from exc
        except (
            asyncssh.HostKeyNotVerifiable,
            asyncssh.PermissionDenied,
            asyncssh.SFTPPermissionDenied,
            asyncssh.KeyExchangeFailed,
        ) as exc:
            raise SourceRefused(f"{self._shown}: {type(exc).__name__} ({what})") from exc
        except (asyncssh.Error, OSError, TimeoutError) as exc:
            raise SourceUnavailable(f"{self._shown}: {type(exc).__name__} ({what})") from exc


def _entry(path: str, attributes: asyncssh.SFTPAttrs) -> Entry:
    return Entry(
        name=posixpath.basename(path),
        is_folder=attributes.type == asyncssh.FILEXFER_TYPE_DIRECTORY,
        size_bytes=attributes.size or 0,
        modified=f"{attributes.mtime}.{attributes.mtime_ns or 0}",
    )


def _host_key(
    spec: FtpSource, secret: Secret
) -> tuple[list[asyncssh.SSHKey], list[str], list[str]] | None:
    if not spec.check_host:
        return None
    text = spec.host_key or secret.get("host_key")
    if not text:
        raise SourceMalformed(f"{spec.url}: no host_key, in the source or in its secret")
    try:
        return [asyncssh.import_public_key(text)], [], []
    except asyncssh.KeyImportError as exc:
        raise SourceMalformed(f"{spec.url}: host_key: {exc}") from exc


def _private_keys(secret: Secret) -> list[asyncssh.SSHKey]:
    text = secret.get("private_key")
    if text is None:
        return []
    try:
        return [asyncssh.import_private_key(text, secret.get("passphrase"))]
    except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError):
        problem = "its private_key cannot be read, or not with its passphrase"
    raise SecretMalformed(f"{secret!r}: {problem}")

"""A server that speaks FTP, plain or over explicit TLS."""

from __future__ import annotations

import ftplib
import posixpath
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from socket import socket

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

_NOT_UNDERSTOOD = ("500", "502", "504")
_NO_FILE = "550"
_SECONDS = len("20130101000000")


class _SameSessionTls(ftplib.FTP_TLS):
    """Data connections take the control connection's TLS session, as many servers require."""

    def ntransfercmd(self, cmd: str, rest: int | str | None = None) -> tuple[socket, int | None]:
        connection, size = ftplib.FTP.ntransfercmd(self, cmd, rest)
        if self._prot_p:  # type: ignore[attr-defined]
            session = self.sock.session if isinstance(self.sock, ssl.SSLSocket) else None
            connection = self.context.wrap_socket(
                connection, server_hostname=self.host, session=session
            )
        return connection, size


class FtpServer:
    """An FTP session; one that broke off in the middle of a file is opened anew."""

    def __init__(self, spec: FtpSource, address: Address, secret: Secret) -> None:
        self._spec = spec
        self._address = address
        self._secret = secret
        self._shown = f"{address.scheme}://{address.host}:{address.port}"
        self._session: ftplib.FTP | None = None
        self._has_mlsd = True
        with self._errors(self._shown):
            self._open()

    def entries(self, folder: str) -> Sequence[Entry]:
        with self._errors(folder):
            try:
                self._open().cwd(folder)
            except ftplib.error_perm as exc:
                if not str(exc).startswith(_NO_FILE):
                    raise
                raise SourceMissing(f"there is nothing at {self._shown}{folder}") from exc
            if self._has_mlsd:
                try:
                    return self._mlsd(folder)
                except ftplib.error_perm as exc:
                    if not str(exc).startswith(_NOT_UNDERSTOOD):
                        raise
                    self._has_mlsd = False
            return self._nlst(folder)

    def entry(self, path: str) -> Entry | None:
        with self._errors(path):
            session = self._open()
            try:
                session.voidcmd("TYPE I")
                size_bytes = session.size(path)
                modified = session.voidcmd(f"MDTM {path}").partition(" ")[2]
            except ftplib.error_perm as exc:
                if str(exc).startswith(_NO_FILE):
                    return None
                raise
            return Entry(posixpath.basename(path), False, size_bytes or 0, modified[:_SECONDS])

    def read(self, path: str, begin: int) -> Iterator[bytes]:
        with self._errors(path):
            session = self._open()
            self._session = None  # until the file has been read to its end
            try:
                session.voidcmd("TYPE I")
                with session.transfercmd(f"RETR {path}", begin or None) as data:
                    while chunk := data.recv(CHUNK_BYTES):
                        yield chunk
                    if isinstance(data, ssl.SSLSocket):
                        with suppress(OSError):
                            data.unwrap()
                session.voidresp()
            except BaseException:
                session.close()
                raise
            self._session = session

    def delete(self, path: str) -> None:
        with self._errors(path):
            try:
                self._open().delete(path)
            except ftplib.error_perm as exc:
                raise SourceRefused(f"{self._shown}: {path} may not be deleted") from exc

    def rename(self, path: str, target: str) -> None:
        with self._errors(path):
            session = self._open()
            try:
                try:
                    session.cwd(posixpath.dirname(target))
                except ftplib.error_perm:
                    session.mkd(posixpath.dirname(target))
                session.rename(path, target)
            except ftplib.error_perm as exc:
                raise SourceRefused(f"{self._shown}: {path} may not be moved") from exc

    def close(self) -> None:
        if self._session is not None:
            self._session.close()

    def _open(self) -> ftplib.FTP:
        if self._session is None:
            session = self._unconnected()
            try:
                session.connect(self._address.host, self._address.port)
                session.login(
                    self._secret.get("user") or "anonymous", self._secret.get("password") or ""
                )
                if isinstance(session, ftplib.FTP_TLS):
                    session.prot_p()
            except BaseException:
                session.close()
                raise
            self._session = session
        return self._session

    def _unconnected(self) -> ftplib.FTP:
        if self._address.scheme == "ftp":
            return ftplib.FTP(timeout=TIMEOUT_S)
        try:
            context = ssl.create_default_context(cadata=self._secret.get("ca_certificate"))
        except (ssl.SSLError, ValueError) as exc:
            raise SecretMalformed(f"{self._secret!r}: ca_certificate: {exc}") from exc
        if not self._spec.check_host:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return _SameSessionTls(context=context, timeout=TIMEOUT_S)

    def _mlsd(self, folder: str) -> list[Entry]:
        return [
            Entry(
                name=name,
                is_folder=facts.get("type") == "dir",
                size_bytes=int(facts.get("size", 0)),
                modified=facts.get("modify", "")[:_SECONDS],
            )
            for name, facts in self._open().mlsd(folder, ["type", "size", "modify"])
            if facts.get("type") in ("file", "dir")
        ]

    def _nlst(self, folder: str) -> list[Entry]:
        """For servers without MLSD (RFC 3659): one question more for each file."""
        if "/" in self._spec.match or "**" in self._spec.match:
            raise SourceMalformed(
                f"{self._shown}: a server without MLSD lists no folders in folders"
            )
        try:
            names = [posixpath.basename(name) for name in self._open().nlst(folder)]
        except ftplib.error_perm as exc:
            if str(exc).startswith(_NO_FILE):
                return []
            raise
        found = [self.entry(posixpath.join(folder, name)) for name in names]
        return [entry for entry in found if entry is not None]

    @contextmanager
    def _errors(self, what: str) -> Iterator[None]:
        """Raise ours for ftplib's, without the server's words: they may repeat the user's name."""
        try:
            yield
        except ftplib.error_perm as exc:
            code = str(exc)[:3]
            if code == _NO_FILE:
                raise SourceChanged(f"{what}: 550, vanished or not ours to touch") from exc
            raise SourceRefused(f"{self._shown}: {code} ({what})") from exc
        except ssl.SSLCertVerificationError as exc:
            raise SourceRefused(f"{self._shown}: {exc.verify_message}") from exc
        except (UnicodeError, ValueError) as exc:
            raise SourceMalformed(
                f"{self._shown}: a name that FTP cannot carry ({what!r})"
            ) from exc
        except (ftplib.Error, OSError, EOFError) as exc:
            if isinstance(self._session, ftplib.FTP):
                self._session.close()
            self._session = None
            raise SourceUnavailable(f"{self._shown}: {type(exc).__name__} ({what})") from exc

"""Real servers on loopback, each in a thread of its own, that offer one folder."""

from __future__ import annotations

import asyncio
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import asyncssh
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import FTPHandler, TLS_FTPHandler
from pyftpdlib.ioloop import IOLoop
from pyftpdlib.servers import FTPServer

USER, PASSWORD = "ana", "s3kr1t-word"
PATIENCE_S = 60


def make_certificate(folder):
    """A certificate for 127.0.0.1 that is its own authority, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public = certificate.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file = folder / "server.pem"
    file.write_bytes(private + public)
    return file, public.decode()


@contextmanager
def ftp_server(root, *, certificate=None, has_mlsd=True, dies_after=None):
    """Yield the port; ``dies_after`` cuts each data connection after so many bytes."""
    handler = type("Handler", (TLS_FTPHandler if certificate else FTPHandler,), {})
    if certificate:
        handler.certfile = str(certificate)
        handler.tls_control_required = handler.tls_data_required = True
    if not has_mlsd:
        handler.proto_cmds = {k: v for k, v in FTPHandler.proto_cmds.items() if k != "MLSD"}
    if dies_after is not None:
        handler.dtp_handler = _cut(handler.dtp_handler, dies_after)
    handler.authorizer = DummyAuthorizer()
    handler.authorizer.add_user(USER, PASSWORD, str(root), perm="elradfmwMT")
    loop = IOLoop()
    server = FTPServer(("127.0.0.1", 0), handler, ioloop=loop)
    is_over = threading.Event()

    def serve():
        while not is_over.is_set():
            server.serve_forever(timeout=0.05, blocking=False)
        server.close_all()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield server.socket.getsockname()[1]
    finally:
        is_over.set()
        thread.join(PATIENCE_S)


def _cut(dtp_handler, after_bytes):
    class Cut(dtp_handler):
        def handle_write(self):
            super().handle_write()
            if self.tot_bytes_sent > after_bytes:
                self.close()
                self.cmd_channel.close()

    return Cut


def _offering(root, dies_after):
    class Files(asyncssh.SFTPServer):
        def __init__(self, channel):
            super().__init__(channel, chroot=str(root))
            self._channel = channel
            self._given = 0

        def read(self, file_obj, offset, size):
            data = super().read(file_obj, offset, size)
            self._given += len(data)
            if dies_after is not None and self._given > dies_after:
                self._channel.get_connection().abort()
            return data

    return Files


def _guarding(authorized_key):
    class Door(asyncssh.SSHServer):
        def password_auth_supported(self):
            return authorized_key is None

        def validate_password(self, username, password):
            return (username, password) == (USER, PASSWORD)

        def public_key_auth_supported(self):
            return authorized_key is not None

        def validate_public_key(self, username, key):
            return key.public_data == authorized_key.public_data

    return Door


@contextmanager
def sftp_server(root, host_key, *, authorized_key=None, dies_after=None):
    """Yield the port; ``dies_after`` cuts the connection once so many bytes were read."""
    files, door = _offering(root, dies_after), _guarding(authorized_key)
    loop = asyncio.new_event_loop()
    started = threading.Event()
    port = []

    async def serve():
        acceptor = await asyncssh.listen(
            "127.0.0.1", 0, server_host_keys=[host_key], server_factory=door, sftp_factory=files
        )
        port.append(acceptor.get_port())
        started.set()
        await over.wait()
        acceptor.close()
        await acceptor.wait_closed()

    over = asyncio.Event()
    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()), daemon=True)
    thread.start()
    assert started.wait(PATIENCE_S)
    try:
        yield port[0]
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join(PATIENCE_S)
        loop.close()

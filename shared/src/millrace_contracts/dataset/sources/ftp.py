"""A folder of files on an FTP, FTPS or SFTP server."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from millrace_contracts.dataset.part import SpecPart
from millrace_contracts.dataset.sources.address import check_address

FolderName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}$")]


class FtpSource(SpecPart):
    """Files below a folder of a server.

    The secret's fields are ``user``, ``password``, for SFTP ``private_key`` (OpenSSH or PEM),
    ``passphrase`` and ``host_key``, for FTPS ``ca_certificate`` (PEM).
    """

    kind: Literal["ftp"]
    url: Annotated[
        str,
        Field(
            pattern=r"^(ftp|ftps|sftp)://(\[[0-9A-Fa-f:.]+\]|[^\s/@:?#]+)(:(\d{1,5}|\{port\}))?(/[^?#]*)?$"
        ),
    ]
    """Folder, as ``sftp://ftp.example.com/out/``; ``ftps`` is FTP with explicit TLS. It holds no
    user and no password. ``{host}`` and ``{port}`` are fields of the secret."""
    match: str = "*"
    """Glob below the folder; ``**`` spans folders."""
    secret: Annotated[str, Field(min_length=1)] | None = None
    """Name in Secrets Manager, or ``ssm:`` and a name in SSM. Without one: anonymous."""
    check_host: bool = True
    """Whether the server must prove who it is: by ``host_key`` (SFTP) or certificate (FTPS)."""
    host_key: str | None = None
    """An SFTP server's public key, as a line of ``ssh-keyscan`` without the host:
    ``ssh-ed25519 AAAA…``. It may stand in the secret instead."""
    settle_s: Annotated[float, Field(ge=0, le=300)] = 5
    """A new file lands once its size and time have stayed the same for this long; 0 trusts the
    server's listing."""
    after_landing: Literal["keep", "rename", "delete"] = "keep"
    """What becomes of a file at the server once its landed object and its record are durable."""
    renamed_to: FolderName = "landed"
    """Folder below the source's, into which ``rename`` moves files."""

    @model_validator(mode="after")
    def _parts_fit_the_protocol(self) -> Self:
        check_address(self.url, has_secret=self.secret is not None)
        if self.host_key is not None and not self.url.startswith("sftp:"):
            raise ValueError("host_key needs an sftp: URL")
        return self

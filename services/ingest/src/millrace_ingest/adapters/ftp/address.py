"""Where a server's folder is."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from millrace_ingest.errors import SourceMalformed

_PORTS = {"ftp": 21, "ftps": 21, "sftp": 22}


@dataclass(frozen=True, slots=True)
class Address:
    """A folder's URL, taken apart."""

    scheme: str
    host: str
    port: int
    folder: str
    """Without a slash at its end; empty for the server's root."""

    @classmethod
    def parse(cls, url: str) -> Address:
        """Read a URL. Raises SourceMalformed."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as exc:
            raise SourceMalformed(f"{url}: {exc}") from exc
        if not parts.hostname:
            raise SourceMalformed(f"{url}: no host")
        folder = unquote(parts.path).rstrip("/")
        return cls(parts.scheme, parts.hostname, port or _PORTS[parts.scheme], folder)

    def path(self, name: str) -> str:
        """Path of what lies below the folder."""
        return f"{self.folder}/{name}"

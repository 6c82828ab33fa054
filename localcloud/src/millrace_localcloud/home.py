"""The one directory in which the local cloud keeps everything."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Home:
    """Paths below the root; each is made on first use."""

    root: Path

    @property
    def lake(self) -> Path:
        """S3: one folder per bucket, one plain file per object."""
        return self._folder("lake")

    @property
    def aside(self) -> Path:
        """S3: bytes that no listing shows, as older versions and parts of uploads."""
        return self._folder("aside")

    @property
    def state(self) -> Path:
        """What survives a restart, beside the lake."""
        return self._folder("state")

    @property
    def logs(self) -> Path:
        """One file per child process."""
        return self._folder("logs")

    @property
    def mail(self) -> Path:
        """Delivered email, one ``.eml`` per message."""
        return self._folder("mail")

    @property
    def work(self) -> Path:
        """Scratch folders of jobs."""
        return self._folder("work")

    def _folder(self, name: str) -> Path:
        folder = self.root / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder

"""The one directory in which the local cloud keeps everything."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


class HomeInUse(RuntimeError):
    """Another local cloud that runs has this home."""


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

    @property
    def snapshot(self) -> Path:
        """The state of every service but the bytes of objects."""
        return self.state / "snapshot"

    @property
    def kept(self) -> Path:
        """Single services as they are since the snapshot."""
        return self._folder("state/kept")

    @property
    def endpoint(self) -> Path:
        """Says where a cloud that is ready answers."""
        return self.root / "endpoint.json"

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Keep other clouds out until this process ends or leaves. Raises HomeInUse."""
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise HomeInUse(
                    f"another local cloud runs in {self.root}: stop it or choose another home"
                ) from None
            yield

    def _folder(self, name: str) -> Path:
        folder = self.root / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder

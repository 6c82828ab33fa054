"""Every acknowledged change on disk before it is acknowledged.

A snapshot of everything costs too much for each request. So the backends that a request has used
are written alone, each into a file of its own, before the request is answered; a restart takes
up the snapshot and then the files that are newer. Requests that wait for the same backend share
one writing. What is written outlives the process; a power cut may take the last files.
"""

from __future__ import annotations

import hashlib
import itertools
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from millrace_localcloud.jobs.endings import Endings
from millrace_localcloud.persistence import pickling, snapshot
from millrace_localcloud.persistence.pickling import Place
from millrace_localcloud.persistence.uses import Use


class Keeping:
    """The files of single backends in ``<folder>/<number>-<backend>``."""

    unkept: Callable[[pickling.Backends, Exception], None] = staticmethod(
        lambda _backends, _exc: None
    )
    """Told of a backend that cannot be written."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.lock = threading.Lock()
        """Held while anything is written: a snapshot has all of a number or nothing."""
        self._telling = threading.RLock()
        self.endings = Endings()
        self.number = 0
        """Of the newest file; grows."""
        self._calls = itertools.count(1)
        self._called = 0
        self._covered: dict[Place, int] = {}
        self._files: dict[Place, tuple[bytes, Path]] = {}

    def keep_service(self, service: str) -> None:
        """Keep what a thread of the cloud's own did to a service, as moto calls it."""
        self._keep(set(pickling.places_of(service)))

    @contextmanager
    def ending(self, service: str) -> Iterator[None]:
        """Inside, such a thread ends its work; nobody is told of it before it is on disk.

        Nothing inside may send a request.
        """
        with self._telling:
            yield
            self.keep_service(service)
        self.endings.tell()

    def settle(self) -> None:
        """Return when every ending that an answer may tell of is on disk."""
        with self._telling:
            pass

    def keep(self, used: Iterable[Use]) -> None:
        """Return when these backends are on disk, as they are now or later."""
        self._keep({pickling.place_of(regions, region) for regions, region in used})

    def _keep(self, places: set[Place]) -> None:
        if not places:
            return
        self._called = call = next(self._calls)
        with self.lock:
            covers = self._called
            for place in places:
                if self._covered.get(place, 0) < call:
                    self._write(place)
                    self._covered[place] = covers

    def newer_than(self, number: int) -> list[Path]:
        """Files that a snapshot of ``number`` does not cover, oldest first; others are removed."""
        newer = []
        for file in sorted(self._folder.iterdir()):
            if file.suffix or _number(file) <= number:
                file.unlink()
            else:
                newer.append(file)
        self.number = max([number, *map(_number, newer)])
        return newer

    def covered(self, number: int) -> None:
        """Remove what a snapshot of ``number`` covers; the lock is held."""
        for place, (_digest, file) in list(self._files.items()):
            if _number(file) <= number:
                del self._files[place]
        for file in self._folder.iterdir():
            if _number(file) <= number:
                file.unlink()

    def _write(self, place: Place) -> None:
        backend = pickling.live_backend(place)
        if backend is None:
            return
        try:
            payload = pickling.dump({place: backend}, alone=True)
        except Exception as exc:
            self.unkept({place: backend}, exc)
            return
        digest = hashlib.sha256(payload).digest()
        known, before = self._files.get(place, (b"", None))
        if digest == known:
            return
        self.number += 1
        file = self._folder / f"{self.number:020d}-{'-'.join(place[1:])}"
        snapshot.write(file, payload, self.number, synced=False)
        self._files[place] = digest, file
        if before is not None:
            before.unlink()


def _number(file: Path) -> int:
    return int(file.name.partition("-")[0])

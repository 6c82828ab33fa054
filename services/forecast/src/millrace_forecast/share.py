"""Which instance of a job predicts which series."""

from __future__ import annotations

import zlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Share:
    """The part of the series that one of several instances predicts."""

    position: int
    """From 0."""
    count: int

    def holds(self, key: tuple[str, ...]) -> bool:
        """Whether a series is this instance's; its key alone decides, so that instances agree."""
        return zlib.crc32("\x1f".join(key).encode()) % self.count == self.position


WHOLE = Share(0, 1)

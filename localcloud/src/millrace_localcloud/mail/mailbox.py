"""The folder that every delivered email ends in."""

from __future__ import annotations

import itertools
import os
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import default
from pathlib import Path


class Mailbox:
    """Writes one ``.eml`` file per message; their names sort by time of delivery."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = itertools.count()

    def put(self, message: EmailMessage) -> Path:
        """Keep ``message``: the file appears whole or not at all."""
        delivered_at = datetime.now(UTC)
        # The process and the count tell messages of one microsecond apart.
        name = f"{delivered_at:%Y%m%dT%H%M%S.%fZ}-{os.getpid()}-{next(self._count):06d}.eml"
        file = self._folder / name
        unfinished = file.with_suffix(".unfinished")
        unfinished.write_bytes(message.as_bytes(policy=default))
        unfinished.rename(file)
        return file

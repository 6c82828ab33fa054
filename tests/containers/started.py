"""Which images containers were started from, told by the engine as it happens."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from contextlib import suppress
from pathlib import Path
from typing import Any

from requests.exceptions import RequestException

OWNER = "millrace.localcloud.home"
"""Label of every container that a cloud starts: the cloud's home."""
DEADLINE_S = 60


class Started:
    """Hears of every container; the engine itself remembers its last 256 events only."""

    def __init__(self, engine: Any) -> None:
        self._images: dict[str, set[str]] = defaultdict(set)
        filters = {"type": "container", "event": "start", "label": OWNER}
        self._events = engine.events(decode=True, filters=filters)
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def missing(self, home: Path, images: set[str]) -> set[str]:
        """Ids of those images of which the home's cloud has started no container."""
        deadline = time.monotonic() + DEADLINE_S
        while images - self._images[str(home)] and time.monotonic() < deadline:
            time.sleep(0.1)
        return images - self._images[str(home)]

    def close(self) -> None:
        with suppress(RequestException, OSError):
            self._events.close()
        self._listener.join(DEADLINE_S)

    def _listen(self) -> None:
        with suppress(RequestException, OSError, ValueError, AttributeError):
            for event in self._events:
                home = event["Actor"]["Attributes"][OWNER]
                self._images[home].add(event["Actor"]["Attributes"]["image"])

"""What ``spark-submit`` runs to start a JVM for many runs: tells where it listens, and waits.

Runs in the job's environment, so it imports nothing but Python's own.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path


def main() -> None:
    """Write port and secret to the file named in the first argument; wait until killed."""
    told = {name: os.environ[name] for name in ("PYSPARK_GATEWAY_PORT", "PYSPARK_GATEWAY_SECRET")}  # noqa: TID251
    file = Path(sys.argv[1])
    unfinished = file.with_suffix(".unfinished")
    unfinished.touch(mode=0o600)
    unfinished.write_text(json.dumps(told))
    unfinished.replace(file)
    while True:
        signal.pause()


if __name__ == "__main__":
    main()

"""Run one reader in this process: first on a few rows, for what loads late, then measured."""

from __future__ import annotations

import sys
from pathlib import Path

from ingest_benchmark.measure import tell_use
from ingest_benchmark.readers import READERS

if __name__ == "__main__":
    name, url, user, few, table, folder = sys.argv[1:]
    for each in (few, table):
        (Path(folder) / each).mkdir()
    with READERS[name](url, user, few, Path(folder) / few) as read:
        read()
    with READERS[name](url, user, table, Path(folder) / table) as read:
        tell_use(read)

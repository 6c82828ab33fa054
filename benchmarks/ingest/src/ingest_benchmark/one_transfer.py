"""Run one transfer in this process: first of a small file, for what loads late, then measured."""

from __future__ import annotations

import sys
from pathlib import Path

from ingest_benchmark.downloads import DOWNLOADS
from ingest_benchmark.measure import tell_use
from ingest_benchmark.uploads import UPLOADS


def download(way: str, port: str, host_key: str, small: str, large: str, expected: str) -> None:
    """Tell the use of reading the large file, if it is the one expected."""
    read_digests = []
    with DOWNLOADS[way](int(port), host_key, small) as read:
        read()
    with DOWNLOADS[way](int(port), host_key, large) as read:
        tell_use(lambda: read_digests.append(read()))
    if read_digests != [expected]:
        raise SystemExit(f"{way} read something else")


def upload(way: str, port: str, small: str, large: str, key: str) -> None:
    """Tell the use of putting the large file."""
    with UPLOADS[way](int(port), Path(small), f"{key}-small") as put:
        put()
    with UPLOADS[way](int(port), Path(large), key) as put:
        tell_use(put)


if __name__ == "__main__":
    kind, *arguments = sys.argv[1:]
    if kind == "download":
        download(*arguments)
    else:
        upload(*arguments)

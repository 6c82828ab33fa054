"""A process that reads a table of PostgreSQL once, and prints its rows and its peak of memory."""

from __future__ import annotations

import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryFile

from millrace_contracts.dataset import SqlSource
from millrace_contracts.state import LIVE, Extraction
from millrace_ingest.adapters.sql.feed import connect_sql
from millrace_ingest.secret import Secret

if __name__ == "__main__":
    url, user, table = sys.argv[1:]
    now = datetime.now(UTC)
    source = SqlSource(kind="sql", url=url, table=table, key=("id",))
    with connect_sql(source, Secret("s", {"user": user}), "") as feed, TemporaryFile() as sink:
        extraction = Extraction("rows", LIVE, "e1", "r1", now, "", "", "r1", now)
        reached = feed.read(extraction, sink, lambda: None, lambda: False)
    # Not getrusage's: that counts the parent's memory too, from before the exec.
    peak_kib = int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1])
    sys.stdout.write(f"{reached.records} {peak_kib * 1024}\n")

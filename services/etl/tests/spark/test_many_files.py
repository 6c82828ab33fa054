"""Thousands of landed files in one run; the benchmark of extremes has ten thousand."""

from datetime import date

from lake import LANDED_AT
from test_writes import COLUMNS

from millrace_contracts import LandingKey, ManifestFile

FILES = 2_000


def test_thousands_of_files_become_few(lake):
    lake.declare(
        COLUMNS,
        kind={"kind": "csv", "header": False},
        keys=["id"],
        write={"mode": "upsert", "partition_by": ["part"]},
    )
    # Each file has another row of the key that the file before it ends with.
    files = [_land(lake, n, f"{n},x,{n}\n{n + 1},y,{n}\n") for n in range(FILES)]

    event = lake.refine(*files)

    assert (event.rows_read, event.rows_written) == (2 * FILES, FILES + 1)
    assert event.rows_dropped == FILES - 1
    assert len(lake.files()) <= 40
    rows = {row["id"]: (row["part"], row["v"]) for row in lake.rows()}
    assert rows == {n: ("x", n) for n in range(FILES)} | {FILES: ("y", FILES - 1)}


def _land(lake, number, text):
    """A landed file, put where the local cloud keeps it: thousands of requests take a while."""
    key = str(LandingKey(lake.dataset, date(2024, 2, 29), "b1", f"{number:05d}.csv"))
    path = lake.path("landing", key)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return ManifestFile(
        bucket="landing",
        key=key,
        size_bytes=len(text),
        sha256="0" * 64,
        source=path.name,
        landed_at=LANDED_AT,
    )

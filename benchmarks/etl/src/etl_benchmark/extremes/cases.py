"""Inputs that break a careless job."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

from etl_benchmark.flights import copies
from etl_benchmark.job import spec_of_flights

_GB = 1000**3


@dataclass(frozen=True, slots=True)
class Input:
    """What a case wrote to its folder."""

    spec: dict[str, object]
    rows: int
    """That the table must hold."""
    heap: str = "2g"
    """Of the one JVM, which is driver and executor."""
    copies: int = 0
    """Files that are put beside each of the table, with as many rows, before it is compacted."""


def many_files(folder: Path, scale: float) -> Input:
    """Ten thousand files of a hundred rows; ten keys of each are in the next one too."""
    wanted = int(10_000 * scale)
    for number in range(wanted):
        first = number * 90
        rows = "".join(f"{n},{n % 20},{number}\n" for n in range(first, first + 100))
        (folder / f"{number:05d}.csv").write_text(f"id,part,v\n{rows}")
    return Input(_keyed("many_files"), 90 * (wanted - 1) + 100)


def skewed_keys(folder: Path, scale: float) -> Input:
    """Nine rows of ten have one key, and nearly all are of one partition."""
    wanted = int(20_000_000 * scale)
    for number in range(4):
        rows = (
            f"{n},{n % 20},{n}\n" if n % 10 == 0 else f"7,1,{n}\n" for n in range(number, wanted, 4)
        )
        with (folder / f"{number}.csv").open("w") as out:
            out.write("id,part,v\n")
            out.writelines(rows)
    return Input(_keyed("skewed_keys"), len(range(0, wanted, 10)) + 1)


def small_memory(folder: Path, scale: float) -> Input:
    """Three gigabytes of flights on a heap of one, every check on."""
    years = copies()
    header, total = next(years), 0
    for number in range(3):
        with (folder / f"{number}.csv").open("wb") as out:
            out.write(header)
            while out.tell() < _GB * scale:
                year = next(years)
                total += year.count(b"\n")
                out.write(year)
    return Input(spec_of_flights("small_memory", "csv"), total, heap="1g")


def small_files(folder: Path, scale: float) -> Input:
    """A table of 200 files of 1 MB, to be compacted: numbers that no codec makes smaller."""
    rows, copied, draw = 120_000, max(1, int(200 * scale)) - 1, Random(1)
    with (folder / "0.csv").open("w") as out:
        out.write("id,part,v\n")
        out.writelines(
            f"{draw.getrandbits(31)},{n % 2},{draw.getrandbits(31)}\n" for n in range(rows)
        )
    keyless = _keyed("small_files") | {"keys": [], "write": {"mode": "append"}}
    return Input(keyless, rows * (copied + 1), copies=copied)


def large_partition(folder: Path, scale: float) -> Input:
    """Texts that no codec makes smaller than 700 MB, all of one partition."""
    wanted, draw = int(1_450_000 * scale), Random(1)
    for number in range(4):
        with (folder / f"{number}.csv").open("w") as out:
            out.write("id,part,v\n")
            for row in range(number, wanted, 4):
                out.write(f"{row},1,{b64encode(draw.randbytes(480)).decode()}\n")
    unlike = {
        "keys": [],
        "columns": [
            {"name": "id", "type": "int"},
            {"name": "part", "type": "int"},
            {"name": "v", "type": "string"},
        ],
        "write": {"mode": "append", "partition_by": ["part"]},
    }
    return Input(_keyed("large_partition") | unlike, wanted)


def _keyed(dataset: str) -> dict[str, object]:
    return {
        "name": dataset,
        "owner": {"team": "benchmark", "email": "benchmark@example.com"},
        "source": {"kind": "filesystem", "url": "file:///benchmark"},
        "format": {"kind": "csv"},
        "columns": [
            {"name": "id", "type": "int", "required": True},
            {"name": "part", "type": "int", "range": [0, 19]},
            {"name": "v", "type": "int"},
        ],
        "keys": ["id"],
        "write": {"mode": "upsert", "partition_by": ["part"]},
    }


CASES: dict[str, Callable[[Path, float], Input]] = {
    "files": many_files,
    "skew": skewed_keys,
    "memory": small_memory,
    "compact": small_files,
    "large": large_partition,
}

"""Copies of the heaviest libraries, whose memory does not depend on how they were installed.

Linux may map a library's cached pages in the units in which they were written: of pyarrow as its
wheel had just been unpacked 15 MiB more, and as it was written at once 31 MiB more, than the 64 KiB
about each fault that are mapped elsewhere. Nobody asked for these pages, and the kernel takes them
back for nothing. A copy that is written a little at a time has no larger units.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

_HEAVY = ("adbc_driver_manager", "adbc_driver_postgresql", "cryptography", "pyarrow")
_UNUSED = frozenset({"include", "tests", "libarrow_flight.so"})
_WRITTEN_BYTES = 16 * 1024


def copy_libraries(folder):
    """Copy them below a folder, which then stands first on a worker's path."""
    for name in _HEAVY:
        package = Path(find_spec(name).origin).parent
        for file in package.rglob("*"):
            within = file.relative_to(package)
            names = {within.parts[0], file.name.partition(".so")[0] + ".so"}
            if file.is_file() and not names & _UNUSED:
                _copy(file, folder / name / within)


def _copy(file, copied):
    copied.parent.mkdir(parents=True, exist_ok=True)
    with file.open("rb", buffering=0) as read, copied.open("wb", buffering=0) as written:
        while piece := read.read(_WRITTEN_BYTES):
            written.write(piece)

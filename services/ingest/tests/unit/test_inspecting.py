"""Compressed files that are cut off or broken at their source land nowhere, and are named."""

from __future__ import annotations

import gzip
import io
import random
import zipfile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from laptop import Laptop

from millrace_ingest.errors import SourceDamaged, SourceUnavailable
from millrace_ingest.inspecting import Damaged, inspection_of

ROWS = b"".join(b"%d,JFK\n" % number for number in range(40_000))
NOISE = random.Random(7).randbytes(300_000)


def _zstd(content):
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(content)
    return sink.getvalue().to_pybytes()


def _zip(content):
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", content)
        archive.comment = b"of the day"
    return sink.getvalue()


def _parquet(content):
    sink = io.BytesIO()
    pq.write_table(pa.table({"line": content.split(b"\n")}), sink)
    return sink.getvalue()


SKIPPABLE = (0x184D2A53).to_bytes(4, "little") + (3).to_bytes(4, "little") + b"abc"
WHOLE = {
    "gz": gzip.compress(ROWS),
    "GZ": gzip.compress(NOISE),
    "tgz": gzip.compress(ROWS) + gzip.compress(b"") + gzip.compress(NOISE) + bytes(4096),
    "zst": _zstd(ROWS) + SKIPPABLE + _zstd(NOISE),
    "zip": _zip(ROWS),
    "parquet": _parquet(ROWS),
}


def inspect(name, content, step):
    inspection = inspection_of(name)
    for begin in range(0, len(content), step):
        inspection.add(content[begin : begin + step])
    inspection.end()


@pytest.mark.parametrize("ending", WHOLE)
@pytest.mark.parametrize("step", [7, 1000, 1024 * 1024])
def test_a_whole_file_is_found_whole_however_it_is_cut_into_chunks(ending, step):
    inspect(f"a.{ending}", WHOLE[ending], step)


@pytest.mark.parametrize("ending", WHOLE)
def test_a_file_that_is_cut_off_anywhere_is_found_out(ending):
    content = WHOLE[ending].rstrip(b"\0")
    chosen = random.Random(8).sample(range(1, len(content)), 40)
    # Between two members or frames lies a whole file.
    whole = {len(gzip.compress(ROWS)), len(gzip.compress(ROWS) + gzip.compress(b""))}
    whole |= {len(_zstd(ROWS)), len(_zstd(ROWS) + SKIPPABLE)}
    for size_bytes in {0, *chosen, len(content) - 1} - whole:
        with pytest.raises(Damaged):
            inspect(f"a.{ending}", content[:size_bytes], 4096)


@pytest.mark.parametrize("at", [4, 20, 1000, -6])
def test_a_gzip_with_a_wrong_byte_or_check_sum_is_found_out(at):
    content = bytearray(WHOLE["GZ"])
    content[at] ^= 0xFF if at != 4 else 0
    content[3] ^= 0xFF if at == 4 else 0
    with pytest.raises(Damaged):
        inspect("a.gz", content, 4096)


@pytest.mark.parametrize("ending", ["gz", "zst"])
def test_what_is_no_compressed_file_is_found_out(ending):
    with pytest.raises(Damaged):
        inspect(f"a.{ending}", ROWS, 4096)
    with pytest.raises(Damaged):
        inspect(f"a.{ending}", WHOLE[ending] + b"origin", 4096)


def test_a_file_of_any_other_name_may_end_anywhere():
    inspect("a.csv", ROWS[:1000], 10)
    inspect("gz", b"", 10)


@pytest.mark.parametrize("ending", ["gz", "zst", "zip", "parquet"])
def test_a_file_that_is_cut_off_at_its_source_lands_nowhere_until_it_is_whole(ending):
    laptop = Laptop()
    laptop.source.put(f"a.csv.{ending}", WHOLE[ending][:-30])
    with pytest.raises(SourceDamaged, match=rf"a\.csv\.{ending}: it"):
        laptop.land("r1")
    assert laptop.landing.objects == {}

    laptop.source.put(f"a.csv.{ending}", WHOLE[ending])
    assert laptop.land("r1").files == 1
    assert [content for _, content in laptop.manifest("r1")] == [WHOLE[ending]]


class _BreaksOff:
    """A source whose connection breaks once, behind some bytes."""

    def __init__(self, source, behind):
        self._source, self._behind = source, behind
        self.read_bytes = 0

    def __getattr__(self, name):
        return getattr(self._source, name)

    def read(self, file, begin=0):
        for chunk in self._source.read(file, begin):
            self.read_bytes += len(chunk)
            if self._behind is not None and self.read_bytes > self._behind:
                self._behind = None
                raise SourceUnavailable("gone")
            yield chunk


@pytest.mark.parametrize("lacks", [0, 30])
def test_a_gzip_that_a_second_call_goes_on_with_is_inspected_from_its_beginning(lacks):
    content = gzip.compress(bytes(20_000_000), 0)
    laptop = Laptop()
    laptop.source.put("a.gz", content[: len(content) - lacks])
    laptop.source = _BreaksOff(laptop.source, 15_000_000)
    with pytest.raises(SourceUnavailable):
        laptop.land("r1")

    if lacks:
        with pytest.raises(SourceDamaged):
            laptop.land("r1")
        assert laptop.landing.objects == {}
    else:
        assert laptop.land("r1").files == 1
        assert list(laptop.landing.objects.values()) == [content]

"""How big the files of a table are; the benchmark of extremes has one of 700 MB."""

import base64
import random

import pytest

TARGET_BYTES = 8 * 1024**2
FILE_BYTES = 4 * 1024**2
COLUMNS = [{"name": "part", "type": "string"}, {"name": "text", "type": "string"}]


@pytest.fixture
def target_mb(session):
    """The job's own target; it is made small for this test."""
    name = "spark.sql.adaptive.advisoryPartitionSizeInBytes"
    before = session.conf.get(name)
    session.conf.set(name, str(TARGET_BYTES))
    yield int(before.removesuffix("m"))
    session.conf.set(name, before)


@pytest.mark.parametrize("partition_by", [[], ["part"]])
def test_a_big_partition_becomes_files_of_128_to_512_mb(lake, target_mb, partition_by):
    lake.declare(COLUMNS, write={"mode": "append", "partition_by": partition_by})
    draw = random.Random(3)

    def text():
        # No codec makes it much smaller: the files are as big as the rows that are shuffled.
        return base64.b64encode(draw.randbytes(1536)).decode()

    def landed(number):
        rows = "".join(f"x,{text()}\n" for _ in range(FILE_BYTES // 2048))
        return lake.land(f"part,text\n{rows}", name=f"{number}.csv")

    lake.refine(*[landed(number) for number in range(6)])

    scale = target_mb / TARGET_BYTES
    sizes = [lake.path("refined", key).stat().st_size * scale for key in lake.files()]
    assert len(sizes) >= 2
    assert [size for size in sizes if not 128 <= size <= 512] == []

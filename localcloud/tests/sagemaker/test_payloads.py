from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from millrace_localcloud.sagemaker.errors import JobFailed
from millrace_localcloud.sagemaker.payloads import batched_lines, single_lines, whole_payload

MOST = 8
LINES = st.lists(st.binary(max_size=MOST - 1).filter(lambda line: b"\n" not in line))


@given(LINES)
def test_batches_are_the_whole_object_in_lines_as_many_as_fit(lines):
    source = b"".join(line + b"\n" for line in lines)

    batches = list(batched_lines(BytesIO(source), MOST))

    assert b"".join(batches) == source
    assert all(batch.endswith(b"\n") and len(batch) <= MOST for batch in batches)
    firsts = [len(batch.split(b"\n")[0]) + 1 for batch in batches[1:]]
    assert all(len(batch) + first > MOST for batch, first in zip(batches[:-1], firsts, strict=True))


@given(LINES)
def test_single_lines_are_the_lines(lines):
    source = b"".join(line + b"\n" for line in lines)

    assert list(single_lines(BytesIO(source), MOST)) == lines


@pytest.mark.parametrize("split", [whole_payload, single_lines, batched_lines])
def test_a_record_of_the_largest_size_fits_and_one_more_byte_does_not(split):
    assert list(split(BytesIO(b"x" * MOST), MOST)) == [b"x" * MOST]
    with pytest.raises(JobFailed, match="Too much data for max payload size"):
        list(split(BytesIO(b"x" * (MOST + 1)), MOST))

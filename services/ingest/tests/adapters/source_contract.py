"""What every Source must do. Subclass it and provide the ``bench`` fixture."""

from __future__ import annotations

import pytest

from millrace_ingest.errors import SourceChanged


class SourceContract:
    """``bench`` offers ``put``, ``remove`` and ``connect``, a context manager of a Source."""

    def test_files_come_by_name_with_their_sizes(self, bench):
        bench.put("b.csv", b"22")
        bench.put("a.csv", b"1")

        with bench.connect() as source:
            listed = [(file.name, file.size_bytes) for file in source.files()]
        assert listed == [("a.csv", 1), ("b.csv", 2)]

    def test_a_file_is_read_whole(self, bench):
        content = bytes(range(256)) * 10_000
        bench.put("a.csv", content)

        with bench.connect() as source:
            (file,) = source.files()
            chunks = list(source.read(file))
            assert source.is_current(file)
        assert b"".join(chunks) == content
        assert len(chunks) > 1

    def test_an_unchanged_file_keeps_its_id_and_a_changed_one_does_not(self, bench):
        bench.put("a.csv", b"1")
        with bench.connect() as source:
            (before,) = source.files()
        with bench.connect() as source:
            assert source.files() == [before]

        bench.put("a.csv", b"other")
        with bench.connect() as source:
            (after,) = source.files()
            assert after.source == before.source
            assert after.file_id != before.file_id
            assert not source.is_current(before)

    def test_a_file_that_vanished_is_named(self, bench):
        bench.put("a.csv", b"1")
        bench.put("b.csv", b"2")
        with bench.connect() as source:
            first = source.files()[0]
        bench.remove("a.csv")

        with bench.connect() as source:
            assert not source.is_current(first)
            with pytest.raises(SourceChanged, match=r"a\.csv"):
                list(source.read(first))

from __future__ import annotations

import os
import zipfile
from contextlib import contextmanager

import pytest
from source_contract import SourceContract

from millrace_contracts.dataset import FileSystemSource
from millrace_ingest.adapters.filesystem import connect_filesystem
from millrace_ingest.adapters.memory import MemorySource
from millrace_ingest.errors import SourceChanged, SourceMalformed, SourceMissing


class MemoryBench:
    def __init__(self):
        self._source = MemorySource()
        self.put = self._source.put
        self.remove = self._source.remove

    @contextmanager
    def connect(self):
        yield self._source


class FolderBench:
    def __init__(self, mount):
        self._folder = mount / "out"
        self._folder.mkdir()
        self._mount = mount

    def put(self, name, content):
        (self._folder / name).parent.mkdir(parents=True, exist_ok=True)
        (self._folder / name).write_bytes(content)

    def remove(self, name):
        (self._folder / name).unlink()

    def connect(self, match="*"):
        spec = FileSystemSource(kind="filesystem", url="file://{mount}/out", match=match)
        return connect_filesystem(spec, str(self._mount))


class ArchiveBench:
    def __init__(self, mount):
        self._mount = mount
        self._contents = {}

    def put(self, name, content):
        self._contents[name] = content
        self._write()

    def remove(self, name):
        del self._contents[name]
        self._write()

    def connect(self):
        spec = FileSystemSource(kind="filesystem", url="zip://::file://{mount}/out.zip")
        return connect_filesystem(spec, str(self._mount))

    def _write(self):
        with zipfile.ZipFile(self._mount / "out.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in self._contents.items():
                member = zipfile.ZipInfo(name, (2013, 12, 31, 0, 0, 0))
                archive.writestr(member, content)


class TestMemorySource(SourceContract):
    @pytest.fixture
    def bench(self):
        return MemoryBench()


class TestFolder(SourceContract):
    @pytest.fixture
    def bench(self, tmp_path):
        return FolderBench(tmp_path)

    def test_ids_do_not_depend_on_where_the_folder_is_mounted(self, bench, tmp_path):
        bench.put("a.csv", b"1")
        with bench.connect() as source:
            (before,) = source.files()
        moved = tmp_path.rename(tmp_path.with_name("elsewhere"))
        spec = FileSystemSource(kind="filesystem", url="file://{mount}/out")

        with connect_filesystem(spec, str(moved)) as source:
            (after,) = source.files()
        assert after.file_id == before.file_id
        assert before.source == "file://{mount}/out/a.csv"

    @pytest.mark.parametrize(
        ("match", "names"),
        [
            ("*", ["a.csv", "b.txt"]),
            ("*.csv", ["a.csv"]),
            ("**", ["a.csv", "b.txt", "d/c.csv", "d/e/f.csv"]),
            ("**/*.csv", ["a.csv", "d/c.csv", "d/e/f.csv"]),
            ("d/*.csv", ["d/c.csv"]),
            ("[ab].*", ["a.csv", "b.txt"]),
            ("none*", []),
        ],
    )
    def test_the_pattern_chooses_files_below_the_folder(self, bench, match, names):
        for name in ("a.csv", "b.txt", "d/c.csv", "d/e/f.csv"):
            bench.put(name, b"1")

        with bench.connect(match) as source:
            assert [file.name for file in source.files()] == names

    def test_a_folder_whose_name_looks_like_a_pattern_is_taken_literally(self, tmp_path):
        mount = tmp_path / "data[1]*"
        mount.mkdir()
        bench = FolderBench(mount)
        bench.put("a.csv", b"1")

        with bench.connect() as source:
            assert [file.name for file in source.files()] == ["a.csv"]

    def test_a_touched_file_is_a_new_version(self, bench, tmp_path):
        bench.put("a.csv", b"1")
        with bench.connect() as source:
            (before,) = source.files()
            os.utime(tmp_path / "out" / "a.csv", (1, 1))
            assert not source.is_current(before)


class TestArchive(SourceContract):
    @pytest.fixture
    def bench(self, tmp_path):
        return ArchiveBench(tmp_path)

    def test_an_archive_written_again_with_the_same_members_is_nothing_new(self, bench):
        bench.put("a.csv", b"1")
        with bench.connect() as source:
            before = source.files()
        bench.put("a.csv", b"1")

        with bench.connect() as source:
            assert source.files() == before

    def test_a_damaged_member_is_named(self, bench, tmp_path):
        bench.put("a.csv", os.urandom(4096))
        with bench.connect() as source:
            (file,) = source.files()
        damaged = bytearray((tmp_path / "out.zip").read_bytes())
        damaged[2000] ^= 0xFF
        (tmp_path / "out.zip").write_bytes(damaged)

        with bench.connect() as source, pytest.raises(SourceChanged, match=r"a\.csv"):
            list(source.read(file))


def _connect(url, match="*"):
    spec = FileSystemSource(kind="filesystem", url=url, match=match)
    return connect_filesystem(spec, "/nowhere")


def test_a_missing_folder_is_named_and_not_taken_for_an_empty_one(tmp_path):
    with _connect(f"file://{tmp_path}/none") as source, pytest.raises(SourceMissing, match="none"):
        source.files()


def test_a_missing_archive_is_named():
    with (
        pytest.raises(SourceMissing, match=r"out\.zip"),
        _connect("zip://::file://{mount}/out.zip"),
    ):
        pass


@pytest.mark.parametrize("url", ["nosuch://x", "zip://::file://" + __file__])
def test_what_cannot_be_understood_is_refused(url):
    with pytest.raises(SourceMalformed), _connect(url):
        pass


def test_a_pattern_that_is_none_is_refused():
    with pytest.raises(SourceMalformed, match="match"), _connect("file:///", match="a**b"):
        pass

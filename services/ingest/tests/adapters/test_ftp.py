from __future__ import annotations

import json
import os
import sys

import asyncssh
import pytest
from ftp_servers import PASSWORD, USER, ftp_server, make_certificate, sftp_server
from source_contract import SourceContract

from millrace_contracts.dataset import FtpSource
from millrace_ingest.adapters.ftp import connect_ftp
from millrace_ingest.adapters.memory import MemorySecrets
from millrace_ingest.errors import (
    SecretMissing,
    SourceMalformed,
    SourceMissing,
    SourceRefused,
    SourceUnavailable,
)

HOST_KEY = asyncssh.generate_private_key("ssh-ed25519")
USER_KEY = asyncssh.generate_private_key("ssh-ed25519")
PUBLIC_HOST_KEY = HOST_KEY.export_public_key().decode().strip()


class Bench:
    """A server's folder, and the spec that reads it."""

    def __init__(self, folder, scheme, port, secret, **spec):
        self.folder = folder
        self._url = f"{scheme}://127.0.0.1:{port}/out"
        self._secret = {"user": USER, "password": PASSWORD} | secret
        self._spec = {"settle_s": 0} | spec
        self._puts = 0

    def put(self, name, content):
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        self._puts += 1
        os.utime(file, (1_400_000_000 + self._puts, 1_400_000_000 + self._puts))

    def remove(self, name):
        (self.folder / name).unlink()

    def connect(self, *, secret=None, **spec):
        declared = {"kind": "ftp", "url": self._url, "secret": "millrace/ftp"} | self._spec | spec
        texts = {"millrace/ftp": json.dumps(self._secret | (secret or {}))}
        return connect_ftp(FtpSource.model_validate(declared), MemorySecrets(texts))


@pytest.fixture
def folder(tmp_path):
    out = tmp_path / "server" / "out"
    out.mkdir(parents=True)
    return out


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    return make_certificate(tmp_path_factory.mktemp("tls"))


class ServerContract(SourceContract):
    def test_the_pattern_chooses_files_below_the_folder(self, bench):
        for name in ("a.csv", "b.txt", "d/c.csv", "d/e/f.csv"):
            bench.put(name, b"1")

        found = {}
        for match in ("*", "*.csv", "**/*.csv", "d/*.csv"):
            with bench.connect(match=match) as source:
                found[match] = [file.name for file in source.files()]
        assert found == {
            "*": ["a.csv", "b.txt"],
            "*.csv": ["a.csv"],
            "**/*.csv": ["a.csv", "d/c.csv", "d/e/f.csv"],
            "d/*.csv": ["d/c.csv"],
        }

    def test_a_read_goes_on_at_an_offset(self, bench):
        bench.put("a.csv", bytes(range(256)) * 20_000)
        with bench.connect() as source:
            (file,) = source.files()
            assert (
                b"".join(source.read(file, 5_000_001)) == (bytes(range(256)) * 20_000)[5_000_001:]
            )

    def test_a_landed_file_is_deleted_where_the_spec_says_so(self, bench):
        bench.put("a.csv", b"1")
        with bench.connect(after_landing="delete") as source:
            (file,) = source.files()
            source.release(file)
            source.release(file)
            assert source.files() == []

    def test_a_landed_file_is_moved_and_never_over_another(self, bench):
        for content in (b"1", b"22"):
            bench.put("a.csv", content)
            with bench.connect(after_landing="rename", match="**") as source:
                (file,) = source.files()
                source.release(file)
                source.release(file)
                assert source.files() == []

        assert sorted(file.read_bytes() for file in (bench.folder / "landed").iterdir()) == [
            b"1",
            b"22",
        ]

    def test_a_version_that_has_not_landed_is_neither_deleted_nor_moved(self, bench):
        bench.put("a.csv", b"1")
        for after_landing in ("delete", "rename"):
            with bench.connect(after_landing=after_landing) as source:
                (file,) = source.files()
                bench.put("a.csv", b"newer")
                source.release(file)
                assert [file.size_bytes for file in source.files()] == [5]

    def test_a_wrong_password_is_refused_and_never_shown(self, bench):
        with (
            pytest.raises(SourceRefused) as caught,
            bench.connect(secret={"password": "wr0ng-word"}),
        ):
            pass
        error = caught.value
        assert "wr0ng-word" not in repr(error)
        assert USER not in str(error)

    def test_a_missing_folder_is_named(self, bench):
        bench.folder.rmdir()
        with bench.connect() as source, pytest.raises(SourceMissing, match="/out"):
            source.files()

    def test_a_name_from_the_server_stays_below_the_folder(self, bench):
        (bench.folder.parent / "other.csv").write_bytes(b"1")
        bench.put("..evil.csv", b"1")
        with bench.connect(match="**") as source:
            assert [file.name for file in source.files()] == ["..evil.csv"]


class TestFtp(ServerContract):
    @pytest.fixture
    def bench(self, folder):
        with ftp_server(folder.parent) as port:
            yield Bench(folder, "ftp", port, {})

    def test_a_disconnect_in_the_middle_is_named_and_the_rest_can_be_read(self, folder):
        content = os.urandom(6_000_000)
        with ftp_server(folder.parent, dies_after=3_000_000) as port:
            bench = Bench(folder, "ftp", port, {})
            bench.put("a.csv", content)
            got = b""
            with bench.connect() as source:
                (file,) = source.files()
                with pytest.raises(SourceUnavailable):
                    for chunk in source.read(file):
                        got += chunk
                assert 0 < len(got) < len(content)
                assert content.startswith(got)

    def test_a_server_without_mlsd_is_asked_file_by_file(self, folder):
        with ftp_server(folder.parent, has_mlsd=False) as port:
            bench = Bench(folder, "ftp", port, {})
            bench.put("a.csv", b"1")
            bench.put("d/b.csv", b"22")
            with bench.connect() as source:
                (file,) = source.files()
                assert (file.name, file.size_bytes, source.is_current(file)) == ("a.csv", 1, True)
            with bench.connect(match="**") as source, pytest.raises(SourceMalformed, match="MLSD"):
                source.files()


class TestFtpOverTls(ServerContract):
    @pytest.fixture
    def bench(self, folder, certificate):
        with ftp_server(folder.parent, certificate=certificate[0]) as port:
            yield Bench(folder, "ftps", port, {"ca_certificate": certificate[1]})

    def test_a_server_whose_certificate_nobody_vouches_for_is_refused(self, folder, certificate):
        with ftp_server(folder.parent, certificate=certificate[0]) as port:
            bench = Bench(folder, "ftps", port, {})
            with pytest.raises(SourceRefused, match="certificate"), bench.connect():
                pass
            with bench.connect(check_host=False) as source:
                assert source.files() == []


class TestSftp(ServerContract):
    @pytest.fixture
    def bench(self, folder):
        with sftp_server(folder.parent, HOST_KEY) as port:
            yield Bench(folder, "sftp", port, {}, host_key=PUBLIC_HOST_KEY)

    def test_a_server_with_another_key_is_refused(self, bench):
        other = USER_KEY.export_public_key().decode()
        with pytest.raises(SourceRefused, match="HostKey"), bench.connect(host_key=other):
            pass

    def test_a_server_is_not_trusted_without_a_key_unless_the_spec_says_so(self, bench):
        with pytest.raises(SourceMalformed, match="host_key"), bench.connect(host_key=None):
            pass
        with bench.connect(host_key=None, secret={"host_key": PUBLIC_HOST_KEY}) as source:
            assert source.files() == []
        with bench.connect(host_key=None, check_host=False) as source:
            assert source.files() == []

    def test_a_key_opens_the_door(self, folder):
        secret = {
            "password": None,
            "private_key": USER_KEY.export_private_key(passphrase="open").decode(),
            "passphrase": "open",
        }
        with sftp_server(folder.parent, HOST_KEY, authorized_key=USER_KEY) as port:
            bench = Bench(folder, "sftp", port, secret, host_key=PUBLIC_HOST_KEY)
            bench.put("a.csv", b"1")
            with bench.connect() as source:
                assert [file.name for file in source.files()] == ["a.csv"]

    def test_a_file_stays_the_same_where_the_secret_tells_another_address(self, folder):
        seen = []
        for _ in range(2):
            with sftp_server(folder.parent, HOST_KEY) as port:
                bench = Bench(folder, "sftp", port, {"host": "127.0.0.1", "port": str(port)})
                if not seen:
                    bench.put("a.csv", b"1")
                url = "sftp://{host}:{port}/out"
                with bench.connect(url=url, host_key=PUBLIC_HOST_KEY) as source:
                    seen += source.files()

        assert seen[0] == seen[1]
        assert seen[0].source == "sftp://{host}:{port}/out/a.csv"

    def test_no_text_is_made_of_what_is_read(self, bench):
        bench.put("a.csv", bytes(5_000_000))
        spelt_by = []

        def look(frame, event, called):
            if event == "c_call" and called is repr:
                spelt_by.append(frame.f_code.co_name)

        with bench.connect() as source:
            (file,) = source.files()
            sys.setprofile(look)
            try:
                size_bytes = sum(map(len, source.read(file)))
            finally:
                sys.setprofile(None)

        assert (size_bytes, spelt_by) == (5_000_000, [])

    def test_a_disconnect_in_the_middle_is_named(self, folder):
        with sftp_server(folder.parent, HOST_KEY, dies_after=6_000_000) as port:
            bench = Bench(folder, "sftp", port, {}, host_key=PUBLIC_HOST_KEY)
            bench.put("a.csv", bytes(12_000_000))
            with bench.connect() as source:
                (file,) = source.files()
                with pytest.raises(SourceUnavailable):
                    list(source.read(file))


def test_a_server_that_is_not_there_is_named_and_may_come_back():
    spec = FtpSource(kind="ftp", url="ftp://127.0.0.1:1/out")
    with (
        pytest.raises(SourceUnavailable, match="ConnectionRefused"),
        connect_ftp(spec, MemorySecrets({})),
    ):
        pass


def test_a_secret_that_is_not_there_is_named():
    spec = FtpSource(kind="ftp", url="sftp://127.0.0.1/out", secret="millrace/none")
    with pytest.raises(SecretMissing, match="none"), connect_ftp(spec, MemorySecrets({})):
        pass

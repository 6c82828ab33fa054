import pytest

from millrace_ingest.versions import SourceFile, file_url, fingerprint, public_url


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("file://{mount}/out", "file://{mount}/out"),
        ("sftp://me:secret@host:22/out", "sftp://host:22/out"),
        ("https://host/a?sig=x&y=z", "https://host/a"),
        ("zip://d::https://me:pw@host/a.zip?sig=x", "zip://d::https://host/a.zip"),
        ("zip://::https://host/a.zip?x=1::file://b?y", "zip://::https://host/a.zip::file://b"),
        ("file:///a/b@c.csv", "file:///a/b@c.csv"),
    ],
)
def test_credentials_and_queries_are_left_out(url, shown):
    assert public_url(url) == shown


def test_a_file_of_an_archive_is_addressed_as_fsspec_does():
    url = file_url("zip://::file://{mount}/flights.csv.zip", "flights.csv")

    assert url == "zip://flights.csv::file://{mount}/flights.csv.zip"


def test_a_new_time_or_size_or_checksum_is_a_new_version():
    infos = [
        {"size": 1, "mtime": 1.5},
        {"size": 2, "mtime": 1.5},
        {"size": 1, "mtime": 2.5},
        {"size": 1, "CRC": 7, "date_time": (2013, 1, 1)},
        {"size": 1, "ETag": "x"},
    ]
    ids = {SourceFile("s", "n", "p", fingerprint(info), 1).file_id for info in infos}

    assert len(ids) == len(infos)
    assert fingerprint(infos[0]) == fingerprint(infos[0] | {"ino": 9, "mode": 1})

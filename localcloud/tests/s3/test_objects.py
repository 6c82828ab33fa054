"""Objects and the files they are."""

from __future__ import annotations

import hashlib
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from millrace_localcloud.s3.layout import KeyNotStorable, Layout


def code_of(raised):
    return raised.value.response["Error"]["Code"]


def test_an_object_is_a_plain_file_under_its_key(s3, bucket, folder):
    s3.put_object(Bucket=bucket, Key="flights/day=1/a.csv", Body=b"x,y\n")

    assert (folder / "flights/day=1/a.csv").read_bytes() == b"x,y\n"


def test_a_file_that_somebody_puts_into_the_folder_is_an_object(s3, bucket, folder, keys):
    (folder / "out").mkdir()
    (folder / "out/part-0.parquet").write_bytes(b"data")

    assert keys(Prefix="out/") == ["out/part-0.parquet"]
    assert s3.get_object(Bucket=bucket, Key="out/part-0.parquet")["Body"].read() == b"data"
    head = s3.head_object(Bucket=bucket, Key="out/part-0.parquet")
    assert head["ContentLength"] == 4
    assert head["ETag"] == f'"{hashlib.md5(b"data").hexdigest()}"'


def test_a_file_that_somebody_removes_is_no_object(s3, bucket, folder, keys):
    s3.put_object(Bucket=bucket, Key="a", Body=b"1")
    (folder / "a").unlink()

    assert keys() == []
    with pytest.raises(ClientError) as raised:
        s3.get_object(Bucket=bucket, Key="a")
    assert code_of(raised) == "NoSuchKey"


def test_a_file_that_somebody_rewrites_is_a_new_object(s3, bucket, folder):
    s3.put_object(Bucket=bucket, Key="a", Body=b"old", Metadata={"who": "me"})
    (folder / "a").write_bytes(b"newer")

    found = s3.get_object(Bucket=bucket, Key="a")
    assert found["Body"].read() == b"newer"
    assert found["Metadata"] == {}
    assert found["ETag"] == f'"{hashlib.md5(b"newer").hexdigest()}"'


def test_checksum_files_of_hadoop_are_not_listed(folder, keys):
    (folder / ".part-0.parquet.crc").write_bytes(b"crc")
    (folder / "part-0.parquet").write_bytes(b"data")

    assert keys() == ["part-0.parquet"]


@pytest.mark.parametrize("order", [("a", "a/b"), ("a/b", "a")])
def test_a_key_and_keys_below_it_live_together(s3, bucket, keys, order):
    for key in order:
        s3.put_object(Bucket=bucket, Key=key, Body=key.encode())

    assert keys() == ["a", "a/b"]
    for key in order:
        assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == key.encode()
    s3.delete_object(Bucket=bucket, Key=order[0])
    assert keys() == [order[1]]
    s3.put_object(Bucket=bucket, Key="a", Body=b"again")
    assert keys(Prefix="a") == sorted({"a", order[1]})
    assert s3.get_object(Bucket=bucket, Key="a")["Body"].read() == b"again"


@pytest.mark.parametrize(
    "key", ["../../escape", "..", "a/../../b", "//etc/passwd", "a//b", "a/", ".~object~x", "é ü+&"]
)
def test_no_key_leaves_its_bucket(cloud, s3, bucket, keys, key):
    outside = {path for path in (cloud.home / "lake").iterdir()}

    s3.put_object(Bucket=bucket, Key=key, Body=b"inside")

    assert keys() == [key]
    assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == b"inside"
    assert {path for path in (cloud.home / "lake").iterdir()} == outside
    assert not (cloud.home / "escape").exists()


def test_a_key_that_no_file_name_can_hold_is_refused(s3, bucket):
    with pytest.raises(ClientError) as raised:
        s3.put_object(Bucket=bucket, Key="k" * 250, Body=b"")

    assert code_of(raised) == "KeyTooLongError"


def test_a_bucket_is_deleted_with_its_folder_once_it_is_empty(s3, bucket, folder):
    (folder / "left").write_bytes(b"")
    with pytest.raises(ClientError) as raised:
        s3.delete_bucket(Bucket=bucket)
    assert code_of(raised) == "BucketNotEmpty"

    s3.delete_object(Bucket=bucket, Key="left")
    s3.delete_bucket(Bucket=bucket)

    assert not folder.exists()


def test_objects_leave_no_file_open_in_the_cloud(cloud, s3, bucket, eventually):
    descriptors = Path(f"/proc/{cloud.process.pid}/fd")
    if not descriptors.is_dir():
        pytest.skip("needs /proc to see open files")
    for number in range(30):
        s3.put_object(Bucket=bucket, Key=f"big/{number}", Body=b"x" * 6_000_000)
        s3.get_object(Bucket=bucket, Key=f"big/{number}")["Body"].read()

    def none_is_open():
        opened = [str(descriptor.resolve()) for descriptor in descriptors.iterdir()]
        return not [path for path in opened if bucket in path]

    # The client has the last byte a moment before the cloud closes the file.
    assert eventually(none_is_open)


parts = st.text(
    st.characters(codec="utf-8", exclude_characters="\0/"), max_size=12
) | st.sampled_from(["", ".", "..", ".~", ".~~", ".~empty", ".~object~a"])


@given(st.lists(parts, min_size=1, max_size=4).map("/".join))
def test_every_key_is_found_again_under_its_name(tmp_path_factory, key):
    layout = Layout(tmp_path_factory.mktemp("lake"))
    layout.bucket("b").mkdir()
    file = layout.bucket("incoming")
    file.write_bytes(b"1")

    path = layout.publish(file, "b", key)

    assert path.resolve().is_relative_to(layout.bucket("b").resolve())
    if not (path.name.startswith(".") and path.name.endswith(".crc")):
        assert [found for found, _ in layout.keys("b")] == [key]
        assert [found for found, _ in layout.keys("b", key[:-1])] == [key]
    assert layout.find("b", key) == path


def test_a_nul_is_refused(tmp_path):
    with pytest.raises(KeyNotStorable):
        Layout(tmp_path).find("b", "a\0b")


def test_an_object_is_found_while_a_folder_takes_its_place(tmp_path):
    layout = Layout(tmp_path / "lake")
    file = tmp_path / "file"

    def put(key):
        file.write_bytes(b"x")
        layout.publish(file, "b", key)

    def look_until(over):
        seen = set()
        while not over.is_set():
            status = layout.status("b", "a")
            seen.add(status is not None and stat.S_ISREG(status.st_mode))
        return seen

    with ThreadPoolExecutor(1) as pool:
        for _ in range(200):
            put("a")
            over = threading.Event()
            looking = pool.submit(look_until, over)
            put("a/b")
            layout.remove("b", "a/b")
            over.set()
            assert looking.result() <= {True}

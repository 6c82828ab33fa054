"""What every ObjectStore must do. Subclass it and provide the ``store`` fixture."""

import pytest

from millrace_etl.errors import ObjectMissing


class ObjectStoreContract:
    def test_what_was_put_is_read_back_and_the_last_put_counts(self, store):
        store.put("refined", "c1/a", b"1")
        store.put("refined", "c1/a", b"2")

        assert store.get("refined", "c1/a") == b"2"

    def test_of_two_new_writes_the_first_wins(self, store):
        assert store.put_new("artifacts", "c2/a", b"1") is True
        assert store.put_new("artifacts", "c2/a", b"2") is False
        assert store.get("artifacts", "c2/a") == b"1"

    def test_a_missing_object_is_named(self, store):
        for read in (
            lambda: store.get("refined", "c3/none"),
            lambda: store.first_bytes("refined", "c3/none", 3),
            lambda: store.copy("refined", "c3/none", "refined", "c3/copy"),
        ):
            with pytest.raises(ObjectMissing, match="s3://refined/c3/none"):
                read()

    def test_both_ends_are_read_without_the_middle(self, store):
        store.put("refined", "c4/a", b"abcdef")
        store.put("refined", "c4/empty", b"")

        assert store.first_bytes("refined", "c4/a", 2) == b"ab"
        assert store.last_bytes("refined", "c4/a", 2) == b"ef"
        assert store.first_bytes("refined", "c4/a", 9) == store.last_bytes("refined", "c4/a", 9)
        assert store.first_bytes("refined", "c4/empty", 2) == b""

    def test_a_listing_is_in_order_and_below_its_prefix(self, store):
        for key in ("c5/b", "c5/a/x", "c5other"):
            store.put("refined", key, b"123")

        assert [(found.key, found.size_bytes) for found in store.list("refined", "c5/")] == [
            ("c5/a/x", 3),
            ("c5/b", 3),
        ]

    def test_a_copy_reaches_another_bucket_and_replaces(self, store):
        store.put("refined", "c6/a", b"new")
        store.put("quarantine", "c6/a", b"old")

        store.copy("refined", "c6/a", "quarantine", "c6/a")

        assert store.get("quarantine", "c6/a") == b"new"

    def test_a_copy_may_be_larger_than_a_part_of_an_upload(self, store):
        body = b"0123456789abcdef" * 2**20
        store.put("refined", "c8/a", body)

        store.copy("refined", "c8/a", "refined", "c8/b")

        assert store.get("refined", "c8/b") == body

    def test_deleting_twice_is_no_error(self, store):
        keys = [f"c7/{number:04d}" for number in range(3)]
        for key in keys:
            store.put("refined", key, b"")

        store.delete("refined", keys[:2])
        store.delete("refined", keys[:2])

        assert [found.key for found in store.list("refined", "c7/")] == keys[2:]

"""What every Landing must do. Subclass it; provide ``landing`` and ``visible``, its objects."""

from __future__ import annotations

from hashlib import sha256

import pytest

from millrace_ingest.errors import SourceChanged

KEY = "flights/ingest_date=2024-02-29/batch=r1/a.csv"
MIB = 1024 * 1024


class LandingContract:
    @pytest.mark.parametrize("size_bytes", [0, 5, 8 * MIB, 8 * MIB + 1, 20 * MIB])
    def test_an_object_holds_what_was_added_in_order(self, landing, visible, size_bytes):
        content = (b"0123456789abcdef" * (size_bytes // 16 + 1))[:size_bytes]
        with landing.upload(KEY) as upload:
            for begin in range(0, size_bytes, MIB):
                upload.add(content[begin : begin + MIB])
            upload.commit()

        assert visible() == {KEY: content}

    @pytest.mark.parametrize("size_bytes", [5, 9 * MIB])
    def test_nothing_is_visible_without_a_commit(self, landing, visible, size_bytes):
        with pytest.raises(ZeroDivisionError), landing.upload(KEY) as upload:
            upload.add(b"x" * size_bytes)
            raise ZeroDivisionError

        with landing.upload(KEY) as upload:
            upload.add(b"x" * size_bytes)
        assert visible() == {}

    def test_an_object_landed_again_is_replaced_whole(self, landing, visible):
        for content in (b"first", b"again"):
            with landing.upload(KEY) as upload:
                upload.add(content)
                upload.commit()

        assert visible() == {KEY: b"again"}

    def test_an_upload_goes_on_with_the_parts_of_a_suspended_one(self, landing, visible):
        content = (b"0123456789abcdef" * (2 * MIB))[: 20 * MIB]
        with landing.upload(KEY) as upload:
            upload.add(content[: 17 * MIB])
            progress = upload.progress()
            upload.suspend()
        assert visible() == {}

        with landing.upload(KEY, progress) as upload:
            assert upload.size_bytes == 8 * MIB
            upload.add(content[upload.size_bytes :])
            digest = upload.sha256()
            upload.commit()

        parts = [content[begin : begin + 8 * MIB] for begin in range(0, 20 * MIB, 8 * MIB)]
        assert digest == sha256(b"".join(sha256(part).digest() for part in parts)).hexdigest()
        assert visible() == {KEY: content}

    def test_what_is_sent_again_must_be_what_the_store_holds(self, landing, visible):
        with landing.upload(KEY) as upload:
            upload.add(b"a" * 9 * MIB)
            progress = upload.progress()
            upload.suspend()

        with pytest.raises(SourceChanged), landing.upload(KEY, progress) as upload:
            upload.add(b"b" * 17 * MIB)
        assert visible() == {}

    def test_an_upload_whose_parts_are_gone_begins_anew(self, landing, visible):
        with landing.upload(KEY) as upload:
            upload.add(b"a" * 9 * MIB)
            progress = upload.progress()

        with landing.upload(KEY, progress) as upload:
            assert upload.size_bytes == 0
            upload.add(b"b")
            upload.commit()
        assert visible() == {KEY: b"b"}

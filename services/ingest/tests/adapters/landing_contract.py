"""What every Landing must do. Subclass it; provide ``landing`` and ``visible``, its objects."""

from __future__ import annotations

import pytest

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

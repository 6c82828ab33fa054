from __future__ import annotations

from collections.abc import Iterator

import pytest
from checkout import Checkout, make_checkout


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    """A fresh checkout; whatever still runs in it is stopped at the end."""
    made = make_checkout(tmp_path_factory.mktemp("checkout"))
    yield made
    made.millrace("down")

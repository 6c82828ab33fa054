from __future__ import annotations

from collections.abc import Iterator

import pytest
from checkout import Checkout, make_checkout
from state_store import chosen_store


@pytest.fixture(scope="module")
def state_url() -> Iterator[str]:
    """Store of the run state that the checkout's cloud is deployed with."""
    with chosen_store() as url:
        yield url


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory, state_url: str) -> Iterator[Checkout]:
    """A fresh checkout; whatever still runs in it is stopped at the end."""
    made = make_checkout(tmp_path_factory.mktemp("checkout"), state_url)
    yield made
    made.millrace("down")

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from checkout import Checkout, make_checkout
from database import running_postgres

STORE = "MILLRACE_E2E_STATE"
"""Where all of these tests keep run state: ``dynamodb``, as it is deployed, or ``postgresql``."""


@pytest.fixture(scope="module")
def state_url() -> Iterator[str]:
    """Store of the run state that the checkout's cloud is deployed with; empty for its own table.

    Each module has a server of its own, from a wheel, on a socket.
    """
    store = os.environ.get(STORE, "dynamodb")
    if store == "dynamodb":
        yield ""
    elif store == "postgresql":
        with running_postgres() as url:
            yield url
    else:
        raise pytest.UsageError(f"{STORE}={store}: dynamodb or postgresql")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory, state_url: str) -> Iterator[Checkout]:
    """A fresh checkout; whatever still runs in it is stopped at the end."""
    made = make_checkout(tmp_path_factory.mktemp("checkout"), state_url)
    yield made
    made.millrace("down")

"""Clouds that all tests here share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from checkouts import DATASETS, Checkout, running_checkout
from disturbing import DATASETS_TO_DISTURB, Disturbed, running_disturbed


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    """Three small datasets without a file; the cloud is up."""
    with running_checkout(tmp_path_factory.mktemp("checkout"), DATASETS) as made:
        yield made


@pytest.fixture(scope="session")
def disturbed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Disturbed]:
    """A second cloud, whose clock is moved and which breaks what runs in it."""
    with running_disturbed(tmp_path_factory.mktemp("disturbed"), DATASETS_TO_DISTURB) as running:
        yield running

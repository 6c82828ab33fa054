"""One cloud for the whole matrix, and the table of what came of each break."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from breaks import STATES, WAYS
from broken_cloud import BrokenCloud
from small import make_small_checkout, offer_days

RESULTS: dict[tuple[str, str], str] = {}
"""Error that was told, by state and way."""
COSTS: list[float] = []
"""CPU-seconds of the cloud and of all that ran in it."""


@pytest.fixture(scope="session")
def results() -> dict[tuple[str, str], str]:
    """Filled by the tests."""
    return RESULTS


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrokenCloud]:
    """Up, with a dataset that has a model and past forecasts."""
    checkout = make_small_checkout(tmp_path_factory.mktemp("matrix"))
    offer_days(checkout, range(70))
    up = checkout.millrace("up")
    assert up.returncode == 0, up.stdout + up.stderr
    made = BrokenCloud(checkout)
    yield made
    COSTS.append(made.cpu_seconds())
    checkout.millrace("down")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table."""
    if not RESULTS:
        return
    terminalreporter.section("fault matrix: the error that was told, once; redriven with success")
    width = max(len(state) for state in STATES)
    for state in STATES:
        cells = [f"{way}: {RESULTS[state, way]}" for way in WAYS if (state, way) in RESULTS]
        terminalreporter.write_line(f"{state:<{width}}  {' · '.join(cells)}")
    terminalreporter.write_line(
        f"{len(RESULTS)} breaks in {len(STATES)} states, {sum(COSTS):.0f} CPU-seconds of the cloud"
    )

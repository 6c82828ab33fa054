from __future__ import annotations

from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from brokers import broker as started_broker
from brokers import missing_broker
from clouds import served_cloud
from databases import find_mariadb, mariadb, postgres
from libraries import copy_libraries
from lines import laid
from memory_of import TOLD, Scale


@pytest.fixture(scope="session")
def line(tmp_path_factory):
    """Workers in processes of their own, and the cloud that they reach over HTTP."""
    with laid(tmp_path_factory.mktemp("mount")) as line:
        yield line


@pytest.fixture(scope="session")
def on_scale():
    """A Scale for sources below a folder."""
    # Not below pytest's folder, which keeps what earlier sessions left.
    with served_cloud() as cloud, TemporaryDirectory() as libraries:
        copy_libraries(Path(libraries))
        yield partial(Scale, cloud, libraries)


@pytest.fixture(scope="session")
def postgres_server():
    # Not below pytest's folder: run by root the server is another user's, and each session of
    # pytest that begins closes that folder to others.
    with TemporaryDirectory() as folder, postgres(Path(folder)) as server:
        yield server


@pytest.fixture(scope="session")
def mariadb_server(tmp_path_factory):
    program = find_mariadb()
    if program is None:
        pytest.skip("mariadbd is not installed (Debian package mariadb-server)")
    with mariadb(tmp_path_factory.mktemp("mariadb"), program) as server:
        yield server


@pytest.fixture(scope="session")
def broker(tmp_path_factory):
    """Port of a RabbitMQ of the tests' own."""
    if missing_broker():
        pytest.skip("RabbitMQ is not installed (Debian package rabbitmq-server)")
    with started_broker(tmp_path_factory.mktemp("rabbit")) as port:
        yield port


def pytest_terminal_summary(terminalreporter):
    if TOLD:
        terminalreporter.section("peak memory of a worker's process")
        for told in TOLD:
            terminalreporter.write_line(told)

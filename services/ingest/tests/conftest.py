from __future__ import annotations

import pytest
from lines import laid


@pytest.fixture(scope="session")
def line(tmp_path_factory):
    """Workers in processes of their own, and the cloud that they reach over HTTP."""
    with laid(tmp_path_factory.mktemp("mount")) as line:
        yield line

from __future__ import annotations

from functools import partial

import pytest

from .zipped import result_of


@pytest.fixture
def invoke(aws):
    return partial(result_of, aws.client("lambda"))

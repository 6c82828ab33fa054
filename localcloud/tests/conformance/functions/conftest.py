from __future__ import annotations

from functools import partial

import pytest

from .zipped import make_function, result_of


@pytest.fixture
def function(aws, role):
    """Make a function of a few lines; answers its name."""
    return partial(make_function, aws)


@pytest.fixture
def invoke(aws):
    return partial(result_of, aws.client("lambda"))

from __future__ import annotations

import pytest

from millrace_localcloud.containers.images import names_of_image, names_of_wheels

REGISTRY = "123456789012.dkr.ecr.us-east-1.amazonaws.com"


@pytest.mark.parametrize(
    ("uri", "names"),
    [
        (
            f"{REGISTRY}/millrace-ingest:1.2.3",
            (f"{REGISTRY}/millrace-ingest:1.2.3", "millrace-ingest:1.2.3"),
        ),
        ("127.0.0.1:5000/x@sha256:00", ("127.0.0.1:5000/x@sha256:00", "x@sha256:00")),
        ("millrace-ingest:1.2.3", ("millrace-ingest:1.2.3",)),
    ],
)
def test_an_image_may_have_been_pulled_or_built_here(uri, names):
    assert names_of_image(uri) == names


def test_a_wheel_stands_for_the_image_of_its_name_and_version():
    modules = (
        "s3://b/services/etl/1.2.3/millrace_contracts-0.1.0-py3-none-any.whl, "
        "s3://b/services/etl/1.2.3/millrace_etl-1.2.3-py3-none-any.whl"
    )

    assert names_of_wheels(modules) == ("millrace-contracts:0.1.0", "millrace-etl:1.2.3")


@pytest.mark.parametrize("module", ["", "pandas", "pandas==2.2", "s3://b/lib.zip"])
def test_what_is_no_wheel_names_no_image(module):
    assert names_of_wheels(module) == ()

"""Promotion on moto's S3 and Parameter Store."""

from __future__ import annotations

import pytest

from millrace.aws import Aws
from millrace.errors import InputRejected
from millrace.promoting import list_models, promote_model, promoted_version, roll_back_model
from millrace_contracts import ModelKey


def trained(aws: Aws, *versions: str) -> None:
    for version in versions:
        key = str(ModelKey("flights", version))
        aws.client("s3").put_object(Bucket="artifacts", Key=key, Body=b"model")


def test_a_trained_version_is_promoted_and_told_with_the_one_before(aws):
    trained(aws, "v1", "v2")

    assert promoted_version(aws, "flights") is None
    assert promote_model(aws, "flights", "v1") is None
    assert promote_model(aws, "flights", "v2") == "v1"

    listed = {one.version: one.promoted for one in list_models(aws, "flights")}
    assert listed == {"v1": False, "v2": True}


def test_a_version_that_was_never_trained_is_refused_with_those_that_were(aws):
    trained(aws, "v1")
    promote_model(aws, "flights", "v1")

    with pytest.raises(InputRejected, match="no model 'v9'; it has v1"):
        promote_model(aws, "flights", "v9")

    assert promoted_version(aws, "flights") == "v1"


def test_rolling_back_goes_back_one_version_at_a_time_and_never_forth(aws):
    trained(aws, "v1", "v2", "v3")
    for version in ("v1", "v2", "v3"):
        promote_model(aws, "flights", version)

    assert roll_back_model(aws, "flights") == ("v3", "v2")
    assert roll_back_model(aws, "flights") == ("v2", "v1")
    with pytest.raises(InputRejected, match="before v1"):
        roll_back_model(aws, "flights")
    assert promoted_version(aws, "flights") == "v1"


def test_rolling_back_to_a_model_that_is_gone_changes_nothing(aws):
    trained(aws, "v1", "v2")
    for version in ("v1", "v2"):
        promote_model(aws, "flights", version)
    aws.client("s3").delete_object(Bucket="artifacts", Key=str(ModelKey("flights", "v1")))

    with pytest.raises(InputRejected, match="no model 'v1'"):
        roll_back_model(aws, "flights")

    assert promoted_version(aws, "flights") == "v2"


def test_what_was_never_promoted_is_not_rolled_back(aws):
    with pytest.raises(InputRejected, match="no promoted model"):
        roll_back_model(aws, "flights")

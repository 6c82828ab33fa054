"""With the real SDK, against moto: run by ``make test`` in an environment of its own."""

from __future__ import annotations

import importlib.metadata
from datetime import UTC, date, datetime

import boto3
import pytest
from moto import mock_aws

from millrace_contracts.dataset import Forecast
from millrace_forecast.card import ModelCard
from millrace_forecast.features import FEATURES
from millrace_forecast.registration import register_model

GROUP = "millrace-local-flights"
IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/millrace-forecast:1"


def card_of(version: str) -> ModelCard:
    return ModelCard(
        dataset="flights",
        version=version,
        trained_at=datetime(2024, 2, 29, 12, tzinfo=UTC),
        declared=Forecast.model_validate(
            {
                "series": ["origin"],
                "time": "flight_date",
                "target": {"count": "*"},
                "frequency": "D",
                "horizon": 14,
            }
        ),
        first_day=date(2013, 1, 1),
        last_day=date(2013, 12, 31),
        series=3,
        history_sha256="0" * 64,
        seed=1,
        model="combined",
        weights={"smoothed": 0.25, "boosted": 0.75},
        windows=3,
        mase={"seasonal_naive": 1.2, "smoothed": 1.0, "boosted": 0.9},
        mase_chosen=0.88,
        mase_by_step=(),
        naive_mase_by_step=(),
        coverage={},
        bands={},
        naive_bands={},
        features=FEATURES,
        libraries={"lightgbm": importlib.metadata.version("lightgbm")},
        sha256={},
    )


@pytest.fixture
def session():
    with mock_aws():
        yield boto3.Session("testing", "testing", region_name="us-east-1")


def test_each_version_becomes_one_package_of_the_datasets_group(session):
    def register(version: str) -> str:
        url = f"s3://artifacts/models/flights/{version}/output/model.tar.gz"
        return register_model(card_of(version), GROUP, IMAGE, url, session)

    first, again, second = register("v1"), register("v1"), register("v2")

    assert first == again != second
    found = session.client("sagemaker").describe_model_package(ModelPackageName=second)
    assert found["ModelPackageGroupName"] == GROUP
    assert found["ModelApprovalStatus"] == "PendingManualApproval"
    (container,) = found["InferenceSpecification"]["Containers"]
    assert container["ModelDataUrl"] == "s3://artifacts/models/flights/v2/output/model.tar.gz"
    assert found["CustomerMetadataProperties"]["weights"] == "smoothed 0.25, boosted 0.75"
    assert found["CustomerMetadataProperties"]["mase"] == "0.8800"

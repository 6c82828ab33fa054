"""The registry's group of a dataset's models, over deploying, destroying and deploying again."""

from __future__ import annotations

from checkouts import SPEC, Checkout

from millrace.bringing import load_declared
from millrace.deploying import publish_dataset
from millrace.project import Project

GROUP = "millrace-local-high-tides"
STACK = "millrace-local-dataset-high-tides"
COLUMNS = """\
  - {name: day, type: date, required: true}
"""
FORECAST = """\
forecast: {series: [id], time: day, target: {count: "*"}, frequency: D, horizon: 7}
"""


def publish(checkout: Checkout, more: str) -> list[str]:
    """Deploy the dataset as it is declared; answers what its stack holds of the registry."""
    folder = checkout.root / "datasets" / "high_tides"
    folder.mkdir(exist_ok=True)
    text = SPEC.format(name="high_tides", more=more)
    (folder / "dataset.yaml").write_text(text)
    project = Project.find(checkout.root)
    publish_dataset(checkout.aws, project, load_declared(project, "high_tides"))
    held = checkout.aws.client("cloudformation").list_stack_resources(StackName=STACK)
    return [
        one["PhysicalResourceId"]
        for one in held["StackResourceSummaries"]
        if one["ResourceType"].startswith("AWS::SageMaker")
        and one["ResourceStatus"] in ("CREATE_COMPLETE", "UPDATE_COMPLETE")
    ]


def register(checkout: Checkout) -> str:
    made = checkout.aws.client("sagemaker").create_model_package(ModelPackageGroupName=GROUP)
    return str(made["ModelPackageArn"]).rpartition("/")[2]


def test_a_dataset_that_is_destroyed_and_deployed_again_goes_on_with_its_models(checkout):
    first = publish(checkout, COLUMNS + FORECAST)
    assert len(first) == 1, "the first deployment makes the group"
    assert register(checkout) == "1"
    assert publish(checkout, COLUMNS + FORECAST) == first, "it stays the stack's own"

    destroyed = checkout.millrace("destroy", "dataset-high-tides", "--yes")
    assert destroyed.exit_code == 0, destroyed.output
    assert "keeps Models (AWS::SageMaker::ModelPackageGroup)" in destroyed.output

    for _ in range(2):
        assert publish(checkout, COLUMNS + FORECAST) == [], "the group is there"
    assert register(checkout) == "2"


def test_a_forecast_that_is_declared_again_goes_on_with_its_models(checkout):
    publish(checkout, COLUMNS + FORECAST)
    before = int(register(checkout))

    assert publish(checkout, COLUMNS) == []
    publish(checkout, COLUMNS + FORECAST)

    assert int(register(checkout)) == before + 1

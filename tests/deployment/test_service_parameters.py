"""What the state machine sends and the templates declare, held to AWS's own models, offline."""

from __future__ import annotations

import json
import re

import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.validate import ParamValidator
from templates import ROOT, load, of_type

TEMPLATE = load(ROOT / "orchestration" / "deploy" / "template.yaml")
ARN = "arn:aws:iam::123456789012:role/millrace-local-forecast"
SAMPLES = {
    "Arguments": {"--dataset": "flights"},
    "TrainingJobName": "v2026-01-01-0a1b2c3d",
    "ProcessingJobName": "millrace-0a1b2c3d",
    "RoleArn": ARN,
    "S3Uri": "s3://bucket/flights/",
    "S3OutputPath": "s3://bucket/models/flights/",
}
PLACED = {"ForecastRole": ARN, "ForecastInstanceType": "ml.m5.xlarge"}
SYNC = re.compile(r"arn:aws:states:::(sagemaker|glue):(\w+)\.sync$")


def operation(service, name):
    model = ServiceModel(Loader().load_service_model(service, "service-2"))
    return model.operation_model(name[0].upper() + name[1:]).input_shape


def complaints(value, shape):
    return ParamValidator().validate(value, shape).generate_report()


def tasks(states):
    for name, state in states.items():
        if SYNC.match(str(state.get("Resource", ""))):
            yield name, state
        for branch in state.get("Branches", []):
            yield from tasks(branch["States"])


PIPELINE = json.loads((ROOT / "orchestration" / "asl" / "pipeline.asl.json").read_text())
TASKS = list(tasks(PIPELINE["States"]))


def as_sent(value):
    """Parameters with a sample for each path, and for each name that the template puts in."""
    if isinstance(value, dict):
        return {
            name.removesuffix(".$"): SAMPLES.get(name[:-2], "sample")
            if name.endswith(".$")
            else as_sent(inner)
            for name, inner in value.items()
        }
    if isinstance(value, list):
        return [as_sent(inner) for inner in value]
    if isinstance(value, str):
        return re.sub(r"\$\{(\w+)\}", lambda m: PLACED.get(m[1], "sample"), value)
    return value


def test_the_jobs_of_the_pipeline_are_found():
    assert {name for name, _ in TASKS} >= {"Etl", "Train", "Forecast"}


@pytest.mark.parametrize(("name", "state"), TASKS, ids=[name for name, _ in TASKS])
def test_a_job_is_asked_for_as_aws_s_model_wants(name, state):
    service, call = SYNC.match(state["Resource"]).groups()

    assert not complaints(as_sent(state["Parameters"]), operation(service, call))


@pytest.mark.parametrize(("name", "state"), TASKS, ids=[name for name, _ in TASKS])
def test_the_model_would_notice(name, state):
    service, call = SYNC.match(state["Resource"]).groups()

    assert complaints({**as_sent(state["Parameters"]), "Nothing": 1}, operation(service, call))


def declared(resource):
    """A resource's properties with each reference as a sample of its parameter's kind."""
    parameters = load(ROOT / "services" / resource.stack / "deploy" / "template.yaml")["Parameters"]

    def plain(value):
        if isinstance(value, dict) and len(value) == 1:
            ((name, inner),) = value.items()
            if name == "Ref":
                parameter = parameters.get(inner, {"Type": "String"})
                return parameter.get("Default", 1) if parameter["Type"] == "Number" else "sample"
            if name.startswith("Fn::"):
                return "sample"
        if isinstance(value, dict):
            return {name: plain(inner) for name, inner in value.items()}
        return [plain(inner) for inner in value] if isinstance(value, list) else value

    return plain(resource.properties)


@pytest.mark.parametrize(
    ("resource", "call"),
    [(job, "CreateJob") for job in of_type("AWS::Glue::Job")]
    + [(crawler, "CreateCrawler") for crawler in of_type("AWS::Glue::Crawler")],
    ids=str,
)
def test_a_glue_resource_is_declared_as_aws_s_model_wants(resource, call):
    assert not complaints(declared(resource), operation("glue", call))

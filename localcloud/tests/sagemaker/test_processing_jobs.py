from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

PRELUDE = """
import json, os, sys
from pathlib import Path
base = Path(os.environ["SAGEMAKER_BASE_DIR"])
made = base / "processing" / "output"
"""
DESCRIBE = (
    PRELUDE
    + """
resources = json.loads((base / "config" / "resourceconfig.json").read_text())
host = resources["current_host"]
given = base / "processing" / "input"
(made / f"{host}.json").write_text(json.dumps({
    "resources": resources,
    "job": json.loads((base / "config" / "processingjobconfig.json").read_text()),
    "files": {str(p.relative_to(given)): p.read_text() for p in given.rglob("*") if p.is_file()},
    "zone": os.environ.get("ZONE"),
    "arguments": sys.argv[1:],
}))
"""
)
SLEEP = "import time; print('at work', flush=True); time.sleep(600)"


def reads(uri, *, data_type="S3Prefix", way="FullyReplicated", path="/opt/ml/processing/input"):
    return {
        "InputName": "input",
        "S3Input": {
            "S3Uri": uri,
            "LocalPath": path,
            "S3DataType": data_type,
            "S3InputMode": "File",
            "S3DataDistributionType": way,
        },
    }


def writes(uri, mode="EndOfJob"):
    place = {"S3Uri": uri, "LocalPath": "/opt/ml/processing/output", "S3UploadMode": mode}
    return {"Outputs": [{"OutputName": "output", "S3Output": place}]}


def test_the_containers_folder_is_below_the_clouds_home_and_its_path_a_variable(sagemaker):
    code = PRELUDE + "(made / 'base.txt').write_text(str(base))"
    outputs = writes(sagemaker.uri("made/base/"))

    sagemaker.processed(sagemaker.begin_processing(code, ProcessingOutputConfig=outputs))

    base = sagemaker.get("made/base/base.txt").decode()
    assert base.startswith(str(sagemaker.cloud.home))


def test_a_failed_job_tells_why_uploads_nothing_and_leaves_its_log(sagemaker):
    code = PRELUDE + "(made / 'half.txt').write_text('half')\nraise ValueError('no series')"
    outputs = writes(sagemaker.uri("made/half/"))

    name = sagemaker.begin_processing(code, ProcessingOutputConfig=outputs)
    job = sagemaker.processed(name)

    assert job["ProcessingJobStatus"] == "Failed"
    assert job["FailureReason"] == "AlgorithmError: ValueError: no series, exit code: 1"
    s3, logs = sagemaker.cloud.client("s3"), sagemaker.cloud.client("logs")
    assert s3.list_objects_v2(Bucket="models", Prefix="made/half/")["KeyCount"] == 0
    group = "/aws/sagemaker/ProcessingJobs"
    (stream,) = logs.describe_log_streams(logGroupName=group, logStreamNamePrefix=f"{name}/")[
        "logStreams"
    ]
    events = logs.get_log_events(logGroupName=group, logStreamName=stream["logStreamName"])
    assert events["events"][-1]["message"] == "ValueError: no series"


def test_an_input_without_objects_fails_the_job(sagemaker):
    name = sagemaker.begin_processing(
        DESCRIBE, ProcessingInputs=[reads(sagemaker.uri("nothing/here/"))]
    )

    job = sagemaker.processed(name)

    assert job["ProcessingJobStatus"] == "Failed"
    assert "nothing/here/ matched no files on S3" in job["FailureReason"]


def test_a_job_that_takes_too_long_is_stopped(sagemaker):
    job = sagemaker.processed(
        sagemaker.begin_processing(SLEEP, StoppingCondition={"MaxRuntimeInSeconds": 1})
    )

    assert job["ProcessingJobStatus"] == "Stopped"
    assert "MaxRuntimeInSeconds" in job["FailureReason"]


STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
time.sleep(600)
"""


def test_a_stopped_job_gets_no_time_to_end_by_itself(sagemaker):
    name = sagemaker.begin_processing(STUBBORN)

    sagemaker.client.stop_processing_job(ProcessingJobName=name)

    # AWS gives a container two minutes between its signals.
    described = sagemaker.processed(name)
    assert described["ProcessingJobStatus"] == "Stopped"
    took = described["ProcessingEndTime"] - described["CreationTime"]
    assert took.total_seconds() < 100


def test_a_fault_kills_the_job_at_its_work(sagemaker):
    fault = {"service": "sagemaker-job", "name": "process-*", "times": 1}
    sagemaker.cloud.control("POST", "faults", fault)

    job = sagemaker.processed(sagemaker.begin_processing(SLEEP))

    assert job["ProcessingJobStatus"] == "Failed"
    assert "SIGKILL" in job["FailureReason"]


def test_an_unknown_image_fails_the_job_and_names_it(sagemaker):
    name = "unknown-image"
    cluster = {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 1}
    sagemaker.client.create_processing_job(
        ProcessingJobName=name,
        RoleArn="arn:aws:iam::123456789012:role/sagemaker",
        AppSpecification={"ImageUri": "elsewhere/other:1", "ContainerEntrypoint": ["python"]},
        ProcessingResources={"ClusterConfig": cluster},
    )

    job = sagemaker.processed(name)

    assert job["FailureReason"].startswith("ClientError: no environment is registered")
    assert "other:1" in job["FailureReason"]


@pytest.mark.parametrize("path", ["/tmp/input", "/opt/ml/../../etc", "relative"])
def test_a_path_outside_of_the_containers_folder_is_refused(sagemaker, path):
    with pytest.raises(ClientError, match="is not below /opt/ml") as refused:
        sagemaker.begin_processing(
            DESCRIBE, ProcessingInputs=[reads(sagemaker.uri("whole"), path=path)]
        )

    assert refused.value.response["Error"]["Code"] == "ValidationException"


def test_jobs_are_listed_newest_first_in_pages(sagemaker):
    names = [sagemaker.begin_processing("pass") for _ in range(3)]
    for name in names:
        sagemaker.processed(name)
    failed = sagemaker.begin_processing("raise SystemExit(2)")
    sagemaker.processed(failed)
    client = sagemaker.client

    first = client.list_processing_jobs(MaxResults=2)
    second = client.list_processing_jobs(MaxResults=2, NextToken=first["NextToken"])
    failures = client.list_processing_jobs(StatusEquals="Failed", NameContains=failed)

    listed = [
        job["ProcessingJobName"]
        for page in (first, second)
        for job in page["ProcessingJobSummaries"]
    ]
    assert listed == [failed, *reversed(names)]
    assert [j["ProcessingJobName"] for j in failures["ProcessingJobSummaries"]] == [failed]


def test_what_does_not_work_here_is_refused_by_name(sagemaker):
    with pytest.raises(ClientError, match="CreateEndpoint does not work") as refused:
        sagemaker.client.create_endpoint(EndpointName="e", EndpointConfigName="c")

    assert refused.value.response["Error"]["Code"] == "ValidationException"

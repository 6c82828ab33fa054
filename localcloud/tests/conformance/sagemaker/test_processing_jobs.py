"""Processing jobs."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

PRELUDE = """
import json, os, sys
from pathlib import Path
base = Path(os.environ.get("SAGEMAKER_BASE_DIR", "/opt/ml"))
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


def test_a_job_gets_its_inputs_settings_and_variables_and_leaves_its_outputs(sagemaker):
    sagemaker.put("whole/a.txt", b"A")
    sagemaker.put("whole/deep/b.txt", b"B")
    name = sagemaker.begin_processing(
        DESCRIBE,
        arguments=["--model", "/opt/ml/processing/input/a.txt", "plain"],
        Environment={"ZONE": "refined"},
        ProcessingInputs=[reads(sagemaker.uri("whole"))],
        ProcessingOutputConfig=writes(sagemaker.uri("made/whole"), "Continuous"),
    )

    job = sagemaker.processed(name)

    assert job["ProcessingJobStatus"] == "Completed", job
    assert job["ProcessingEndTime"] >= job["ProcessingStartTime"] >= job["CreationTime"]
    made = json.loads(sagemaker.get("made/whole/algo-1.json"))
    assert made["files"] == {"a.txt": "A", "deep/b.txt": "B"}
    resources = made["resources"]
    assert (resources["current_host"], resources["hosts"]) == ("algo-1", ["algo-1"])
    assert made["job"]["ProcessingJobName"] == name
    assert made["job"]["Environment"] == {"ZONE": "refined"}
    assert made["zone"] == "refined"
    assert made["arguments"][1].endswith("/processing/input/a.txt")
    assert made["arguments"][2] == "plain"


def test_instances_share_the_keys_of_a_sharded_input(sagemaker):
    for number in range(5):
        sagemaker.put(f"shards/{number}.txt", str(number).encode())
    name = sagemaker.begin_processing(
        DESCRIBE,
        count=2,
        ProcessingInputs=[reads(sagemaker.uri("shards/"), way="ShardedByS3Key")],
        ProcessingOutputConfig=writes(sagemaker.uri("made/shards/")),
    )

    assert sagemaker.processed(name)["ProcessingJobStatus"] == "Completed"
    first = json.loads(sagemaker.get("made/shards/algo-1.json"))
    second = json.loads(sagemaker.get("made/shards/algo-2.json"))
    assert first["resources"]["hosts"] == ["algo-1", "algo-2"]
    assert set(first["files"]) == {"0.txt", "2.txt", "4.txt"}
    assert set(second["files"]) == {"1.txt", "3.txt"}


def test_a_manifest_names_the_objects_of_an_input(sagemaker):
    for name in ("x.txt", "y.txt", "z.txt"):
        sagemaker.put(f"named/{name}", name.encode())
    manifest = [{"prefix": sagemaker.uri("named/")}, "x.txt", "z.txt"]
    uri = sagemaker.put("manifests/some.json", json.dumps(manifest).encode())
    name = sagemaker.begin_processing(
        DESCRIBE,
        ProcessingInputs=[reads(uri, data_type="ManifestFile")],
        ProcessingOutputConfig=writes(sagemaker.uri("made/named/")),
    )

    assert sagemaker.processed(name)["ProcessingJobStatus"] == "Completed"
    made = json.loads(sagemaker.get("made/named/algo-1.json"))
    assert set(made["files"]) == {"x.txt", "z.txt"}


def test_a_job_says_a_message_of_at_most_a_kilobyte(sagemaker):
    code = PRELUDE + "(base / 'output' / 'message').write_text('x' * 2000)"

    job = sagemaker.processed(sagemaker.begin_processing(code))

    assert job["ExitMessage"] == "x" * 1024


def test_a_job_can_be_stopped_once(sagemaker):
    name = sagemaker.begin_processing(SLEEP)

    sagemaker.client.stop_processing_job(ProcessingJobName=name)

    assert sagemaker.processed(name)["ProcessingJobStatus"] == "Stopped"
    with pytest.raises(ClientError, match="is in status Stopped"):
        sagemaker.client.stop_processing_job(ProcessingJobName=name)


def test_a_name_is_used_once_and_an_unknown_one_is_told(sagemaker):
    name = sagemaker.begin_processing("pass")
    sagemaker.processed(name)
    described = sagemaker.client.describe_processing_job(ProcessingJobName=name)
    asked = {
        member: described[member]
        for member in ("ProcessingJobName", "ProcessingResources", "AppSpecification", "RoleArn")
    }

    with pytest.raises(sagemaker.client.exceptions.ResourceInUse):
        sagemaker.client.create_processing_job(**asked)
    with pytest.raises(ClientError, match="Could not find processing job"):
        sagemaker.client.describe_processing_job(ProcessingJobName="there-is-none")

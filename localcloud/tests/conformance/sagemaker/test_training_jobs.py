"""Training jobs."""

from __future__ import annotations

import io
import json
import tarfile

PRELUDE = """
import json, os
from pathlib import Path
base = Path(os.environ.get("SAGEMAKER_BASE_DIR", "/opt/ml"))
"""
TRAIN = (
    PRELUDE
    + """
config = base / "input" / "config"
channel = base / "input" / "data" / "train"
(base / "model" / "weights.json").write_text(json.dumps({
    **{path.stem: json.loads(path.read_text()) for path in config.iterdir()},
    "files": {path.name: path.read_text() for path in channel.iterdir()},
    "name": os.environ["TRAINING_JOB_NAME"],
}))
(base / "output" / "data" / "metrics.txt").write_text("0.5")
"""
)
SLEEP = "import time; time.sleep(600)"


def channel(uri):
    source = {"S3DataType": "S3Prefix", "S3Uri": uri, "S3DataDistributionType": "FullyReplicated"}
    return {"ChannelName": "train", "DataSource": {"S3DataSource": source}}


def unpacked(body):
    with tarfile.open(fileobj=io.BytesIO(body), mode="r:gz") as tar:
        return {name: tar.extractfile(name).read() for name in tar.getnames()}


def test_a_job_reads_its_channels_and_settings_and_its_model_is_archived(sagemaker):
    sagemaker.put("series/a.csv", b"1\n2\n")
    name = sagemaker.train(
        TRAIN,
        HyperParameters={"horizon": "14"},
        InputDataConfig=[channel(sagemaker.uri("series/"))],
    )

    job = sagemaker.trained(name)

    assert job["TrainingJobStatus"] == "Completed", job
    model_uri = job["ModelArtifacts"]["S3ModelArtifacts"]
    assert model_uri == sagemaker.uri(f"models/{name}/output/model.tar.gz")
    model = json.loads(unpacked(sagemaker.get(model_uri.split("/", 3)[3]))["weights.json"])
    assert model["hyperparameters"] == {"horizon": "14"}
    assert model["resourceconfig"]["current_host"] == "algo-1"
    assert model["inputdataconfig"]["train"]["TrainingInputMode"] == "File"
    assert model["files"] == {"a.csv": "1\n2\n"}
    assert model["name"] == name
    others = unpacked(sagemaker.get(f"models/{name}/output/output.tar.gz"))
    assert others == {"metrics.txt": b"0.5"}
    steps = [step["Status"] for step in job["SecondaryStatusTransitions"]]
    assert steps == ["Starting", "Downloading", "Training", "Uploading", "Completed"]
    assert job["TrainingTimeInSeconds"] >= 1


def test_a_failed_job_tells_what_it_wrote_to_its_failure_file(sagemaker):
    code = PRELUDE + (
        "(base / 'output' / 'failure').write_text('too few rows in LGA')\nraise SystemExit(3)"
    )

    job = sagemaker.trained(sagemaker.train(code))

    assert job["TrainingJobStatus"] == "Failed"
    assert job["FailureReason"] == "AlgorithmError: too few rows in LGA, exit code: 3"
    assert "ModelArtifacts" not in job or not job["ModelArtifacts"].get("S3ModelArtifacts")


def test_a_job_can_be_stopped(sagemaker):
    name = sagemaker.train(SLEEP)

    sagemaker.client.stop_training_job(TrainingJobName=name)

    assert sagemaker.trained(name)["TrainingJobStatus"] == "Stopped"
    found = sagemaker.client.list_training_jobs(NameContains=name, StatusEquals="Stopped")
    assert [job["TrainingJobName"] for job in found["TrainingJobSummaries"]] == [name]


def test_a_model_can_be_left_uncompressed(sagemaker):
    code = PRELUDE + "(base / 'model' / 'weights.txt').write_text('w')"
    output = {"S3OutputPath": sagemaker.uri("plain"), "CompressionType": "NONE"}

    name = sagemaker.train(code, OutputDataConfig=output)

    assert sagemaker.trained(name)["TrainingJobStatus"] == "Completed"
    assert sagemaker.get(f"plain/{name}/output/model/weights.txt") == b"w"

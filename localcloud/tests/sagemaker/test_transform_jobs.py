from __future__ import annotations

import gzip
import json
import os

import pytest
from botocore.exceptions import ClientError

LINES = {"SplitType": "Line"}


def test_every_object_is_answered_under_its_own_key_by_the_models_container(sagemaker):
    for number in range(4):
        sagemaker.put(f"numbers/{number}.txt", b"%d\n%d\n" % (number, number + 1))
    sagemaker.put("numbers/deep/9.txt", b"9")

    name = sagemaker.transform("numbers/", count=2, ModelName=sagemaker.model(factor=10))
    job = sagemaker.transformed(name)

    assert job["TransformJobStatus"] == "Completed", job
    assert job["TransformEndTime"] >= job["TransformStartTime"] >= job["CreationTime"]
    assert sagemaker.outputs(name) == {
        "0.txt.out": b"0\n10",
        "1.txt.out": b"10\n20",
        "2.txt.out": b"20\n30",
        "3.txt.out": b"30\n40",
        "deep/9.txt.out": b"90",
    }
    streams = sagemaker.cloud.client("logs").describe_log_streams(
        logGroupName="/aws/sagemaker/TransformJobs", logStreamNamePrefix=f"{name}/"
    )
    assert len(streams["logStreams"]) == 2


@pytest.mark.parametrize(
    ("settings", "made"),
    [
        ({"BatchStrategy": "SingleRecord"}, b"1\n1\n1\n"),
        ({"BatchStrategy": "SingleRecord", "MaxConcurrentTransforms": 2}, b"1\n1\n1\n"),
        ({"BatchStrategy": "MultiRecord"}, b"3\n"),
        ({"BatchStrategy": "MultiRecord", "MaxPayloadInMB": 1}, b"2\n1\n"),
        ({}, b"3\n"),
    ],
)
def test_lines_go_alone_or_as_many_as_the_payload_holds(sagemaker, settings, made):
    sagemaker.put("lines/a.csv", (b"x" * 400_000 + b"\n") * 3)

    name = sagemaker.transform(
        "lines/",
        reads=LINES,
        writes={"AssembleWith": "Line"},
        Environment={"WAY": "count"},
        **settings,
    )

    assert sagemaker.transformed(name)["TransformJobStatus"] == "Completed"
    assert sagemaker.outputs(name) == {"a.csv.out": made}


def test_answers_keep_the_order_of_their_lines_and_are_joined_as_they_are(sagemaker):
    sagemaker.put("ordered/a.csv", b"".join(b"%d\n" % number for number in range(10)))

    name = sagemaker.transform(
        "ordered/", reads=LINES, BatchStrategy="SingleRecord", MaxConcurrentTransforms=4
    )

    assert sagemaker.transformed(name)["TransformJobStatus"] == "Completed"
    assert sagemaker.outputs(name) == {"a.csv.out": b"0123456789"}


def test_what_a_job_leaves_open_the_container_may_wish(sagemaker):
    sagemaker.put("wished/a.csv", b"a\nb\n")
    wishes = {"MaxConcurrentTransforms": 2, "BatchStrategy": "SINGLE_RECORD", "MaxPayloadInMB": 1}
    variables = {"WAY": "count", "WISHES": json.dumps(wishes)}

    name = sagemaker.transform("wished/", reads=LINES, Environment=variables)

    assert sagemaker.transformed(name)["TransformJobStatus"] == "Completed"
    assert sagemaker.outputs(name) == {"a.csv.out": b"11"}


def test_the_container_is_told_its_port_the_jobs_settings_and_the_types(sagemaker):
    sagemaker.put("told/a.csv", b"a")
    model = sagemaker.model(Environment={"SAGEMAKER_PROGRAM": "of-model", "WAY": "count"})

    name = sagemaker.transform(
        "told/",
        ModelName=model,
        reads={**LINES, "ContentType": "text/csv"},
        writes={"Accept": "application/json"},
        BatchStrategy="SingleRecord",
        MaxPayloadInMB=2,
        MaxConcurrentTransforms=3,
        Environment={"WAY": "tell"},
    )

    assert sagemaker.transformed(name)["TransformJobStatus"] == "Completed"
    told = json.loads(sagemaker.outputs(name)["a.csv.out"])
    assert int(told.pop("SAGEMAKER_BIND_TO_PORT")) > 1023
    assert told.pop("SAGEMAKER_BASE_DIR").endswith("/algo-1")
    assert told == {
        "SAGEMAKER_BATCH": "true",
        "SAGEMAKER_BATCH_STRATEGY": "SINGLE_RECORD",
        "SAGEMAKER_MAX_PAYLOAD_IN_MB": "2",
        "SAGEMAKER_MAX_CONCURRENT_TRANSFORMS": "3",
        "SAGEMAKER_PROGRAM": "of-model",
        "Content-Type": "text/csv",
        "Accept": "application/json",
        "body": "a",
    }


def test_a_manifest_names_objects_and_gzip_is_unpacked(sagemaker):
    for key in ("a", "b", "c"):
        sagemaker.put(f"zipped/{key}.gz", gzip.compress(b"7"))
    manifest = [{"prefix": sagemaker.uri("zipped/")}, "a.gz", "c.gz"]
    uri = sagemaker.put("manifests/zipped.json", json.dumps(manifest).encode())
    source = {"S3DataType": "ManifestFile", "S3Uri": uri}

    name = sagemaker.transform(
        "zipped/", reads={"CompressionType": "Gzip", "DataSource": {"S3DataSource": source}}
    )

    assert sagemaker.transformed(name)["TransformJobStatus"] == "Completed"
    assert sagemaker.outputs(name) == {"a.gz.out": b"7", "c.gz.out": b"7"}


def test_a_container_that_starts_slowly_and_stumbles_is_asked_again(sagemaker):
    sagemaker.put("flaky/a.csv", b"1\n2\n")

    name = sagemaker.transform(
        "flaky/",
        reads=LINES,
        BatchStrategy="SingleRecord",
        Environment={"LATE_BY": "3", "WAY": "flaky"},
    )

    assert sagemaker.transformed(name)["TransformJobStatus"] == "Completed"
    assert sagemaker.outputs(name) == {"a.csv.out": b"12"}


def test_an_object_that_fails_fails_the_job_and_leaves_nothing_while_the_others_are_kept(sagemaker):
    sagemaker.put("some-bad/a.csv", b"1\n2\n")
    sagemaker.put("some-bad/b.csv", b"3\nmany\n")
    sagemaker.put("some-bad/c.csv", b"4\n")

    name = sagemaker.transform("some-bad/", reads=LINES, BatchStrategy="SingleRecord")
    job = sagemaker.transformed(name)

    assert job["TransformJobStatus"] == "Failed"
    assert "ClientError: Bad HTTP status received from algorithm: 400" in job["FailureReason"]
    assert "some-bad/b.csv" in job["FailureReason"]
    assert sagemaker.outputs(name) == {"a.csv.out": b"12", "c.csv.out": b"4"}


def test_a_container_that_ends_fails_the_job_in_its_own_words(sagemaker):
    sagemaker.put("crash/a.csv", b"1\n2\n")
    sagemaker.put("crash/b.csv", b"1\ncrash\n2\n")
    sagemaker.put("crash/c.csv", b"1\n")

    name = sagemaker.transform("crash/", reads=LINES, BatchStrategy="SingleRecord")
    job = sagemaker.transformed(name)

    assert job["TransformJobStatus"] == "Failed"
    assert job["FailureReason"] == ("AlgorithmError: SystemExit: 7: no memory left, exit code: 7")
    assert sagemaker.outputs(name) == {"a.csv.out": b"12"}


def test_a_model_that_does_not_answer_in_time_fails_the_job(sagemaker):
    sagemaker.put("silent/a.csv", b"sleep")
    client = {"InvocationsTimeoutInSeconds": 1, "InvocationsMaxRetries": 0}

    name = sagemaker.transform("silent/", ModelClientConfig=client)
    job = sagemaker.transformed(name)

    assert job["TransformJobStatus"] == "Failed"
    assert "did not respond to /invocations request within 1 seconds" in job["FailureReason"]
    assert sagemaker.outputs(name) == {}


def test_a_stopped_jobs_container_is_gone_and_nothing_is_stored(sagemaker, eventually, tmp_path):
    sagemaker.put("stopped/a.csv", b"1")
    sagemaker.put("stopped/b.csv", b"sleep")
    pid_file = tmp_path / "pid"
    name = sagemaker.transform("stopped/", Environment={"PID_FILE": str(pid_file)})
    assert eventually(lambda: pid_file.exists() and pid_file.read_text())

    sagemaker.client.stop_transform_job(TransformJobName=name)

    assert sagemaker.transformed(name)["TransformJobStatus"] == "Stopped"
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid_file.read_text()), 0)
    assert sagemaker.outputs(name) == {}
    with pytest.raises(ClientError, match="is in status Stopped"):
        sagemaker.client.stop_transform_job(TransformJobName=name)


def test_a_record_larger_than_the_payload_fails_the_job(sagemaker):
    sagemaker.put("large/a.csv", b"1" * (1024 * 1024 + 1))

    job = sagemaker.transformed(sagemaker.transform("large/", MaxPayloadInMB=1))

    assert job["TransformJobStatus"] == "Failed"
    assert "Too much data for max payload size" in job["FailureReason"]


@pytest.mark.parametrize(
    ("container", "why"),
    [
        ({"ModelDataUrl": "s3://models/no/such.tar.gz"}, "s3://models/no/such.tar.gz"),
        ({"ModelDataUrl": "s3://models/not-packed"}, "not-packed cannot be unpacked"),
        ({"Image": "registry/model-code:1"}, "serve is not in the environment of model-code"),
        ({"Image": "registry/other:1"}, "no environment is registered"),
    ],
)
def test_a_model_that_cannot_be_started_fails_the_job_and_is_named(sagemaker, container, why):
    sagemaker.put("not-packed", b"plain")
    sagemaker.put("unserved/a.csv", b"1")

    job = sagemaker.transformed(
        sagemaker.transform("unserved/", ModelName=sagemaker.model(**container))
    )

    assert job["TransformJobStatus"] == "Failed"
    assert job["FailureReason"].startswith("ClientError: ")
    assert why in job["FailureReason"]


def test_a_fault_kills_the_container_at_its_work(sagemaker):
    sagemaker.put("faulty/a.csv", b"sleep")
    fault = {"service": "sagemaker-job", "name": "transform-*", "times": 1}
    sagemaker.cloud.control("POST", "faults", fault)

    job = sagemaker.transformed(sagemaker.transform("faulty/"))

    assert job["TransformJobStatus"] == "Failed"
    assert "SIGKILL" in job["FailureReason"]

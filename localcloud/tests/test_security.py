"""What the cloud opens to others, tells others and hands to its children."""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from conformance.crawlers.zones import CSV, Zone
from conformance.glue.jobs import Jobs
from conformance.sagemaker.jobs import Jobs as SageMakerJobs
from conformance.stepfunctions.machines import Machines, call

ROLE = "arn:aws:iam::123456789012:role/any"
IMAGE = "registry/child:1"
NOTES = """
import json, os, sys

def note(event, arguments):
    if event == "socket.getaddrinfo":
        met = arguments[0]
    elif event == "socket.connect" and isinstance(arguments[1], tuple):
        met = arguments[1][0]
    else:
        return
    with open(os.environ["MET"], "a") as file:
        file.write(json.dumps(met if isinstance(met, str) else str(met)) + "\\n")

sys.addaudithook(note)
"""
SAY = """
import os, boto3
boto3.client("s3").put_object(Bucket="said", Key="{}", Body=" ".join(os.environ).encode())
"""


@pytest.fixture(scope="module")
def met(tmp_path_factory):
    """Names and addresses that the process of the cloud has asked for, one a line."""
    return tmp_path_factory.mktemp("met") / "met"


@pytest.fixture(scope="module")
def watched(start_cloud, tmp_path_factory, met):
    """A cloud that notes whom it talks to, started in a shell that has a secret."""
    watch = tmp_path_factory.mktemp("watch")
    (watch / "sitecustomize.py").write_text(NOTES)
    project = tmp_path_factory.mktemp("child")
    (project / ".venv").symlink_to(sys.prefix)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(watch))
        patch.setenv("MET", str(met))
        patch.setenv("SECRET_OF_THE_SHELL", "hidden")
        with start_cloud(tmp_path_factory.mktemp("watched"), f"child={project}") as cloud:
            cloud.client("s3").create_bucket(Bucket="said")
            yield cloud


def variables(cloud, key):
    return cloud.client("s3").get_object(Bucket="said", Key=key)["Body"].read().decode().split()


def test_a_glue_job_gets_no_variable_of_the_shell(watched):
    modules = {"--additional-python-modules": "s3://code/child-1.0-py3-none-any.whl"}
    jobs = Jobs(watched.client, "said", arguments=modules)

    run = jobs.run(SAY.format("glue"))

    assert run["JobRunState"] == "SUCCEEDED", run
    assert "AWS_ENDPOINT_URL" in variables(watched, "glue")
    assert "SECRET_OF_THE_SHELL" not in variables(watched, "glue")


def test_a_container_gets_no_variable_of_the_shell(watched):
    jobs = SageMakerJobs(watched.client, "said", ROLE, IMAGE)

    done = jobs.processed(jobs.begin_processing(SAY.format("container")))

    assert done["ProcessingJobStatus"] == "Completed", done
    assert "AWS_ENDPOINT_URL" in variables(watched, "container")
    assert "SECRET_OF_THE_SHELL" not in variables(watched, "container")


def test_it_talks_to_nobody_but_itself(watched, met):
    zone = Zone(watched.client, "talk", ROLE)
    watched.client("s3").create_bucket(Bucket="talk")
    zone.put("flights/a.csv", CSV)
    zone.crawler(path="flights/")
    assert zone.crawl()["Status"] == "SUCCEEDED"
    machines = Machines(watched.client("stepfunctions"))
    query = {
        "QueryString": "SELECT count(*), max(delay) FROM talk.flights",
        "ResultConfiguration": {"OutputLocation": "s3://talk/results/"},
    }
    output = machines.output(call("athena:startQueryExecution.sync", query))
    assert output["QueryExecution"]["Status"]["State"] == "SUCCEEDED"
    topic = watched.client("sns").create_topic(Name="talk")["TopicArn"]
    watched.client("sns").subscribe(TopicArn=topic, Protocol="email", Endpoint="me@example.com")
    watched.client("sns").publish(TopicArn=topic, Message="said")

    addresses = {json.loads(line) for line in met.read_text().splitlines()}

    assert addresses <= {"127.0.0.1", "localhost"}
    assert addresses


@pytest.mark.parametrize(
    "page",
    [{"Origin": "https://example.com"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}],
)
@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/?Action=CreateQueue&QueueName=of-a-page"), ("POST", "/_localcloud/stop")],
)
def test_a_web_page_of_elsewhere_is_refused(cloud, page, method, path):
    request = Request(f"{cloud.endpoint}{path}", data=b"{}", headers=page, method=method)

    with pytest.raises(HTTPError) as refused:
        urlopen(request)

    assert refused.value.code == 403
    assert cloud.control("GET", "health")["status"] == "ready"
    queues = cloud.client("sqs").list_queues(QueueNamePrefix="of-a-page")
    assert "QueueUrls" not in queues


def test_a_web_page_of_elsewhere_is_not_told_that_it_may_ask(cloud):
    asked = {"Origin": "https://example.com", "Access-Control-Request-Method": "POST"}

    with pytest.raises(HTTPError) as refused:
        urlopen(Request(cloud.endpoint, headers=asked, method="OPTIONS"))

    assert refused.value.code == 403
    assert "Access-Control-Allow-Origin" not in refused.value.headers


def test_a_web_page_of_this_machine_is_answered(cloud):
    page = {"Origin": "http://localhost:3000", "Sec-Fetch-Site": "cross-site"}

    with urlopen(Request(f"{cloud.endpoint}/_localcloud/health", headers=page)) as answer:
        assert json.load(answer)["status"] == "ready"


def sockets_of(process):
    """Inodes of the sockets that a process has open; one that is closed meanwhile is left out."""
    targets = []
    for descriptor in (process / "fd").iterdir():
        with suppress(OSError):
            targets.append(str(descriptor.readlink()))
    return {one.removeprefix("socket:[").removesuffix("]") for one in targets if "socket:" in one}


def test_it_listens_on_the_loopback_alone(watched):
    process = Path(f"/proc/{watched.process.pid}")
    if not process.is_dir():
        pytest.skip("needs /proc to see sockets")
    inodes = sockets_of(process)
    lines = [
        line.split()
        for table in ("tcp", "tcp6")
        if (process / "net" / table).exists()
        for line in (process / "net" / table).read_text().splitlines()[1:]
    ]

    # Columns: local address in hexadecimal, state (0A listens), inode.
    listening = {line[1].split(":")[0] for line in lines if line[3] == "0A" and line[9] in inodes}

    assert listening == {"0100007F"}

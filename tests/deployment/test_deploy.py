"""``millrace deploy`` and ``millrace destroy`` against the laptop's cloud."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator

import boto3
import pytest
from checkout import MILLRACE, Checkout, make_checkout, plain_environment


@pytest.fixture(scope="module")
def checkout(tmp_path_factory) -> Iterator[Checkout]:
    """A cloud that is up, with everything deployed."""
    made = make_checkout(tmp_path_factory.mktemp("deploy"))
    started = made.millrace("up")
    assert started.returncode == 0, started.stdout + started.stderr
    yield made
    made.millrace("down")


@pytest.fixture(scope="module")
def cloudformation(checkout):
    told = json.loads((checkout.home / "endpoint.json").read_text())
    return boto3.client(
        "cloudformation",
        endpoint_url=told["endpoint"],
        region_name="us-east-1",
        aws_access_key_id="123456789012",
        aws_secret_access_key="local",
    )


def parameters(cloudformation, stack):
    (found,) = cloudformation.describe_stacks(StackName=stack)["Stacks"]
    return {entry["ParameterKey"]: entry["ParameterValue"] for entry in found["Parameters"]}


def answered(checkout, answer, *arguments):
    """Run the command with a person at the terminal, who answers."""
    return subprocess.run(
        [MILLRACE, *arguments],
        cwd=checkout.root,
        env={**plain_environment(), "COLUMNS": "200"},
        input=answer,
        capture_output=True,
        text=True,
        timeout=300,
    )


CUTOFF = "BytesScannedCutoff"


def test_what_is_as_declared_changes_nothing(checkout):
    done = checkout.millrace("deploy", "view", "--no-build")

    assert done.returncode == 0, done.stderr
    assert "millrace-local-view: nothing changes" in done.stdout


def test_a_change_is_shown_and_declined(checkout, cloudformation):
    before = parameters(cloudformation, "millrace-local-view")

    done = answered(checkout, "n\n", "deploy", "view", "--no-build", "--set", f"{CUTOFF}=20000000")

    assert done.returncode == 2, done.stdout
    assert "Modify" in done.stdout and "AWS::Athena::WorkGroup" in done.stdout
    assert "AWS::Lambda::Function" not in done.stdout
    assert "left as it is" in done.stderr
    assert parameters(cloudformation, "millrace-local-view") == before
    left = cloudformation.list_change_sets(StackName="millrace-local-view")["Summaries"]
    assert left == []


def test_a_change_is_shown_and_done_to_that_service_alone(checkout, cloudformation):
    others = {
        stack["StackName"]: stack.get("LastUpdatedTime")
        for stack in cloudformation.describe_stacks()["Stacks"]
        if stack["StackName"] != "millrace-local-view"
    }

    done = answered(checkout, "y\n", "deploy", "view", "--no-build", "--set", f"{CUTOFF}=30000000")

    assert done.returncode == 0, done.stderr
    assert parameters(cloudformation, "millrace-local-view")[CUTOFF] == "30000000"
    for stack in cloudformation.describe_stacks()["Stacks"]:
        if stack["StackName"] in others:
            assert stack.get("LastUpdatedTime") == others[stack["StackName"]]


def test_what_is_not_given_keeps_its_value(checkout, cloudformation):
    done = checkout.millrace("deploy", "view", "--no-build", "--yes")

    assert done.returncode == 0, done.stderr
    assert parameters(cloudformation, "millrace-local-view")[CUTOFF] == "30000000"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nothing",), "there is no nothing"),
        (("view", "--set", "Nothing=1"), "no parameter is called Nothing"),
        (("view", "--set", "Nothing"), "NAME=VALUE"),
    ],
)
def test_what_cannot_be_deployed_is_refused_by_name(checkout, arguments, said):
    done = checkout.millrace("deploy", *arguments, "--no-build")

    assert done.returncode == 2
    assert said in done.stderr


@pytest.mark.parametrize("base", ["python:3.12-slim", "python@sha256:00"])
def test_images_are_built_from_pinned_bases_only(checkout, base):
    pinned = "sha256:" + "0" * 64

    done = checkout.millrace("deploy", "view", "--base-image", base, "--uv-image", pinned)

    assert done.returncode == 2
    assert f"{base!r} is not pinned" in done.stderr


def test_what_has_no_image_is_not_built(checkout):
    done = checkout.millrace("image", "orchestration")

    assert done.returncode == 2
    assert "orchestration has no image" in done.stderr


def test_destroying_is_a_dry_run_by_default(checkout, cloudformation):
    done = checkout.millrace("destroy", "view")

    assert done.returncode == 0, done.stderr
    assert "would delete Function (AWS::Lambda::Function)" in done.stdout
    assert "Nothing was deleted" in done.stdout
    assert parameters(cloudformation, "millrace-local-view")


def test_what_others_stand_on_is_not_destroyed_alone(checkout):
    done = checkout.millrace("destroy", "shared", "--yes")

    assert done.returncode == 2
    assert "millrace-local-ingest" in done.stderr


def test_a_service_is_destroyed_and_deployed_anew(checkout, cloudformation):
    assert checkout.millrace("destroy", "view", "--yes").returncode == 0
    with pytest.raises(cloudformation.exceptions.ClientError, match="does not exist"):
        cloudformation.describe_stacks(StackName="millrace-local-view")

    done = checkout.millrace("deploy", "view", "--no-build", "--yes")

    assert done.returncode == 0, done.stderr
    assert "millrace-local-view: new" in done.stdout
    assert parameters(cloudformation, "millrace-local-view")[CUTOFF] == "1099511627776"


def test_all_of_it_is_destroyed_but_for_the_data(checkout, cloudformation):
    done = checkout.millrace("destroy", "--yes")

    assert done.returncode == 0, done.stderr
    assert "keeps LandingBucket (AWS::S3::Bucket)" in done.stdout
    assert cloudformation.describe_stacks()["Stacks"] == []
    assert list(checkout.home.glob("lake/*landing*"))
    assert "Nothing is deployed" in checkout.millrace("destroy").stdout

"""``millrace deploy`` builds, pushes to a registry and deploys what the registry has by digest."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator

import boto3
import pytest
from checkout import Checkout, make_checkout
from registry import PROGRAM, Registry, running_registry

SERVICE = "view"


@pytest.fixture(scope="module")
def registry(tmp_path_factory) -> Iterator[Registry]:
    if shutil.which(PROGRAM) is None:
        pytest.skip(f"needs {PROGRAM} (Debian package {PROGRAM})")
    with running_registry(tmp_path_factory.mktemp("registry")) as running:
        yield running


@pytest.fixture(scope="module")
def checkout(images, tmp_path_factory) -> Iterator[Checkout]:
    made = make_checkout(tmp_path_factory.mktemp("pushing"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MILLRACE_CONTAINERS", "host")
        started = made.millrace("up")
        assert started.returncode == 0, started.stdout + started.stderr
        yield made
        made.millrace("down")


@pytest.fixture(scope="module")
def deployed(checkout, registry, bases):
    """What the command said, after it deployed the service by way of the registry."""
    given = ("--base-image", bases["BASE_IMAGE"], "--uv-image", bases["UV_IMAGE"])
    done = checkout.millrace("deploy", SERVICE, "--registry", registry.host, *given, "--yes")
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def functions(checkout):
    told = json.loads((checkout.home / "endpoint.json").read_text())
    return boto3.client(
        "lambda",
        endpoint_url=told["endpoint"],
        region_name="us-east-1",
        aws_access_key_id="123456789012",
        aws_secret_access_key="local",
    )


def test_the_registry_has_the_version(deployed, registry, images):
    version = images[SERVICE].reference.rsplit(":", 1)[1]

    assert registry.tags(f"millrace-{SERVICE}") == [version]


def test_the_function_is_deployed_by_the_digest_that_the_registry_names(
    deployed, registry, functions, images
):
    version = images[SERVICE].reference.rsplit(":", 1)[1]
    repository = f"millrace-{SERVICE}"
    digest = registry.digest(repository, version)

    function = functions.get_function(FunctionName=f"millrace-local-{SERVICE}")

    assert "Function" in deployed and "AWS::Lambda::Function" in deployed
    assert function["Code"]["ImageUri"] == f"{registry.host}/{repository}@{digest}"


def test_what_was_pushed_is_pulled_and_answers(deployed, checkout, registry, functions, engine):
    """The engine forgets its own image first, so that the registry's is the one that runs."""
    function = functions.get_function(FunctionName=f"millrace-local-{SERVICE}")
    uri = function["Code"]["ImageUri"]
    version = registry.tags(f"millrace-{SERVICE}")[0]
    engine.images.remove(f"{registry.host}/millrace-{SERVICE}:{version}", force=True)
    pulled = engine.images.pull(uri)

    done = functions.invoke(FunctionName=f"millrace-local-{SERVICE}", Payload=b"{}")
    answered = json.load(done["Payload"])

    assert pulled.id
    assert done["FunctionError"] == "Unhandled"
    assert "dataset" in answered["errorMessage"]

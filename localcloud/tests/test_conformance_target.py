"""The conformance suite finds its account as boto3 does, and not the cloud of these tests."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

TESTS = Path(__file__).parent


def run_suite(path, **env):
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(path)]
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=300,
        env={"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", **env},
    )


def test_one_variable_turns_the_suite_to_the_account_that_boto3_finds(cloud):
    before = set(cloud.client("dynamodb").list_tables()["TableNames"])

    done = run_suite(
        TESTS / "conformance" / "dynamodb",
        MILLRACE_CONFORMANCE_TARGET="aws",
        AWS_ENDPOINT_URL=cloud.endpoint,
        AWS_ACCESS_KEY_ID="123456789012",
        AWS_SECRET_ACCESS_KEY="any",
        AWS_DEFAULT_REGION="us-east-1",
    )

    assert done.returncode == 0, done.stdout
    assert set(cloud.client("dynamodb").list_tables()["TableNames"]) == before


def test_a_target_that_is_unknown_is_refused():
    done = run_suite(TESTS / "conformance" / "dynamodb", MILLRACE_CONFORMANCE_TARGET="gcp")

    assert done.returncode != 0
    assert "it may be local or aws" in done.stdout

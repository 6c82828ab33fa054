"""Options that every word or every dataset shares, as they are typed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from checkouts import PARTS, Checkout

MILLRACE = Path(sys.executable).with_name("millrace")


def test_all_runs_every_declared_dataset_in_the_order_of_their_needs(
    checkout: Checkout, tmp_path: Path
):
    for part in PARTS:
        (tmp_path / part).symlink_to(checkout.root / part)
    for dataset in ("planes", "weather", "tickets"):
        shutil.copytree(checkout.root / "datasets" / dataset, tmp_path / "datasets" / dataset)
    (tmp_path / ".millrace").symlink_to(checkout.root / ".millrace")

    told = Checkout(tmp_path, checkout.aws).answer("run", "--all")

    ended = {run["dataset"]: run for run in told["runs"]}
    assert {run["status"] for run in ended.values()} == {"SUCCEEDED"}
    assert sorted(ended) == ["planes", "tickets", "weather"]
    assert ended["weather"]["ended_at"] <= ended["tickets"]["started_at"]


def test_a_profile_says_which_account_is_meant(checkout: Checkout, tmp_path: Path, monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "config").write_text(
        "[profile ops]\nregion = us-east-1\n"
        f"endpoint_url = {checkout.aws.endpoint}\n"
        "aws_access_key_id = 123456789012\naws_secret_access_key = x\n"
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    account = ("--target", "aws", "--environment", "local")

    found = checkout.answer("doctor", *account, "--profile", "ops")
    unknown = checkout.millrace("runs", *account, "--profile", "nobody")

    assert found
    assert all(finding["fine"] for finding in found)
    assert unknown.exit_code in (1, 2, 75)
    assert "nobody" in unknown.output


def completed(tmp_path: Path, words: str) -> set[str]:
    """What bash offers after ``words``, as the script that is installed in it asks for it."""
    typed = words.split(" ")
    done = subprocess.run(
        [str(MILLRACE)],
        cwd=tmp_path,
        env={
            "PATH": os.environ["PATH"],
            "_MILLRACE_COMPLETE": "complete_bash",
            "COMP_WORDS": words,
            "COMP_CWORD": str(len(typed) - 1),
        },
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_words_and_options_are_completed(tmp_path: Path):
    assert {"redrive", "replay", "resume"} <= completed(tmp_path, "millrace re")
    assert {"--failed", "--since", "--target", "--json"} <= completed(
        tmp_path, "millrace redrive --"
    )
    assert {"get", "set", "reset"} <= completed(tmp_path, "millrace watermark ")

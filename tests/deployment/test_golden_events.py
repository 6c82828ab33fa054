"""Events of the last released contract are read by today's consumers, each with its own code."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib

import pytest
from templates import ROOT

READ = """
import sys
import millrace_contracts
model = getattr(millrace_contracts, sys.argv[1])
model.model_validate_json(sys.stdin.read())
"""


def git(*arguments):
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True)
    return done.stdout if done.returncode == 0 else ""


def last_golden():
    """Golden files by name, as the last release of shared/ had them; as they are before one."""
    tags = git("tag", "--list", "shared-v*", "--sort=-v:refname").split()
    if not tags:
        return {f.name: f.read_text() for f in sorted((ROOT / "shared" / "golden").glob("*"))}
    names = git("ls-tree", "--name-only", f"{tags[0]}:shared/golden").split()
    return {name: git("show", f"{tags[0]}:shared/golden/{name}") for name in names}


GOLDEN = last_golden()
VERSIONS = {tuple(name.split(".")[:2]): name for name in GOLDEN}


def consumers():
    """Who reads which contract, as each service declares it; the manifest belongs to the batch."""
    for file in sorted(ROOT.glob("services/*/pyproject.toml")):
        declared = tomllib.loads(file.read_text(encoding="utf-8"))["tool"]["millrace"]
        for event in declared["consumes"]:
            yield file.parent.name, event
            if event == "BatchLanded":
                yield file.parent.name, "Manifest"


CONSUMERS = list(consumers())


def test_there_are_events_and_consumers():
    assert ("etl", "BatchLanded") in CONSUMERS
    assert len(GOLDEN) >= 7


@pytest.mark.parametrize(("service", "event"), CONSUMERS)
def test_a_consumer_reads_every_version_of_its_events(service, event):
    python = ROOT / "services" / service / ".venv" / "bin" / "python"
    examples = [name for (model, _), name in VERSIONS.items() if model == event]
    assert examples
    for name in examples:
        done = subprocess.run(
            [python, "-c", READ, event], input=GOLDEN[name], capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("event", "path"),
    [
        ("BatchLanded", r"\$\.ingest\.batch\.(\w+)"),
        ("ViewsReady", r"\"views\.\$\": \"\$\.Payload\.(\w+)"),
    ],
)
def test_the_state_machine_names_fields_that_the_event_has(event, path):
    definition = (ROOT / "orchestration" / "asl" / "pipeline.asl.json").read_text(encoding="utf-8")
    example = json.loads(GOLDEN[f"{event}.v1.json"])

    named = set(re.findall(path, definition))

    assert named
    assert named <= example.keys()


def test_no_golden_file_was_ever_edited():
    if git("rev-parse", "--is-shallow-repository").strip() != "false":
        pytest.skip("the history is not here")
    changed = git("log", "--diff-filter=MD", "--format=%h", "--", "shared/golden").split()
    assert changed == []

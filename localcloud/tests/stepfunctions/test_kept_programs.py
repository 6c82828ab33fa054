"""Parsed programs that a later run of the cloud finds."""

from __future__ import annotations

import json

from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser

from millrace_localcloud.persistence import snapshot
from millrace_localcloud.stepfunctions.interpreter.kept_programs import KeptPrograms

DEFINITION = json.dumps(
    {"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": 1, "End": True}}}
)


def _kept(folder):
    programs = KeptPrograms(folder / "programs")
    programs.keep(DEFINITION, AmazonStateLanguageParser.parse(DEFINITION)[0])
    [file] = (folder / "programs").iterdir()
    return programs, file


def test_a_program_is_found_by_its_definition_alone(tmp_path):
    programs, _ = _kept(tmp_path)

    found = KeptPrograms(tmp_path / "programs").find(DEFINITION)

    assert list(found.states.states) == ["A"]
    assert programs.find(DEFINITION + " ") is None


def test_what_cannot_be_read_is_parsed_again(tmp_path):
    programs, file = _kept(tmp_path)

    for damaged in (
        b"",
        file.read_bytes()[:-1],
        file.read_bytes().replace(b'"moto": "', b'"moto": "9'),
    ):
        file.write_bytes(damaged)
        assert programs.find(DEFINITION) is None
    # A class that these versions do not have.
    snapshot.write(file, b"cno_such_module\nGone\n.", synced=False)
    assert programs.find(DEFINITION) is None


def test_what_cannot_be_written_is_not_kept(tmp_path):
    programs = KeptPrograms(tmp_path / "programs")

    programs.keep(DEFINITION, lambda: None)

    assert programs.find(DEFINITION) is None

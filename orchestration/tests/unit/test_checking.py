from __future__ import annotations

import json
from pathlib import Path

import pytest

from millrace.definitions import check_machine, check_template

MACHINE = {
    "StartAt": "A",
    "States": {
        "A": {"Type": "Task", "Resource": "${Function}", "Next": "B"},
        "B": {"Type": "Choice", "Choices": [{"Next": "C"}], "Default": "C"},
        "C": {"Type": "Succeed"},
    },
}
TEMPLATE = """\
Parameters:
  Environment: {Type: String}
Conditions:
  IsLocal: !Equals [!Ref Environment, local]
Resources:
  Topic:
    Type: AWS::SNS::Topic
    Condition: IsLocal
    Properties: {TopicName: !Sub "${Environment}-${AWS::Region}-alerts"}
  Name:
    Type: AWS::SSM::Parameter
    Properties: {Value: !GetAtt Topic.TopicName, Type: !If [IsLocal, String, String]}
"""


def problems_of_machine(tmp_path: Path, text: str) -> list[str]:
    file = tmp_path / "m.asl.json"
    file.write_text(text)
    return [str(problem) for problem in check_machine(file, "m", ["Function"])]


def problems_of_template(tmp_path: Path, text: str) -> list[str]:
    file = tmp_path / "t.yaml"
    file.write_text(text)
    return [str(problem) for problem in check_template(file, "t")]


def test_what_is_right_has_no_problems(tmp_path):
    assert problems_of_machine(tmp_path, json.dumps(MACHINE)) == []
    assert problems_of_template(tmp_path, TEMPLATE) == []


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"Next": "B"', '"Next": "X"', "A.Next: found 'X'; allowed: A, B, C"),
        ('"StartAt": "A"', '"StartAt": "B"', "A: found a state that nothing leads to"),
        (', "Next": "B"', "", "A: found neither Next nor End"),
        (', "Default": "C"', "", "B: found no Default"),
        ('"Succeed"', '"Success"', "C.Type: found 'Success'"),
        ("${Function}", "${Funktion}", "found ${Funktion}; allowed: Function"),
        ('"StartAt"', "StartAt", "line 1, column 2"),
    ],
)
def test_what_is_wrong_in_a_machine_is_named(tmp_path, old, new, says):
    text = json.dumps(MACHINE)
    assert old in text

    assert any(says in one for one in problems_of_machine(tmp_path, text.replace(old, new, 1)))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("!GetAtt Topic.", "!GetAtt Topik.", "found 'Topik'; allowed: Environment, Name, Topic"),
        ("${Environment}", "${Env}", "found 'Env'"),
        ("!Ref Environment", "!Ref Env", "Conditions.IsLocal"),
        ("!If [IsLocal", "!If [IsRemote", "found 'IsRemote'; allowed: IsLocal"),
        ("Condition: IsLocal", "Condition: IsRemote", "found 'IsRemote'; allowed: IsLocal"),
        ("Resources:", "Resources: [", "line"),
        ("Resources:", "Sources:", "found no Resources"),
    ],
)
def test_what_is_wrong_in_a_template_is_named(tmp_path, old, new, says):
    assert old in TEMPLATE

    assert any(says in one for one in problems_of_template(tmp_path, TEMPLATE.replace(old, new, 1)))

from __future__ import annotations

import json

import pytest

from millrace_localcloud.events.paths import PathInvalid
from millrace_localcloud.events.target_input import InputInvalid, build_input, check_input

RULE = "arn:aws:events:us-east-1:123456789012:rule/landed"
EVENT = {
    "time": "2026-01-01T00:00:00Z",
    "detail-type": "Object Created",
    "resources": ["arn:aws:s3:::landing"],
    "detail": {"object": {"key": 'flights/"a".csv', "size": 5}, "bucket": {"name": "landing"}},
}


def transform(template, **paths):
    transformer = {"InputTemplate": template, "InputPathsMap": paths}
    return build_input({"InputTransformer": transformer}, EVENT, RULE)


def test_without_settings_the_target_gets_the_event():
    assert json.loads(build_input({}, EVENT, RULE)) == EVENT


def test_a_constant_replaces_the_event():
    assert build_input({"Input": '{"dataset": "flights"}'}, EVENT, RULE) == '{"dataset": "flights"}'


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("$", EVENT),
        ("$.detail.object.size", 5),
        ("$.detail-type", "Object Created"),
        ("$.resources[0]", "arn:aws:s3:::landing"),
        ("$.detail['bucket']", {"name": "landing"}),
        ("$.detail.absent", {}),
    ],
)
def test_a_path_takes_a_part_of_the_event(path, expected):
    assert json.loads(build_input({"InputPath": path}, EVENT, RULE)) == expected


def test_a_variable_outside_quotes_becomes_a_json_value():
    text = transform(
        '{"key": <key>, "object": <object>, "none": <none>}',
        key="$.detail.object.key",
        object="$.detail.object",
        none="$.detail.none",
    )

    assert json.loads(text) == {
        "key": 'flights/"a".csv',
        "object": EVENT["detail"]["object"],
        "none": "",
    }


def test_a_variable_inside_quotes_becomes_text():
    text = transform(
        '"<size> bytes at <key> by <aws.events.rule-name>"',
        size="$.detail.object.size",
        key="$.detail.object.key",
    )

    assert json.loads(text) == '5 bytes at flights/"a".csv by landed'


def test_the_whole_event_can_be_wrapped():
    assert json.loads(transform('{"event": <aws.events.event.json>}')) == {"event": EVENT}


@pytest.mark.parametrize(
    "target",
    [
        {"Input": "{}", "InputPath": "$"},
        {"InputTransformer": {"InputTemplate": '"<absent>"', "InputPathsMap": {}}},
    ],
)
def test_an_input_that_no_event_could_fill_is_refused(target):
    with pytest.raises(InputInvalid):
        check_input(target)


@pytest.mark.parametrize("path", ["detail", "$.detail..key", "$.detail[*]", "$.a b"])
def test_a_path_that_is_not_understood_is_refused(path):
    with pytest.raises(PathInvalid):
        check_input({"InputPath": path})

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from millrace_contracts.dataset import FtpSource, QueueSource, Source

SOURCE = TypeAdapter(Source)


@pytest.mark.parametrize(
    "url",
    [
        "sftp://ftp.example.com/out/",
        "ftp://10.0.0.7:2121",
        "ftps://[2001:db8::7]:21/a/b",
    ],
)
def test_a_server_is_named_by_its_url(url):
    assert isinstance(SOURCE.validate_python({"kind": "ftp", "url": url}), FtpSource)


def test_a_server_s_address_may_stand_in_its_secret():
    parts = {"kind": "ftp", "url": "sftp://{host}:{port}/out", "secret": "millrace/ftp"}
    assert isinstance(SOURCE.validate_python(parts), FtpSource)


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        ({"url": "sftp://ana:s3kr1t@ftp.example.com/out"}, "url"),
        ({"url": "http://ftp.example.com/out"}, "url"),
        ({"url": "sftp://ftp.example.com/out?x=1"}, "url"),
        ({"url": "ftp://h/", "host_key": "ssh-ed25519 AAAA"}, "host_key needs an sftp: URL"),
        ({"url": "sftp://{host}/out"}, "{host} is a field of the secret, but none is named"),
        (
            {"url": "sftp://{name}/out", "secret": "s"},
            "unknown placeholder {name}; allowed: {host}",
        ),
        ({"url": "sftp://h/", "renamed_to": "../landed"}, "renamed_to"),
        ({"url": "sftp://h/", "after_landing": "move"}, "after_landing"),
    ],
)
def test_what_a_server_cannot_be_asked_is_refused(parts, says):
    with pytest.raises(ValidationError, match=says):
        SOURCE.validate_python({"kind": "ftp"} | parts)


def test_a_queue_is_named_with_or_without_a_broker():
    assert isinstance(SOURCE.validate_python({"kind": "queue", "queue": "q.fifo"}), QueueSource)
    rabbit = {"kind": "queue", "broker": "amqps://h:5671/v", "queue": "q", "dead_letter": "dead"}
    assert isinstance(SOURCE.validate_python(rabbit), QueueSource)


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        ({"broker": "amqp://u:s3kr1t@h/", "dead_letter": "d"}, "broker"),
        ({"broker": "kafka://h/", "dead_letter": "d"}, "broker"),
        ({"broker": "amqp://h/"}, "needs dead_letter"),
        ({"secret": "millrace/q"}, "needs no secret"),
        ({"batch": {"messages": 0}}, "messages"),
    ],
)
def test_what_a_queue_cannot_be_asked_is_refused(parts, says):
    with pytest.raises(ValidationError, match=says):
        SOURCE.validate_python({"kind": "queue", "queue": "q"} | parts)

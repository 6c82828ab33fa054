"""Snapshots without a cloud around them."""

from __future__ import annotations

import threading
from contextlib import nullcontext

import pytest
from moto.core.base_backend import BackendDict, BaseBackend

from millrace_localcloud.persistence import pickling, snapshot
from millrace_localcloud.persistence.keeping import Keeping
from millrace_localcloud.persistence.requests import RequestGate, may_change
from millrace_localcloud.persistence.saver import SaveFailed, Saver


class Things(BaseBackend):
    def __init__(self, region_name, account_id):
        super().__init__(region_name, account_id)
        self.lock = threading.RLock()
        self.things = {}


things_backends = BackendDict(Things, "sqs")


@pytest.fixture
def things():
    yield things_backends["1"]["us-east-1"]
    things_backends.clear()
    BackendDict._instances.remove(things_backends)


def keeping_in(folder):
    (folder / "kept").mkdir(exist_ok=True)
    return Keeping(folder / "kept")


def test_locks_and_threads_are_made_anew_and_sharing_is_kept(things):
    shared = ["one"]
    things.things = {
        "left": shared,
        "right": shared,
        "lock": threading.Lock(),
        "thread": threading.Thread(),
        "table": things_backends,
    }

    loaded = pickling.load(pickling.dump(pickling.live_backends()))

    (backend,) = [b for place, b in loaded.items() if place[1] == "things_backends"]
    assert backend.things["left"] is backend.things["right"]
    assert backend.things["lock"].acquire(blocking=False)
    assert backend.things["thread"] is None
    assert backend.things["table"] is things_backends


def test_what_cannot_be_saved_is_an_error_that_names_its_service(things, tmp_path):
    saver = Saver(tmp_path / "snapshot", lambda _wait_s: nullcontext(), keeping_in(tmp_path))
    things.things = {"file": (tmp_path / "open").open("w")}

    with pytest.raises(SaveFailed, match=r"test_saving in us-east-1: PicklingError"):
        saver.save()

    assert "test_saving" in saver.failure
    assert not (tmp_path / "snapshot").exists()


def test_nothing_is_written_when_nothing_changed(things, tmp_path):
    saver = Saver(tmp_path / "snapshot", lambda _wait_s: nullcontext(), keeping_in(tmp_path))
    saver.save()
    (tmp_path / "snapshot").unlink()

    saver.save()
    assert not (tmp_path / "snapshot").exists()

    things.things["new"] = 1
    saver.save()
    saved = snapshot.read(tmp_path / "snapshot")
    assert saved
    assert snapshot.unpack(tmp_path / "snapshot", saved)


@pytest.mark.parametrize(
    ("method", "target", "changes"),
    [
        ("GET", None, False),
        ("PUT", None, True),
        ("POST", None, True),
        ("POST", "DynamoDB_20120810.GetItem", False),
        ("POST", "DynamoDB_20120810.PutItem", True),
        ("POST", "AmazonSQS.ReceiveMessage", True),
    ],
)
def test_a_request_that_only_reads_changes_nothing(method, target, changes):
    environ = {"REQUEST_METHOD": method}
    if target:
        environ["HTTP_X_AMZ_TARGET"] = target

    assert may_change(environ) is changes


def test_a_save_waits_for_requests_but_not_for_ever():
    release, entered = threading.Event(), threading.Event()

    def application(environ, start_response):
        entered.set()
        release.wait(30)
        return []

    gate = RequestGate(application)
    request = threading.Thread(target=gate, args=({"REQUEST_METHOD": "GET"}, None))
    request.start()
    assert entered.wait(30)

    with gate.quiet(0.01):
        pass
    release.set()
    request.join(30)
    with gate.quiet(30):
        assert not request.is_alive()

"""Datasets of each kind of source on a cloud, landed by workers whose calls go over a wire."""

from __future__ import annotations

import json
import sqlite3
import threading
from contextlib import contextmanager

from api_server import Answer, served
from clouds import ids_in, served_cloud
from wire import wired
from worker import PATIENCE_S, workers

LAND = {"action": "land", "dataset": "flights", "run_id": "r1"}
READS = ("GetItem", "Query", "GET", "HEAD")
LATER_S = 120
"""The leases of whoever died have ended by then."""
IDS = list(range(6))
MIB = 1024 * 1024


class Line:
    """A dataset of records with ``IDS``, its cloud, and its workers."""

    def __init__(self, cloud, wire, workers, mount):
        self.cloud, self.wire, self.workers, self.mount = cloud, wire, workers, mount
        self.source = self.shown_again = lambda: None

    def begin(self):
        """Nothing has landed yet, nor been sent."""
        self.wire.reset()
        self.cloud.begin()
        self.cloud.deploy(self.source())

    def land_and_cut(self, at, *, share=None):
        """Kill the first run's worker after a step, or when a share of its body was sent."""
        known, call = threading.Event(), []

        def kill():
            assert known.wait(PATIENCE_S)
            call[0].kill()

        def before(step):
            if step.number != at or share is None:
                return None
            kill()
            return int(step.size_bytes * share)

        def after(step):
            if step.number == at and share is None:
                kill()

        self.wire.before, self.wire.after = before, after
        call.append(self.workers.begin(LAND))
        known.set()
        assert call[0].answer() is None
        self.wire.reset()
        self.shown_again()

    def writes(self):
        """Requests of a call that nobody kills, save those that change nothing."""
        self.workers.call(LAND)
        return [step for step in self.wire.steps if not step.name.startswith(READS)]

    def check_each_landed_once(self, run_id, at=""):
        for contents in (self.cloud.to_process(run_id), self.cloud.landed().values()):
            assert ids_in(contents) == dict.fromkeys(IDS, 1), at


def _files(bench):
    (bench.mount / "out").mkdir(exist_ok=True)
    long = b"".join(b'{"id": %d}\n' % n for n in IDS[:4]) + b'{"id": 4}' + b" " * 8 * MIB + b"\n"
    (bench.mount / "out" / "long.jsonl").write_bytes(long)
    (bench.mount / "out" / "short.jsonl").write_bytes(b'{"id": 5}\n')
    yield lambda: {"kind": "filesystem", "url": "file://{mount}/out"}


def _table(bench):
    with sqlite3.connect(bench.mount / "shop.db") as shop:
        shop.execute("CREATE TABLE IF NOT EXISTS orders (id INTEGER PRIMARY KEY)")
        shop.executemany("INSERT OR IGNORE INTO orders VALUES (?)", [(n,) for n in IDS])
    shop.close()
    url = "sqlite:///{mount}/shop.db"
    yield lambda: {
        "kind": "sql",
        "url": url,
        "table": "orders",
        "key": ["id"],
        "incremental": {"column": "id"},
    }


def _pages(_bench):
    def answer(request):
        at = int(request.params.get("at", 0))
        link = f'<?at={at + 2}>; rel="next"' if at + 2 < len(IDS) else ""
        body = json.dumps([{"id": n} for n in IDS[at : at + 2]]).encode()
        return Answer(body, headers={"Link": link} if link else {})

    with served() as api:
        api.answer = answer
        beyond = {"field": "id", "param": "since", "type": "number"}
        yield lambda: {
            "kind": "api",
            "url": api.url,
            "allow_private": True,
            "pagination": {"kind": "link"},
            "incremental": beyond,
        }


def _messages(bench):
    bench.shown_again = lambda: bench.cloud.show_messages_again("airports")

    def source():
        url = bench.cloud.sqs.create_queue(QueueName="airports")["QueueUrl"]
        for n in IDS:
            bench.cloud.sqs.send_message(QueueUrl=url, MessageBody=json.dumps({"id": n}))
        return {"kind": "queue", "queue": "airports", "batch": {"messages": 4}}

    yield source


_SOURCES = {"files": _files, "table": _table, "pages": _pages, "messages": _messages}


@contextmanager
def laid(mount):
    """A Line whose sources lie below a folder."""
    with (
        served_cloud() as cloud,
        wired(cloud.url) as wire,
        workers(cloud.environment(wire.url, mount)) as program,
    ):
        yield Line(cloud, wire, program, mount)


@contextmanager
def offering(line, kind):
    """The line with a source of a kind, from which nothing has landed."""
    offer = contextmanager(_SOURCES[kind])
    line.shown_again = lambda: None
    with offer(line) as line.source:
        line.begin()
        yield line

"""Wire every part to moto, listen on 127.0.0.1 and stop cleanly."""

from __future__ import annotations

import json
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from millrace_localcloud import offered, service_models
from millrace_localcloud.api_faults import ApiFaults
from millrace_localcloud.cloud import ACCOUNT, REGION, Cloud
from millrace_localcloud.containers import Engine
from millrace_localcloud.control import CONTROL_PREFIX, Control
from millrace_localcloud.dispatch import make_http_server, moto_application
from millrace_localcloud.environments import Environments
from millrace_localcloud.home import Home
from millrace_localcloud.mail.relay import SmtpServer
from millrace_localcloud.persistence import pickling, pieces, snapshot, uses
from millrace_localcloud.persistence.requests import RequestGate
from millrace_localcloud.persistence.saver import SaveFailed, Saver
from millrace_localcloud.web_pages import WithoutWebPages

PARTS = (
    "unapplied",
    "s3",
    "dynamodb",
    "stepfunctions",
    "functions",
    "glue",
    "sagemaker",
    "athena",
    "mail",
    "alarms",
    "events",
    "cloudformation",
)
"""Packages with an ``install(cloud)``, in the order in which they replace moto's.

One that has a ``restored(cloud)`` is told when the state of an earlier run was taken up, and one
that has a ``saving(cloud)`` when the state is about to be saved.
"""

_SIGNALS_EVERY_S = 0.25
"""Python runs a signal's handler in the main thread only, and the kernel may deliver the signal to
another: a main thread that sleeps without end would then never hear of it."""

_log = logging.getLogger(__name__)


def serve(
    *,
    home: Path,
    port: int,
    projects: Mapping[str, Path],
    inherited_env: Mapping[str, str],
    smtp: SmtpServer | None = None,
    containers: str | None = None,
    beside: Sequence[str] = (),
) -> None:
    """Serve until SIGTERM, SIGINT or a stop call; leaves no child process behind.

    The address is written to ``<home>/endpoint.json`` once the cloud answers, and removed when it
    stops, so its presence tells a client where to connect. ``beside`` is started then, as a child.

    Raises:
        HomeInUse: Another local cloud runs in this home.
        EngineUnavailable: Images are to run in ``containers``, a network, and no engine answers.
        StateUnreadable: The home's state was written by other versions.
        SaveFailed: The state could not be saved at the end.
    """
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    with Home(home).taken(), socket.create_server(("127.0.0.1", port)) as listener:
        Home(home).endpoint.unlink(missing_ok=True)
        _log_to(Home(home).logs / "server.log")
        cloud = Cloud(
            Home(home),
            listener.getsockname()[1],
            Environments(projects),
            dict(inherited_env),
            smtp=smtp,
            containers=Engine.connect(containers, home) if containers else None,
        )
        try:
            _run(cloud, listener, stop, beside)
        finally:
            cloud.home.endpoint.unlink(missing_ok=True)
            cloud.children.kill_all()
            if cloud.containers:
                cloud.containers.kill_all()


def _run(
    cloud: Cloud, listener: socket.socket, stop: threading.Event, beside: Sequence[str]
) -> None:
    # moto reads these from the process environment whenever it calls itself.
    os.environ.update(  # noqa: TID251
        MOTO_PORT=str(cloud.port),
        AWS_ACCESS_KEY_ID=ACCOUNT,
        AWS_SECRET_ACCESS_KEY="local",
        AWS_DEFAULT_REGION=REGION,
    )
    service_models.install()
    offered.leave_out_others()
    pickling.bind(cloud)
    uses.install()
    pieces.install()
    saved = snapshot.read(cloud.home.snapshot)
    parts = Parts(cloud)
    restored = _take_up(cloud, saved)

    gate = RequestGate(moto_application())
    # Outside of the gate: a call that hangs holds no snapshot up.
    services = ApiFaults(gate, cloud.faults)
    saver = Saver(cloud.home.snapshot, gate.quiet, cloud.keeping)
    gate.settle, gate.keep = cloud.keeping.settle, cloud.keeping.keep
    gate.changed = saver.changed
    saver.saving = parts.saving
    control = Control(cloud, saver, stop, parts.warm_up)

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        served = control if environ["PATH_INFO"].startswith(CONTROL_PREFIX) else services
        return served(environ, start_response)

    server = make_http_server(listener, WithoutWebPages(application))
    threading.Thread(target=server.serve_forever, name="http", daemon=True).start()
    if restored is not None:
        pickling.put_live(restored)
        parts.restored()
    saver.start()
    if beside:
        with (cloud.home.logs / "beside.log").open("wb") as log:
            cloud.children.start(beside, env=cloud.child_env(), cwd=cloud.home.work, stdout=log)
    _announce(cloud, has_beside=bool(beside))
    while not stop.wait(_SIGNALS_EVERY_S):
        pass
    cloud.home.endpoint.unlink(missing_ok=True)
    server.shutdown()
    with suppress(SaveFailed):
        saver.stop()
    if saver.failure:
        raise SaveFailed(f"the state of this run was not saved: {saver.failure}")


def _take_up(cloud: Cloud, saved: snapshot.Saved | None) -> pickling.Backends | None:
    """The state of the earlier run; without one, a beginning that changes can follow."""
    if saved is None:
        cloud.keeping.newer_than(sys.maxsize)
        cloud.keeping.number = 0
        snapshot.write(cloud.home.snapshot, pickling.dump({}))
        return None
    newer = [snapshot.read(file) for file in cloud.keeping.newer_than(saved.number)]
    return snapshot.unpack(cloud.home.snapshot, saved, *filter(None, newer))


class Parts:
    """The parts, installed."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._installed = [import_module(f"millrace_localcloud.{name}") for name in PARTS]
        for part in self._installed:
            part.install(cloud)

    def restored(self) -> None:
        for part in self._installed:
            if hook := getattr(part, "restored", None):
                hook(self._cloud)

    def warm_up(self) -> None:
        for part in self._installed:
            if hook := getattr(part, "warm_up", None):
                hook(self._cloud)

    def saving(self) -> Callable[[], None]:
        """Tell the parts of a snapshot; answers what tells them that it is written."""
        hooks = [getattr(part, "saving", None) for part in self._installed]
        written = [hook(self._cloud) for hook in hooks if hook]

        def saved() -> None:
            for each in written:
                each()

        return saved


def _announce(cloud: Cloud, *, has_beside: bool) -> None:
    unfinished = cloud.home.endpoint.with_suffix(".unfinished")
    told = {"endpoint": cloud.endpoint, "pid": os.getpid(), "beside": has_beside}
    unfinished.write_text(json.dumps(told))
    unfinished.replace(cloud.home.endpoint)


def _log_to(file: Path) -> None:
    """Keep what moto and the parts log out of the terminal."""
    handler = logging.FileHandler(file)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.getLogger().addHandler(handler)
    logging.getLogger().setLevel(logging.WARNING)

"""The cloud listens to this machine only, and a run needs no network beyond it."""

from __future__ import annotations

import json
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest
from checkout import DEADLINE_S, ROOT, Checkout, some_flights

MILLRACE = ROOT / "orchestration" / ".venv" / "bin" / "millrace"
LISTENING = "0A"
LOOPBACK = ("0100007F", "00000000000000000000000001000000")
"""127.0.0.1 and ::1 as /proc/net/tcp writes them."""


def listeners(pid: int) -> list[str]:
    """Addresses on which a process listens, by its sockets' inodes."""
    inodes = set()
    for link in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):
            inodes.add(str(link.readlink()).removeprefix("socket:[").removesuffix("]"))
    found = []
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == LISTENING and fields[9] in inodes:
                found.append(fields[1].split(":")[0])
    return found


def in_a_network_of_its_own() -> list[str]:
    """What runs a line of shell there; as the same user, where that is allowed.

    Root of a user namespace may not reach what belongs to other users, as a database's socket.
    """
    for user in ([], ["--map-root-user"]):
        isolated = ["unshare", *user, "--net", "sh", "-c"]
        if subprocess.run([*isolated, "ip link set lo up"], capture_output=True).returncode == 0:
            return isolated
    pytest.skip("this machine lets nobody make a network of their own")


def test_the_cloud_listens_on_the_loopback_interface_only(checkout: Checkout):
    assert checkout.millrace("up").returncode == 0
    pid = json.loads((checkout.home / "endpoint.json").read_text())["pid"]

    addresses = listeners(pid)

    assert addresses
    assert set(addresses) <= set(LOOPBACK)
    assert checkout.millrace("down").returncode == 0


def test_a_run_needs_no_network_but_the_loopback(checkout: Checkout):
    isolated = in_a_network_of_its_own()
    checkout.offer("flights-0.csv", some_flights(every=97))

    done = subprocess.run(
        [*isolated, f"ip link set lo up && exec {MILLRACE} run flights"],
        cwd=checkout.root,
        env={**checkout.environment, "COLUMNS": "120"},
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
    )

    assert done.returncode == 0, done.stdout + done.stderr

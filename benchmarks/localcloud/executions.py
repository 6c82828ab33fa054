"""Many executions of a ten-state machine at once: whether all succeed, and how long they take.

Run from the root: ``localcloud/.venv/bin/python benchmarks/localcloud/executions.py``.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from transitions import ROLE, SHAPED, chain, client, running_cloud

STATES = 10


def main() -> None:
    """Start the executions, wait for the last and count how they ended."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--executions", type=int, default=1000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as home, running_cloud(Path(home)) as endpoint:
        machines = client("stepfunctions", endpoint)
        machine = machines.create_state_machine(
            name="ten", definition=json.dumps(chain(SHAPED, STATES - 1)), roleArn=ROLE
        )["stateMachineArn"]
        began = time.perf_counter()
        with ThreadPoolExecutor(8) as starters:
            list(
                starters.map(
                    lambda number: machines.start_execution(
                        stateMachineArn=machine,
                        name=f"run-{number}",
                        input='{"dataset": "flights"}',
                    ),
                    range(arguments.executions),
                )
            )
        ended = statuses(machines, machine)
        took_s = time.perf_counter() - began
    print(f"{arguments.executions} executions of {STATES} states: {dict(ended)}")  # noqa: T201
    print(f"{took_s:.1f} s in all, {1000 * took_s / arguments.executions:.1f} ms each")  # noqa: T201


def statuses(machines: Any, machine: str) -> Counter[str]:
    """How the executions ended, once none runs."""
    while machines.list_executions(stateMachineArn=machine, statusFilter="RUNNING")["executions"]:
        time.sleep(0.1)
    pages = machines.get_paginator("list_executions").paginate(stateMachineArn=machine)
    return Counter(one["status"] for page in pages for one in page["executions"])


if __name__ == "__main__":
    main()

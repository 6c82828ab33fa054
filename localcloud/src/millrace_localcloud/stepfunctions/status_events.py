"""EventBridge events "Step Functions Execution Status Change", put in order of occurrence."""

from __future__ import annotations

import json
import logging
import queue
import threading
from typing import Any

from millrace_localcloud.jobs.endings import Endings
from millrace_localcloud.stepfunctions.documents import to_epoch_ms

_LOG = logging.getLogger(__name__)


class StatusEvents:
    """Puts an event for each change of status on the default bus, off the execution's thread."""

    def __init__(self, endings: Endings) -> None:
        self._endings = endings
        self._waiting: queue.SimpleQueue[tuple[str, str, dict[str, Any]]] = queue.SimpleQueue()
        threading.Thread(target=self._put_all, name="execution-events", daemon=True).start()

    def announce(self, execution: Any) -> None:
        """Queue the event for the execution's present status; tell of its end at once."""
        if execution.status != "RUNNING":
            self._endings.tell()
        detail = status_change(execution)
        entry = {
            "Source": "aws.states",
            "DetailType": "Step Functions Execution Status Change",
            "Detail": json.dumps(detail),
            "Resources": [execution.execution_arn],
            "EventBusName": "default",
        }
        self._waiting.put((execution.account_id, execution.region_name, entry))

    def _put_all(self) -> None:
        from moto.events.models import events_backends

        while True:
            account, region, entry = self._waiting.get()
            try:
                events_backends[account][region].put_events([entry])
            except Exception:
                # The bus must not end the thread that serves every later execution.
                _LOG.exception("the event %s was not delivered", entry["Detail"])


def status_change(execution: Any) -> dict[str, Any]:
    """The event's detail.

    Source: Step Functions Developer Guide, "Automating Step Functions event delivery with
    EventBridge", examples of execution status changes.
    """
    succeeded = execution.status == "SUCCEEDED"
    stopped = execution.stop_date
    return {
        "executionArn": execution.execution_arn,
        "stateMachineArn": execution.state_machine_arn,
        "name": execution.name,
        "status": execution.status,
        "startDate": to_epoch_ms(execution.start_date),
        "stopDate": to_epoch_ms(stopped) if stopped else None,
        "input": execution.execution_input,
        "output": execution.output_json if succeeded else None,
        "stateMachineVersionArn": None,
        "stateMachineAliasArn": None,
        "redriveCount": execution.redrive_count,
        "redriveDate": to_epoch_ms(execution.redrive_date) if execution.redrive_date else None,
        "redriveStatus": execution.redrive_status,
        "redriveStatusReason": execution.redrive_status_reason,
        "inputDetails": {"included": True},
        "outputDetails": {"included": True} if succeeded else None,
        "error": execution.error,
        "cause": execution.cause,
    }

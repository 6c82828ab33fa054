"""Deliveries to targets: in threads of their own, tried again, and dead-lettered at last.

EventBridge User Guide, "How EventBridge retries delivering events" and "Using dead-letter queues
to process undelivered events".
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from queue import SimpleQueue
from typing import Any

from millrace_localcloud.cloud import Cloud
from millrace_localcloud.events.delivery import Undeliverable, deliver

_THREADS = 4
_RETRY_AFTER_S = (1.0, 2.0, 4.0, 8.0, 16.0)
"""AWS goes on for a day; whoever waits at a laptop wants to know sooner."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One payload on its way to one target."""

    target: Mapping[str, Any]
    """As given to PutTargets or CreateSchedule."""
    payload: str
    source_arn: str
    """Of the rule or schedule."""
    retries: int = 0


class Deliveries:
    """Takes deliveries without making anybody wait."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._queue: SimpleQueue[Delivery] = SimpleQueue()
        for number in range(_THREADS):
            threading.Thread(target=self._work, name=f"events-{number}", daemon=True).start()

    def submit(self, delivery: Delivery) -> None:
        self._queue.put(delivery)

    def _work(self) -> None:
        while True:
            delivery = self._queue.get()
            try:
                self._attempt(delivery)
            except Exception:
                # The thread serves every target: one faulty payload must not end it.
                _log.exception("delivery to %s", delivery.target["Arn"])

    def _attempt(self, delivery: Delivery) -> None:
        target = delivery.target
        try:
            deliver(
                self._cloud,
                target["Arn"],
                delivery.payload,
                parameters=target.get("SqsParameters"),
            )
        except Undeliverable as exc:
            allowed = target.get("RetryPolicy", {}).get("MaximumRetryAttempts", 185)
            if exc.passing and delivery.retries < min(allowed, len(_RETRY_AFTER_S)):
                self._again(delivery)
            else:
                self._bury(delivery, exc)

    def _again(self, delivery: Delivery) -> None:
        retry = replace(delivery, retries=delivery.retries + 1)
        timer = threading.Timer(_RETRY_AFTER_S[delivery.retries], self._queue.put, (retry,))
        timer.daemon = True
        timer.start()

    def _bury(self, delivery: Delivery, cause: Undeliverable) -> None:
        _log.warning("%s: %s", delivery.source_arn, cause)
        queue = delivery.target.get("DeadLetterConfig", {}).get("Arn")
        if not queue:
            return
        attributes = {
            "RULE_ARN": delivery.source_arn,
            "TARGET_ARN": delivery.target["Arn"],
            "ERROR_CODE": cause.code,
            "ERROR_MESSAGE": str(cause),
            "RETRY_ATTEMPTS": str(delivery.retries),
        }
        try:
            deliver(self._cloud, queue, delivery.payload, attributes=attributes)
        except Undeliverable:
            _log.exception("%s: the dead letter is lost", delivery.source_arn)

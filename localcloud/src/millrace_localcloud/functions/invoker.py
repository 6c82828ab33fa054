"""Invoke a function once: find a worker, let it work, keep its log."""

from __future__ import annotations

import threading
import time
import uuid
from typing import Any

from millrace_localcloud.cloud import Cloud
from millrace_localcloud.functions.launch import plan_launch
from millrace_localcloud.functions.pool import ConcurrencyExceeded, WorkerPool
from millrace_localcloud.functions.runtime_api import Invocation
from millrace_localcloud.functions.worker import Outcome


class Throttled(RuntimeError):
    """Lambda refuses the invocation for now."""


class Invoker:
    """Runs moto's function objects."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._pool = WorkerPool(cloud)
        self._log_lock = threading.Lock()

    def invoke(
        self,
        function: Any,
        payload: bytes,
        *,
        request_id: str | None = None,
        client_context: str | None = None,
    ) -> Outcome:
        """Run ``function`` on ``payload`` and wait for its end.

        Raises:
            Throttled: By a fault, or by the function's reserved concurrency.
            FunctionUnrunnable: The function can't be started here.
        """
        fault = self._cloud.faults.take("lambda", function.function_name)
        if fault is not None and fault.kind == "throttle":
            raise Throttled("Rate Exceeded.")
        invocation = Invocation(
            request_id=request_id or str(uuid.uuid4()),
            payload=payload,
            timeout_s=function.timeout,
            function_arn=function.function_arn,
            client_context=client_context,
        )
        launch = plan_launch(self._cloud, function)
        try:
            with self._pool.borrow(launch, function.reserved_concurrency) as worker:
                kind = fault.kind if fault else None
                outcome = worker.invoke(invocation, function.memory_size, kind)
        except ConcurrencyExceeded as exc:
            raise Throttled("Rate Exceeded.") from exc
        self._keep_log(function, outcome)
        return outcome

    def retire(self, function_name: str) -> None:
        """Start the function anew the next time: its code or configuration changed."""
        self._pool.retire(function_name)

    def _keep_log(self, function: Any, outcome: Outcome) -> None:
        now_ms = int(time.time() * 1000)
        group, logs = function.logs_group_name, function.logs_backend
        # moto creates groups and streams by check and act.
        with self._log_lock:
            logs.ensure_log_group(group)
            logs.ensure_log_stream(group, outcome.log_stream)
            logs.put_log_events(
                group,
                outcome.log_stream,
                [{"timestamp": now_ms, "message": line} for line in outcome.log],
            )

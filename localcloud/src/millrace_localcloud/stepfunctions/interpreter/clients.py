"""The boto3 clients of tasks: made once, since making one costs as much as a call."""

from __future__ import annotations

import threading
from functools import cache
from importlib import import_module
from typing import Any

import boto3
from botocore.config import Config

from millrace_localcloud.api_faults import OF_A_STATE_MACHINE
from millrace_localcloud.cloud import ACCOUNT
from millrace_localcloud.seams import replace_attribute

_PARSER = "moto.stepfunctions.parser.asl"
_STATE = f"{_PARSER}.component.state.exec"
_USERS = (
    f"{_PARSER}.utils.boto_client",
    f"{_STATE}.state_map.item_reader.eval.resource_eval_s3",
    f"{_STATE}.state_map.result_writer.resource_eval.resource_eval_s3",
    f"{_STATE}.state_task.lambda_eval_utils",
    f"{_STATE}.state_task.service.state_task_service_aws_sdk",
    f"{_STATE}.state_task.service.state_task_service_dynamodb",
    f"{_STATE}.state_task.service.state_task_service_events",
    f"{_STATE}.state_task.service.state_task_service_sfn",
    f"{_STATE}.state_task.service.state_task_service_sns",
    f"{_STATE}.state_task.service.state_task_service_sqs",
)
"""Modules that bind ``boto_client_for`` by name."""

_LONGEST_CALL_S = 920
"""A Lambda function may work for 900 s before it answers."""


class Clients:
    """Clients of one cloud, by service and region."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint
        self._lock = threading.Lock()
        self._made = cache(self._make)

    def get(self, region: str, service: str, state_credentials: Any = None) -> Any:
        """The client; the signature is the interpreter's."""
        with self._lock:
            return self._made(region, service)

    def install(self) -> None:
        """Make every task use these clients."""
        for module in _USERS:
            replace_attribute(import_module(module), "boto_client_for", self.get)

    def _make(self, region: str, service: str) -> Any:
        make_client: Any = boto3.client
        return make_client(
            service,
            region_name=region,
            endpoint_url=self._endpoint,
            aws_access_key_id=ACCOUNT,
            aws_secret_access_key="local",
            config=Config(
                retries={"max_attempts": 0},
                user_agent_extra=OF_A_STATE_MACHINE,
                read_timeout=_LONGEST_CALL_S,
                max_pool_connections=50,
                s3={"addressing_style": "path"},
            ),
        )

"""Sizes of Lambda functions, asked once each."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from millrace.aws import Aws
from millrace.costing.bill import FunctionSize


def function_sizes(aws: Aws) -> Callable[[str], FunctionSize]:
    """What ``make_bill`` asks for."""

    @cache
    def size_of(function: str) -> FunctionSize:
        found = aws.client("lambda").get_function_configuration(FunctionName=function)
        return FunctionSize(found["MemorySize"], found.get("Architectures", ["x86_64"])[0])

    return size_of

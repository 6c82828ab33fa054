"""What breaks a state, and what is told of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from broken_cloud import BrokenCloud
from small import BROKEN, broken_release

Breaker = Callable[[BrokenCloud], AbstractContextManager[None]]
ARTIFACTS = "millrace-local-artifacts-123456789012"


@dataclass(frozen=True, slots=True)
class Break:
    """One break and what is told of it."""

    state: str
    way: str
    breaker: Breaker
    error: str
    """Regular expression."""
    words: str = ""
    """What the mail says beside it."""
    limit_s: float = 0.0
    """How long it takes at most, where it hangs."""
    is_retried: bool = False
    """Whether the machine tries again, after pauses."""
    hides_owner: bool = False
    """Whether who owns the dataset cannot be read; it is told before the break is mended."""


def met(service: str, name: str, kind: str) -> Breaker:
    """Work of that name meets a fault."""
    return lambda cloud: cloud.faults({"service": service, "name": name, "kind": kind})


def asked(name: str, kind: str) -> Breaker:
    """Calls of that name meet a fault, where a state machine makes them."""
    return met("states-api", name, kind)


@contextmanager
def source_gone(cloud: BrokenCloud) -> Iterator[None]:
    """The folder that the dataset is taken from is not there."""
    folder = cloud.checkout.home / "sources" / BROKEN
    folder.rename(folder.with_name("elsewhere"))
    try:
        yield
    finally:
        folder.with_name("elsewhere").rename(folder)


def wrong_file(key: str, text: str) -> Breaker:
    """A file of the deployed dataset is overwritten."""

    @contextmanager
    def broken(cloud: BrokenCloud) -> Iterator[None]:
        s3 = cloud.client("s3")
        where = {"Bucket": ARTIFACTS, "Key": f"datasets/{BROKEN}/{key}"}
        right = s3.get_object(**where)["Body"].read()
        s3.put_object(**where, Body=text.encode())
        try:
            yield
        finally:
            s3.put_object(**where, Body=right)

    return broken


def wrong_handler(service: str, command: str) -> Breaker:
    """A broken release of a function."""

    @contextmanager
    def broken(cloud: BrokenCloud) -> Iterator[None]:
        functions, name = cloud.client("lambda"), f"millrace-local-{service}"
        right = f"millrace_{service}.handler.handler"
        functions.update_function_configuration(
            FunctionName=name, ImageConfig={"Command": [command]}
        )
        try:
            yield
        finally:
            functions.update_function_configuration(
                FunctionName=name, ImageConfig={"Command": [right]}
            )

    return broken


def wrong_container(program: str) -> Breaker:
    """A broken release of the forecast's image."""

    @contextmanager
    def broken(cloud: BrokenCloud) -> Iterator[None]:
        file = broken_release(cloud.checkout.root)
        file.write_text(program)
        try:
            yield
        finally:
            file.unlink()

    return broken


@contextmanager
def nobodys_turn(cloud: BrokenCloud) -> Iterator[None]:
    """The turn is taken, but the table does not say by whom."""
    table, key = cloud.client("dynamodb"), {"pk": {"S": f"TURN#{BROKEN}"}, "sk": {"S": "TURN"}}
    name = "millrace-local-state"
    right = table.get_item(TableName=name, Key=key)["Item"]
    table.put_item(TableName=name, Item=key)
    try:
        yield
    finally:
        table.put_item(TableName=name, Item=right)

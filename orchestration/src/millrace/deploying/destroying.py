"""Delete stacks, knowing before what goes and what stays."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from botocore.exceptions import ClientError

from millrace.aws import Aws
from millrace.deploying.change_sets import await_stack, first_failure
from millrace.deploying.releasing import ORDER, stack_name
from millrace.deploying.templates import kept_on_deletion
from millrace.errors import DeployFailed, InputRejected


@dataclass(frozen=True, slots=True)
class Doomed:
    """One stack, and what becomes of its resources when it is deleted."""

    stack: str
    deleted: tuple[str, ...]
    """As ``Function (AWS::Lambda::Function)``."""
    kept: tuple[str, ...]


def find_doomed(aws: Aws, part: str | None) -> list[Doomed]:
    """The stacks to delete, in the order in which they can be.

    Args:
        aws: Where.
        part: One part; None for the whole deployment, its datasets' stacks among it.

    Raises:
        InputRejected: The part is not deployed, or other stacks need it.
    """
    standing = _standing(aws)
    if part is None:
        parts = [stack_name(aws, name) for name in reversed(ORDER)]
        datasets = sorted(name for name in standing if name not in parts)
        chosen = [*datasets, *(name for name in parts if name in standing)]
        return [_look_into(aws, name) for name in chosen]
    name = stack_name(aws, part)
    if name not in standing:
        raise InputRejected(f"{name} is not deployed; there are {', '.join(sorted(standing))}")
    others = sorted(standing - {name})
    if part == "shared" and others:
        raise InputRejected(f"{name} is what these stand on: destroy {', '.join(others)} first")
    return [_look_into(aws, name)]


def destroy(aws: Aws, doomed: Sequence[Doomed]) -> None:
    """Delete the stacks, one after the other.

    Raises:
        DeployFailed: One could not be deleted; those after it stand.
    """
    cloudformation = aws.client("cloudformation")
    for each in doomed:
        cloudformation.delete_stack(StackName=each.stack)
        status = await_stack(aws, each.stack)
        if status is not None:
            failure = first_failure(cloudformation, each.stack)
            raise DeployFailed(f"stack {each.stack} is {status}: {failure}")


def _standing(aws: Aws) -> set[str]:
    pages = aws.client("cloudformation").get_paginator("describe_stacks").paginate()
    names = {stack["StackName"] for page in pages for stack in page["Stacks"]}
    return {name for name in names if name.startswith(f"millrace-{aws.environment}-")}


def _look_into(aws: Aws, stack: str) -> Doomed:
    cloudformation = aws.client("cloudformation")
    try:
        body = cloudformation.get_template(StackName=stack, TemplateStage="Original")
    except ClientError as exc:
        raise DeployFailed(f"{stack}: {exc.response['Error']['Message']}") from exc
    text = body["TemplateBody"]
    kept = kept_on_deletion(text if isinstance(text, str) else json.dumps(text))
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack)
    resources = [
        (entry["LogicalResourceId"], f"{entry['LogicalResourceId']} ({entry['ResourceType']})")
        for page in pages
        for entry in page["StackResourceSummaries"]
    ]
    return Doomed(
        stack,
        tuple(told for name, told in resources if name not in kept),
        tuple(told for name, told in resources if name in kept),
    )

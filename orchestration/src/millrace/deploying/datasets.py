"""Publish a dataset: its spec among the artifacts, its schedule and its owner's subscription."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from millrace.aws import Aws
from millrace.deploying.stacks import Stack, apply_stack
from millrace.project import Project
from millrace_contracts import SpecKey
from millrace_contracts.keys import view_prefix

if TYPE_CHECKING:
    from millrace.specs import DeclaredDataset


def publish_dataset(aws: Aws, project: Project, declared: DeclaredDataset) -> None:
    """Make the deployment use the dataset as it is declared now.

    The spec is written last, so that a run sees either the old files or all new ones of what the
    new spec needs; views that are no longer declared are removed.
    """
    name = declared.spec.name
    upstreams = list(declared.spec.on.after)
    bucket = aws.bucket("artifacts")
    s3 = aws.client("s3")
    wanted = {str(SpecKey(name, f"views/{view.name}.sql")): view.text for view in declared.views}
    if declared.transform is not None:
        wanted[str(SpecKey(name, "transform.sql"))] = declared.transform.text
    listed = s3.list_objects_v2(Bucket=bucket, Prefix=view_prefix(name)).get("Contents", [])
    present = {entry["Key"] for entry in listed} | {str(SpecKey(name, "transform.sql"))}
    for key in sorted(present - wanted.keys()):
        s3.delete_object(Bucket=bucket, Key=key)
    for key, text in wanted.items():
        s3.put_object(Bucket=bucket, Key=key, Body=text.encode())
    spec = declared.spec.model_dump_json(indent=2).encode()
    s3.put_object(Bucket=bucket, Key=str(SpecKey(name, "dataset.json")), Body=spec)
    apply_stack(
        aws,
        Stack(
            name=f"millrace-{aws.environment}-dataset-{name.replace('_', '-')}",
            template=project.root / "orchestration" / "deploy" / "dataset.yaml",
            parameters={
                "Environment": aws.environment,
                "Dataset": name,
                "OwnerEmail": declared.spec.owner.email,
                "Schedule": declared.spec.schedule or "",
                "Drop": "yes" if declared.spec.on.landing_drop else "no",
                "After": json.dumps(upstreams) if upstreams else "",
                "AfterNames": json.dumps([{"prefix": f"{upstream}-"} for upstream in upstreams]),
            },
        ),
    )

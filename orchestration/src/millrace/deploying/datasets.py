"""Publish a dataset: its spec among the artifacts, its schedule and its owner's subscription."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from millrace.aws import Aws
from millrace.deploying.model_groups import group_to_make
from millrace.deploying.spec_files import upload_spec
from millrace.deploying.stacks import Stack, apply_stack
from millrace.project import Project

if TYPE_CHECKING:
    from millrace.specs import DeclaredDataset


def publish_dataset(aws: Aws, project: Project, declared: DeclaredDataset) -> None:
    """Make the deployment use the dataset as it is declared now."""
    name = declared.spec.name
    stack = f"millrace-{aws.environment}-dataset-{name.replace('_', '-')}"
    is_forecast = declared.spec.forecast is not None
    upstreams = list(declared.spec.on.after)
    upload_spec(aws, declared)
    apply_stack(
        aws,
        Stack(
            name=stack,
            template=project.root / "orchestration" / "deploy" / "dataset.yaml",
            parameters={
                "Environment": aws.environment,
                "Dataset": name,
                "OwnerEmail": declared.spec.owner.email,
                "Schedule": declared.spec.schedule or "",
                "Drop": "yes" if declared.spec.on.landing_drop else "no",
                "Forecast": "yes" if is_forecast else "no",
                "ModelGroup": group_to_make(aws, stack, name) if is_forecast else "",
                "Queue": "yes" if declared.spec.on.queue else "no",
                "After": json.dumps(upstreams) if upstreams else "",
                "AfterNames": json.dumps([{"prefix": f"{upstream}-"} for upstream in upstreams]),
            },
        ),
    )

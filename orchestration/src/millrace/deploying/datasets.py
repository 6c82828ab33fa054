"""Publish a dataset: its spec among the artifacts, its schedule and its owner's subscription."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from millrace.aws import Aws
from millrace.deploying.spec_files import upload_spec
from millrace.deploying.stacks import Stack, apply_stack
from millrace.project import Project
from millrace.registering import model_group

if TYPE_CHECKING:
    from millrace.specs import DeclaredDataset


def publish_dataset(aws: Aws, project: Project, declared: DeclaredDataset) -> None:
    """Make the deployment use the dataset as it is declared now."""
    name = declared.spec.name
    upstreams = list(declared.spec.on.after)
    upload_spec(aws, declared)
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
                "Forecast": "no" if declared.spec.forecast is None else "yes",
                "ModelGroup": model_group(aws.environment, name),
                "Queue": "yes" if declared.spec.on.queue else "no",
                "After": json.dumps(upstreams) if upstreams else "",
                "AfterNames": json.dumps([{"prefix": f"{upstream}-"} for upstream in upstreams]),
            },
        ),
    )

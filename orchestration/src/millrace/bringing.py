"""Bring the laptop's cloud to what the checkout declares."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from millrace.aws import Aws
from millrace.deploying import deploy_services, publish_dataset
from millrace.laptop import Laptop
from millrace.project import Project

if TYPE_CHECKING:
    from millrace.specs import DeclaredDataset


def load_declared(project: Project, dataset: str) -> DeclaredDataset:
    """A dataset of the checkout. Raises SpecRejected."""
    # Parsing SQL takes a second to import, which commands that read no dataset need not wait for.
    from millrace.specs import load_dataset

    return load_dataset(project.dataset(dataset))


def bring_up_to_date(
    laptop: Laptop,
    aws: Aws,
    project: Project,
    datasets: Sequence[DeclaredDataset],
    report: Callable[[str, bool], None],
) -> None:
    """Deploy services and publish datasets, and have that survive a power cut."""
    deploy_services(aws, project, report)
    for dataset in datasets:
        publish_dataset(aws, project, dataset)
    laptop.control("POST", "save")

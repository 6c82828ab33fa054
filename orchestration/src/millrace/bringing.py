"""Bring the laptop's cloud to what the checkout declares."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from millrace.aws import Aws
from millrace.datasets import has_table, published_query, published_spec
from millrace.deploying import deploy_services, publish_dataset
from millrace.laptop import Laptop
from millrace.offered import wait_for_sources
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
    """Deploy services and publish datasets, and have that survive a power cut.

    Raises:
        DeployFailed: A stack did not reach its goal.
        CloudUnavailable: Servers that the checkout brings for these datasets did not start.
    """
    deploy_services(aws, project, report)
    for dataset in datasets:
        publish_dataset(aws, project, dataset)
    laptop.control("POST", "save")
    if laptop.has_sources and project.offered() & {dataset.spec.name for dataset in datasets}:
        wait_for_sources(project, laptop)


def bring_needed(
    laptop: Laptop, aws: Aws, project: Project, datasets: Mapping[str, DeclaredDataset]
) -> dict[str, DeclaredDataset]:
    """Publish the other datasets whose tables are needed and have never been made.

    Args:
        laptop: The cloud.
        aws: The same.
        project: The checkout.
        datasets: What is to run, by name.

    Returns:
        Them by name, with what they need themselves.

    Raises:
        SpecRejected: One of them is wrong.
    """
    found: dict[str, DeclaredDataset] = {}
    asked = [name for names in _needed(datasets).values() for name in names]
    while asked:
        name = asked.pop()
        if name in datasets or name in found or has_table(aws, name):
            continue
        found[name] = load_declared(project, name)
        publish_dataset(aws, project, found[name])
        asked += _needed({name: found[name]})[name]
    if found:
        laptop.control("POST", "save")
    if laptop.has_sources and project.offered() & found.keys():
        wait_for_sources(project, laptop)
    return dict(sorted(found.items()))


def upstreams_of(datasets: Mapping[str, DeclaredDataset]) -> dict[str, Sequence[str]]:
    """What each dataset of the checkout comes after."""
    needed = _needed(datasets)
    return {name: [*each.spec.on.after, *needed[name]] for name, each in datasets.items()}


def published_upstreams(aws: Aws, datasets: Iterable[str]) -> dict[str, Sequence[str]]:
    """What each published dataset comes after. Raises DatasetUnknown."""
    from millrace.specs import tables_needed

    upstreams: dict[str, Sequence[str]] = {}
    for name in datasets:
        spec = published_spec(aws, name)
        upstreams[name] = [*spec.on.after, *tables_needed(spec, published_query(aws, name))]
    return upstreams


def _needed(datasets: Mapping[str, DeclaredDataset]) -> dict[str, Sequence[str]]:
    from millrace.specs import tables_needed

    return {name: sorted(tables_needed(each.spec, each.query)) for name, each in datasets.items()}

"""Deploy every service, in the order in which they find each other."""

from __future__ import annotations

from collections.abc import Callable

from millrace.aws import LAPTOP_ACCOUNT, LAPTOP_REGION, Aws
from millrace.deploying.artifacts import upload_definition, upload_etl
from millrace.deploying.stacks import Stack, apply_stack
from millrace.project import Project

SUPPORT_EMAIL = "support@example.com"


def deploy_services(aws: Aws, project: Project, report: Callable[[str, bool], None]) -> None:
    """Apply the templates of shared, every service and orchestration.

    Args:
        aws: Where to.
        project: What: its templates, wheels and definitions.
        report: Called after each stack with its name and whether it changed.

    Raises:
        DeployFailed: A stack did not reach its goal; the ones before it stand.
    """

    def apply(service: str, folder: str, parameters: dict[str, str]) -> None:
        stack = Stack(
            name=f"millrace-{aws.environment}-{service}",
            template=project.root / folder / "deploy" / "template.yaml",
            parameters={"Environment": aws.environment, **parameters},
        )
        report(stack.name, apply_stack(aws, stack))

    apply("shared", "shared", {"StateUrl": project.state_url})
    bucket = aws.bucket("artifacts")
    etl = upload_etl(aws, bucket, project)
    apply(
        "notify",
        "services/notify",
        {"ImageUri": image_uri(project, "notify"), "SupportEmail": SUPPORT_EMAIL},
    )
    apply(
        "ingest",
        "services/ingest",
        {"ImageUri": image_uri(project, "ingest"), "SourcesMount": str(project.sources)},
    )
    apply(
        "etl",
        "services/etl",
        {
            "Version": project.version("etl"),
            "ScriptUri": etl.script,
            "PythonModules": ",".join(etl.wheels),
        },
    )
    apply("view", "services/view", {"ImageUri": image_uri(project, "view")})
    apply("forecast", "services/forecast", {"ImageUri": image_uri(project, "forecast")})
    apply(
        "orchestration",
        "orchestration",
        {
            "PipelineDefinitionKey": upload_definition(aws, bucket, project, "pipeline"),
            "CrawlDefinitionKey": upload_definition(aws, bucket, project, "crawl"),
            "TriggerDefinitionKey": upload_definition(aws, bucket, project, "trigger"),
            "PipelinesDefinitionKey": upload_definition(aws, bucket, project, "pipelines"),
            "ReportDefinitionKey": upload_definition(aws, bucket, project, "report"),
            "CrawlPollSeconds": "1",
            "TurnPollSeconds": "1",
        },
    )


def image_uri(project: Project, service: str) -> str:
    """The service's image in the registry of the account it is deployed to."""
    registry = f"{LAPTOP_ACCOUNT}.dkr.ecr.{LAPTOP_REGION}.amazonaws.com"
    return f"{registry}/millrace-{service}:{project.version(service)}"

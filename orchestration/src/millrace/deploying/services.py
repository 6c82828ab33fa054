"""Deploy every service, in the order in which they find each other."""

from __future__ import annotations

from collections.abc import Callable

from millrace.aws import LAPTOP_ACCOUNT, LAPTOP_REGION, Aws
from millrace.deploying.artifacts import upload_definition, upload_etl
from millrace.deploying.releasing import stack_name, template_of
from millrace.deploying.stacks import Stack, apply_stack
from millrace.project import Project

SUPPORT_EMAIL = "support@example.com"


def deploy_services(aws: Aws, project: Project, report: Callable[[str, bool], None]) -> None:
    """Apply the templates of shared, every service, orchestration and reporting.

    Args:
        aws: Where to.
        project: What: its templates, wheels and definitions.
        report: Called after each stack with its name and whether it changed.

    Raises:
        DeployFailed: A stack did not reach its goal; the ones before it stand.
    """

    def apply(part: str, parameters: dict[str, str]) -> None:
        stack = Stack(
            name=stack_name(aws, part),
            template=template_of(project, part),
            parameters={"Environment": aws.environment, **parameters},
        )
        report(stack.name, apply_stack(aws, stack))

    apply("shared", {"StateUrl": project.state_url})
    bucket = aws.bucket("artifacts")
    etl = upload_etl(aws, bucket, project)
    apply(
        "notify",
        {"ImageUri": image_uri(project, "notify"), "SupportEmail": SUPPORT_EMAIL},
    )
    apply(
        "ingest",
        {"ImageUri": image_uri(project, "ingest"), "SourcesMount": str(project.sources)},
    )
    apply(
        "etl",
        {
            "Version": project.version("etl"),
            "ScriptUri": etl.script,
            "PythonModules": ",".join(etl.wheels),
        },
    )
    apply("view", {"ImageUri": image_uri(project, "view")})
    apply("forecast", {"ImageUri": image_uri(project, "forecast")})
    apply(
        "orchestration",
        {
            "PipelineDefinitionKey": upload_definition(aws, bucket, project, "pipeline"),
            "CrawlDefinitionKey": upload_definition(aws, bucket, project, "crawl"),
            "TriggerDefinitionKey": upload_definition(aws, bucket, project, "trigger"),
            "PipelinesDefinitionKey": upload_definition(aws, bucket, project, "pipelines"),
            "CrawlPollSeconds": "1",
            "TurnPollSeconds": "1",
        },
    )
    report_key = upload_definition(aws, bucket, project, "report")
    apply("reporting", {"ReportDefinitionKey": report_key})


def image_uri(project: Project, service: str) -> str:
    """The service's image in the registry of the account it is deployed to."""
    registry = f"{LAPTOP_ACCOUNT}.dkr.ecr.{LAPTOP_REGION}.amazonaws.com"
    return f"{registry}/millrace-{service}:{project.version(service)}"

"""Where in AWS's console to look. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

_MACHINE = "-pipeline"
_FUNCTIONS = {"Ingest": "ingest", "Acknowledge": "ingest", "View": "view"}
_GROUPS = {
    "Etl": "/aws-glue/jobs/error",
    "CrawlLanding": "/aws-glue/crawlers",
    "CrawlRefined": "/aws-glue/crawlers",
    "CrawlForecast": "/aws-glue/crawlers",
    "Train": "/aws/sagemaker/TrainingJobs",
    "Score": "/aws/sagemaker/ProcessingJobs",
    "Forecast": "/aws/sagemaker/ProcessingJobs",
}
"""Log groups that AWS writes to: Glue and SageMaker Developer Guides, "Logging"."""


def console_links(execution_arn: str, stage: str) -> Mapping[str, str]:
    """Links by name: ``execution``, and ``logs`` where the stage has some.

    Args:
        execution_arn: Of the run; any other text gives no link.
        stage: Name of the state that failed.
    """
    parts = execution_arn.split(":")
    if len(parts) != 8 or parts[5] != "execution":
        return {}
    region, machine = parts[3], parts[6]
    console = f"https://{region}.console.aws.amazon.com"
    links = {
        "execution": f"{console}/states/home?region={region}#/v2/executions/details/{execution_arn}"
    }
    group = _GROUPS.get(stage)
    if stage in _FUNCTIONS and machine.endswith(_MACHINE):
        group = f"/aws/lambda/{machine.removesuffix(_MACHINE)}-{_FUNCTIONS[stage]}"
    if group is not None:
        # The console escapes twice, and writes $ for %.
        name = quote(quote(group, safe=""), safe="").replace("%", "$")
        links["logs"] = (
            f"{console}/cloudwatch/home?region={region}#logsV2:log-groups/log-group/{name}"
        )
    return links

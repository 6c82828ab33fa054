import pytest
from stage import ARN

from millrace_notify.links import console_links


@pytest.mark.parametrize(
    ("stage", "group"),
    [
        ("View", "$252Faws$252Flambda$252Fmillrace-local-view"),
        ("Etl", "$252Faws-glue$252Fjobs$252Ferror"),
        ("Forecast", "$252Faws$252Fsagemaker$252FProcessingJobs"),
    ],
)
def test_the_logs_of_a_stage_are_linked(stage, group):
    assert console_links(ARN, stage)["logs"].endswith(f"/log-group/{group}")


def test_a_stage_without_logs_links_the_execution_only():
    assert list(console_links(ARN, "machine")) == ["execution"]
    assert console_links(ARN, "machine")["execution"].startswith("https://us-east-1.console.")


@pytest.mark.parametrize("text", ["", "arn", "a:b:c:d:e:f:g:h"])
def test_what_is_no_execution_links_nothing(text):
    assert console_links(text, "Etl") == {}

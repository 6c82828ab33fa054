import pytest

from millrace_etl.errors import ArgumentsRefused
from millrace_etl.settings import Settings

OWN = {
    "dataset": "flights",
    "run_id": "r1",
    "manifest_bucket": "a",
    "manifest_key": "manifests/r1.json",
    "landing_bucket": "l",
    "refined_bucket": "r",
    "quarantine_bucket": "q",
    "artifacts_bucket": "a",
    "state_url": "dynamodb://s",
}
ARGUMENTS = [part for name, value in OWN.items() for part in (f"--{name}", value)]


def test_arguments_are_read_in_both_forms_and_glues_own_are_passed_over():
    glue = ["--JOB_NAME", "etl", "--JOB_RUN_ID=jr_1", "--enable-auto-scaling", "true"]
    glue += [
        "--additional-python-modules",
        "a.whl,b.whl",
        "--job-bookmark-option",
        "x",
        "--TempDir",
        "",
    ]

    settings = Settings.from_arguments([*glue, *ARGUMENTS, "--enable-metrics"])

    assert settings.model_dump(exclude_unset=True) == OWN | {"job_run_id": "jr_1"}


def test_an_unknown_or_missing_argument_is_named():
    with pytest.raises(ArgumentsRefused, match="--datset: Extra inputs are not permitted"):
        Settings.from_arguments([*ARGUMENTS, "--datset", "x"])
    with pytest.raises(ArgumentsRefused, match="--state_url: Field required"):
        Settings.from_arguments(ARGUMENTS[:-2])
    with pytest.raises(ArgumentsRefused, match="'flights': an argument is --name value"):
        Settings.from_arguments(["flights"])

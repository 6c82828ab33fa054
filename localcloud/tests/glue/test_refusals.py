"""What Glue has on AWS and not here."""

from __future__ import annotations

import pytest


def test_what_does_not_work_here_is_refused_by_name(cloud):
    glue = cloud.client("glue")

    with pytest.raises(glue.exceptions.InvalidInputException, match="StartWorkflowRun"):
        glue.start_workflow_run(Name="w")

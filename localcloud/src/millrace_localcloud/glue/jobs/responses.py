"""Job operations that moto does not route."""

from __future__ import annotations

from moto.core.responses import ActionResult
from moto.glue.responses import GlueResponse


class JobsResponse(GlueResponse):
    """UpdateJob and BatchStopJobRun."""

    def update_job(self) -> ActionResult:
        name = self.parameters["JobName"]
        self.glue_backend.update_job(name, self.parameters["JobUpdate"])
        return ActionResult({"JobName": name})

    def batch_stop_job_run(self) -> ActionResult:
        name = self.parameters["JobName"]
        stopped, errors = self.glue_backend.batch_stop_job_run(name, self.parameters["JobRunIds"])
        return ActionResult(
            {
                "SuccessfulSubmissions": [{"JobName": name, "JobRunId": run} for run in stopped],
                "Errors": [
                    {
                        "JobName": name,
                        "JobRunId": run,
                        "ErrorDetail": {"ErrorCode": code, "ErrorMessage": message},
                    }
                    for run, code, message in errors
                ],
            }
        )

"""The matrix: each state of the pipeline, and each way in which it can break.

``error``: what it asks for is refused, or the work ends with an exception. ``time-out``: the call
or the work never ends. ``kill``: the worker dies at work; a call of AWS's has none. ``throttle``:
as often as it is tried. ``bad output``: it answers what the machine cannot read; not for states
whose answer is not read.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from breakers import (
    ARTIFACTS,
    Break,
    met,
    nobodys_turn,
    source_gone,
    wrong_container,
    wrong_file,
    wrong_handler,
)
from kinds_of_states import Call, crawl, function, job
from small import BROKEN

_DYNAMODB = r"DynamoDB\.(ThrottlingException|RequestLimitExceeded)"
_REFUSED = r".*\.(AccessDenied(Exception)?|\w+Exception)"
SAYS_NONSENSE = """\
import os, pathlib
folder = pathlib.Path(os.environ["SAGEMAKER_BASE_DIR"]) / "output"
folder.mkdir(exist_ok=True)
(folder / "message").write_text("done!")
"""


def _matrix() -> list[Break]:
    spec = f"GET /{ARTIFACTS}/datasets/{BROKEN}/dataset.json"
    past = f"PUT /{ARTIFACTS}/models/{BROKEN}/past-forecasts.json"
    listing = "GET /millrace-local-forecast-123456789012"
    s3, ssm = r"S3\.\w+", r"Ssm\.AccessDeniedException"
    view_file = wrong_file(
        f"views/{BROKEN}_by_shop.sql", "select shop,\n       nonsense\nfrom refined.visits"
    )
    failed = r"States\.TaskFailed"
    etl = met("glue-job", "millrace-local-etl", "hang")
    return [
        *Call("ReadSpec", spec, 30, 5, s3, s3, 5).breaks(),
        Break("ReadSpec", "bad output", wrong_file("dataset.json", "{"), r"States\.\w+"),
        *Call("TakeTurn", "DynamoDB_20120810.PutItem", 30, 5, _REFUSED, _DYNAMODB, 5).breaks(),
        *Call("WhoseTurn", "DynamoDB_20120810.GetItem", 30, 5, _REFUSED, _DYNAMODB, 5).breaks(),
        Break("WhoseTurn", "bad output", nobodys_turn, r"States\.\w+"),
        *Call(
            "LookAtOther", "AWSStepFunctions.DescribeExecution", 30, 7, r"Sfn\.\w+", r"Sfn\.\w+", 7
        ).breaks(),
        *Call("TakeOver", "DynamoDB_20120810.UpdateItem", 30, 5, _REFUSED, _DYNAMODB, 5).breaks(),
        *function(
            "Ingest",
            "ingest",
            900,
            Break("Ingest", "error", source_gone, "TerminalError", "SourceMissing"),
        ),
        *crawl(
            "CrawlLanding",
            "landing",
            ("glue-crawler", "millrace-local-landing", 3600),
            ("AWSStepFunctions.StartExecution", r"StepFunctions\.AWSStepFunctionsException"),
        ),
        Break(
            "Etl",
            "error",
            wrong_file("transform.sql", "select shop, nonsense from source\n"),
            failed,
            "nonsense",
        ),
        Break("Etl", "time-out", etl, r"States\.(Timeout|TaskFailed)", limit_s=14400),
        Break("Etl", "kill", met("glue-job", "millrace-local-etl", "kill"), failed),
        Break(
            "Etl",
            "throttle",
            met("api", "AWSGlue.StartJobRun", "throttle", 7),
            r"Glue\.AWSGlueException",
            "Rate exceeded",
            is_retried=True,
        ),
        *Call(
            "FindModel", "AmazonSSM.GetParameter", 30, 5, ssm, r"Ssm\.ThrottlingException"
        ).breaks(),
        *Call("FindPastForecasts", listing, 30, 5, s3, s3, 5).breaks(),
        *Call("NamePastForecasts", past, 30, 5, s3, s3, 5).breaks(),
        *crawl(
            "CrawlRefined",
            "refined",
            ("api", "AWSGlue.StartCrawler", 60),
            ("AWSGlue.StartCrawler", failed),
        ),
        *function(
            "View",
            "view",
            300,
            Break(
                "View",
                "error",
                view_file,
                "TerminalError",
                f"datasets/{BROKEN}/views/{BROKEN}_by_shop.sql, line 2, column 8",
            ),
        ),
        *job("Score", "SageMaker.CreateProcessingJob", "millrace-score-*"),
        Break("Score", "bad output", wrong_container(SAYS_NONSENSE), r"States\.\w+"),
        *Call(
            "RecordAccuracy",
            "GraniteServiceVersion20100801.PutMetricData",
            30,
            5,
            r"CloudWatch\.\w+",
            r"CloudWatch\.\w+",
            5,
        ).breaks(),
        *job("Train", "SageMaker.CreateTrainingJob", "v*"),
        *Call(
            "Register",
            "SageMaker.CreateModelPackage",
            60,
            5,
            r"SageMaker\.\w+",
            r"SageMaker\.\w+",
            5,
        ).breaks(),
        *Call(
            "Promote", "AmazonSSM.PutParameter", 30, 5, ssm, r"Ssm\.ThrottlingException"
        ).breaks(),
        *job("Forecast", "SageMaker.CreateProcessingJob", "millrace-*"),
        Break("Forecast", "bad output", wrong_container(""), r"States\.\w+", "ExitMessage"),
        *crawl(
            "CrawlForecast",
            "forecast",
            ("api", "AWSGlue.GetCrawler", 60),
            ("AWSGlue.GetCrawler", failed),
        ),
        *function(
            "Acknowledge",
            "ingest",
            900,
            Break(
                "Acknowledge",
                "error",
                wrong_handler("ingest", "millrace_ingest.nothing.handler"),
                r"Runtime\.ImportModuleError",
                "No module named",
            ),
        ),
    ]


MATRIX = _matrix()
STATES: Sequence[str] = list(dict.fromkeys(one.state for one in MATRIX))
WAYS: Sequence[str] = ["error", "time-out", "kill", "throttle", "bad output"]

_STARTS_ETL = {"service": "api", "name": "AWSGlue.StartJobRun", "kind": "hang"}
_VIEWS = "POST /2015-03-31/functions/*millrace-local-view/invocations"
_STARTS_VIEW = {"service": "api", "name": _VIEWS, "kind": "hang"}
_CRAWLS_REFINED = {"service": "glue-crawler", "name": "millrace-local-refined", "kind": "hang"}
_STARTS_SCORE = {"service": "api", "name": "SageMaker.CreateProcessingJob", "kind": "hang"}
HELD: dict[str, tuple[dict[str, Any], ...]] = {
    "CrawlLanding": (_STARTS_ETL,),
    "FindModel": (_STARTS_VIEW, _CRAWLS_REFINED),
    "FindPastForecasts": (_STARTS_VIEW, _CRAWLS_REFINED),
    "NamePastForecasts": (_STARTS_VIEW, _CRAWLS_REFINED),
    "CrawlRefined": (_STARTS_VIEW, _STARTS_SCORE),
    "View": (_STARTS_SCORE,),
}
"""What is kept from going on beside a state that is broken, to be broken after it."""

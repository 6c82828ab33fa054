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
    asked,
    met,
    nobodys_turn,
    source_gone,
    wrong_container,
    wrong_file,
    wrong_handler,
)
from kinds_of_states import call, crawl, function, job
from small import BROKEN

_PUT_METRIC = "GraniteServiceVersion20100801.PutMetricData"
SAYS_NONSENSE = """\
import os, pathlib
folder = pathlib.Path(os.environ["SAGEMAKER_BASE_DIR"]) / "output"
folder.mkdir(exist_ok=True)
(folder / "message").write_text("done!")
"""
# What scores is right: it ran before, and may run again now.
SAYS_NOTHING = """\
import os, sys
if "predict" not in sys.argv:
    os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""


def _matrix() -> list[Break]:
    spec = f"GET /{ARTIFACTS}/datasets/{BROKEN}/dataset.json"
    past = f"PUT /{ARTIFACTS}/models/{BROKEN}/past-forecasts.json"
    listing = "GET /millrace-local-forecast-123456789012"
    view_file = wrong_file(
        f"views/{BROKEN}_by_shop.sql", "select shop,\n       nonsense\nfrom refined.visits"
    )
    failed, etl = r"States\.TaskFailed", ("glue-job", "millrace-local-etl")
    return [
        *call("ReadSpec", spec, "S3"),
        Break(
            "ReadSpec",
            "bad output",
            wrong_file("dataset.json", "{"),
            r"States\.\w+",
            hides_owner=True,
        ),
        *call("TakeTurn", "DynamoDB_20120810.PutItem", "DynamoDB"),
        *call("WhoseTurn", "DynamoDB_20120810.GetItem", "DynamoDB"),
        Break("WhoseTurn", "bad output", nobodys_turn, r"States\.\w+"),
        *call("LookAtOther", "AWSStepFunctions.DescribeExecution", "Sfn"),
        *call("TakeOver", "DynamoDB_20120810.UpdateItem", "DynamoDB"),
        *function(
            "Ingest",
            "ingest",
            900,
            Break("Ingest", "error", source_gone, "TerminalError", "SourceMissing"),
        ),
        *crawl(
            "CrawlLanding",
            "landing",
            Break(
                "CrawlLanding",
                "time-out",
                met("glue-crawler", "millrace-local-landing", "hang"),
                failed,
                "TIMED_OUT",
                3600,
            ),
            ("AWSStepFunctions.StartExecution", r"StepFunctions\.AWSStepFunctionsException"),
        ),
        Break(
            "Etl",
            "error",
            wrong_file("transform.sql", "select shop, nonsense from source\n"),
            failed,
            "nonsense",
        ),
        # Of the job's own limit and the state's, which are the same, either may come first.
        Break("Etl", "time-out", met(*etl, "hang"), r"States\.(Timeout|TaskFailed)", limit_s=14400),
        Break("Etl", "kill", met(*etl, "kill"), failed),
        Break(
            "Etl",
            "throttle",
            asked("AWSGlue.StartJobRun", "throttle"),
            r"Glue\.AWSGlueException",
            "Rate exceeded",
            is_retried=True,
        ),
        *call("FindModel", "AmazonSSM.GetParameter", "Ssm"),
        *call("FindPastForecasts", listing, "S3"),
        *call("NamePastForecasts", past, "S3"),
        *crawl(
            "CrawlRefined",
            "refined",
            Break(
                "CrawlRefined",
                "time-out",
                asked("AWSGlue.StartCrawler", "hang"),
                failed,
                "States.Timeout",
                60,
            ),
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
        *call("RecordAccuracy", _PUT_METRIC, "CloudWatch"),
        *job("Train", "SageMaker.CreateTrainingJob", "v*"),
        *call("Register", "SageMaker.CreateModelPackage", "SageMaker", 60),
        *call("Promote", "AmazonSSM.PutParameter", "Ssm"),
        *job("Forecast", "SageMaker.CreateProcessingJob", "millrace-*"),
        Break(
            "Forecast",
            "bad output",
            wrong_container(SAYS_NOTHING),
            r"States\.\w+",
            "ExitMessage",
        ),
        *crawl(
            "CrawlForecast",
            "forecast",
            Break(
                "CrawlForecast",
                "time-out",
                asked("AWSGlue.GetCrawler", "hang"),
                failed,
                "States.Timeout",
                60,
            ),
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

_VIEWS = "POST /2015-03-31/functions/*millrace-local-view/invocations"
HOLDS: dict[str, dict[str, Any]] = {
    "Etl": {"service": "states-api", "name": "AWSGlue.StartJobRun", "kind": "hang"},
    "View": {"service": "states-api", "name": _VIEWS, "kind": "hang"},
    "CrawlRefined": {"service": "glue-crawler", "name": "millrace-local-refined", "kind": "hang"},
    "Score": {"service": "states-api", "name": "SageMaker.CreateProcessingJob", "kind": "hang"},
}
"""What keeps a state at work as long as it lasts."""
HELD: dict[str, tuple[str, ...]] = {
    "CrawlLanding": ("Etl",),
    "FindModel": ("View", "CrawlRefined"),
    "FindPastForecasts": ("View", "CrawlRefined"),
    "NamePastForecasts": ("View", "CrawlRefined"),
    "CrawlRefined": ("View", "Score"),
    "View": ("Score",),
}
"""What is kept from going on beside a state that is broken, to be broken after it."""

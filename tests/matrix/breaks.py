"""The matrix: each state of the pipeline, and each way in which it can break.

``error``: what it asks for is refused, or the work ends with an exception. ``time-out``: the call
or the work never ends. ``kill``: the worker dies at work; a call of AWS's has none. ``throttle``: as
often as it is tried. ``bad output``: it answers what the machine cannot read; not for states whose
answer is not read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

from broken_cloud import BrokenCloud
from small import BROKEN, broken_release

Breaker = Callable[[BrokenCloud], AbstractContextManager[None]]
ARTIFACTS = "millrace-local-artifacts-123456789012"
_FUNCTION = "POST /2015-03-31/functions/*millrace-local-{}/invocations"


@dataclass(frozen=True, slots=True)
class Break:
    """One break and what is told of it."""

    state: str
    way: str
    breaker: Breaker
    error: str
    """Regular expression."""
    words: str = ""
    """What the mail says beside it."""
    limit_s: float = 0.0
    """How long it takes at most, where it hangs."""


def met(service: str, name: str, kind: str, times: int | None = None) -> Breaker:
    """Work or calls of that name meet a fault."""
    return lambda cloud: cloud.faults(
        {"service": service, "name": name, "kind": kind, "times": times}
    )


@dataclass(frozen=True, slots=True)
class Call:
    """A state that is one call of AWS's."""

    state: str
    name: str
    """As a fault names it."""
    limit_s: float
    tries: int
    """How often a throttled call is made."""
    refused: str
    throttled: str
    refused_tries: int = 1

    def breaks(self) -> list[Break]:
        return [
            Break(
                self.state,
                "error",
                met("api", self.name, "refuse", self.refused_tries),
                self.refused,
                "not authorized|Access Denied",
            ),
            Break(
                self.state,
                "time-out",
                met("api", self.name, "hang"),
                r"States\.Timeout",
                limit_s=self.limit_s,
            ),
            Break(
                self.state,
                "throttle",
                met("api", self.name, "throttle", self.tries),
                self.throttled,
                "Rate exceeded|reduce your request rate",
            ),
        ]


@contextmanager
def source_gone(cloud: BrokenCloud) -> Iterator[None]:
    """The folder that the dataset is taken from is not there."""
    folder = cloud.checkout.home / "sources" / BROKEN
    folder.rename(folder.with_name("elsewhere"))
    try:
        yield
    finally:
        folder.with_name("elsewhere").rename(folder)


def wrong_file(key: str, text: str) -> Breaker:
    """A file of the deployed dataset is overwritten."""

    @contextmanager
    def broken(cloud: BrokenCloud) -> Iterator[None]:
        s3 = cloud.client("s3")
        where = {"Bucket": ARTIFACTS, "Key": f"datasets/{BROKEN}/{key}"}
        right = s3.get_object(**where)["Body"].read()
        s3.put_object(**where, Body=text.encode())
        try:
            yield
        finally:
            s3.put_object(**where, Body=right)

    return broken


def wrong_handler(service: str, command: str) -> Breaker:
    """A broken release of a function."""

    @contextmanager
    def broken(cloud: BrokenCloud) -> Iterator[None]:
        functions, name = cloud.client("lambda"), f"millrace-local-{service}"
        right = f"millrace_{service}.handler.handler"
        functions.update_function_configuration(
            FunctionName=name, ImageConfig={"Command": [command]}
        )
        try:
            yield
        finally:
            functions.update_function_configuration(
                FunctionName=name, ImageConfig={"Command": [right]}
            )

    return broken


def wrong_container(program: str) -> Breaker:
    """A broken release of the forecast's image."""

    @contextmanager
    def broken(cloud: BrokenCloud) -> Iterator[None]:
        file = broken_release(cloud.checkout.root)
        file.write_text(program)
        try:
            yield
        finally:
            file.unlink()

    return broken


@contextmanager
def nobodys_turn(cloud: BrokenCloud) -> Iterator[None]:
    """The turn that was refused is gone from the table when its holder is looked for."""
    table, key = cloud.client("dynamodb"), {"pk": {"S": f"TURN#{BROKEN}"}, "sk": {"S": "TURN"}}
    where = {"TableName": "millrace-local-state", "Key": key}
    right = table.get_item(**where)["Item"]
    table.delete_item(**where)
    try:
        yield
    finally:
        table.put_item(TableName=where["TableName"], Item=right)


_RAISES = "raise SystemExit('IndexError: a broken release')"
_SAYS_NONSENSE = """\
import os, pathlib
folder = pathlib.Path(os.environ["SAGEMAKER_BASE_DIR"]) / "output"
folder.mkdir(exist_ok=True)
(folder / "message").write_text("done!")
"""
_DYNAMODB = r"DynamoDB\.(ThrottlingException|RequestLimitExceeded)"
_REFUSED = r".*\.(AccessDenied(Exception)?|\w+Exception)"


def function(state: str, service: str, limit_s: float, own: Break) -> list[Break]:
    """A state that invokes a Lambda function; ``own`` is an error of its own."""
    name = f"millrace-local-{service}"
    throttled = r"Lambda\.TooManyRequestsException"
    return [
        own,
        Break(
            state,
            "time-out",
            met("lambda", name, "hang"),
            r"Sandbox\.Timedout",
            f"timed out after {limit_s:.2f} seconds",
            limit_s,
        ),
        Break(state, "kill", met("lambda", name, "kill"), r"Runtime\.ExitError"),
        Break(state, "throttle", met("lambda", name, "throttle"), throttled, "Rate Exceeded"),
        Break(
            state, "bad output", wrong_handler(service, "operator.eq"), r"States\.\w+", "Payload"
        ),
    ]


def job(state: str, create: str, name: str) -> list[Break]:
    """A state that waits for a job of SageMaker's."""
    failed = r"States\.TaskFailed"
    return [
        Break(state, "error", wrong_container(_RAISES), failed, "IndexError: a broken release"),
        Break(
            state,
            "time-out",
            met("sagemaker-job", name, "hang"),
            failed,
            "longer than its MaxRuntimeInSeconds, 7200",
            7200,
        ),
        Break(state, "kill", met("sagemaker-job", name, "kill"), failed),
        Break(
            state,
            "throttle",
            met("api", create, "throttle", 7),
            r"SageMaker\.ThrottlingException",
            "Rate exceeded",
        ),
    ]


def crawl(state: str, zone: str, throttled: Break) -> list[Break]:
    """A state that waits for an execution of the machine ``crawl``."""
    failed, name = r"States\.TaskFailed", f"millrace-local-{zone}"
    refused = met("api", "AWSGlue.StartCrawler", "refuse", 1)
    return [
        Break(state, "error", refused, failed, "not authorized"),
        Break(state, "time-out", met("glue-crawler", name, "hang"), failed, "TIMED_OUT", 3600),
        Break(state, "kill", met("glue-crawler", name, "kill"), failed, f"crawler {name}"),
        throttled,
    ]


def _matrix() -> list[Break]:
    spec = f"GET /{ARTIFACTS}/datasets/{BROKEN}/dataset.json"
    past = f"PUT /{ARTIFACTS}/models/{BROKEN}/past-forecasts.json"
    listing = "GET /millrace-local-forecast-123456789012"
    s3, ssm = r"S3\.\w+", r"Ssm\.AccessDeniedException"
    view_file = wrong_file(
        f"views/{BROKEN}_by_shop.sql", "select shop,\n       nonsense\nfrom refined.visits"
    )
    starts = met("api", "AWSStepFunctions.StartExecution", "throttle", 5)
    failed = r"States\.TaskFailed"
    etl = met("glue-job", "millrace-local-etl", "hang")
    return [
        *Call("ReadSpec", spec, 30, 5, s3, s3, 5).breaks(),
        Break("ReadSpec", "bad output", wrong_file("dataset.json", "{"), r"States\.\w+"),
        *Call("TakeTurn", "DynamoDB_20120810.PutItem", 30, 5, _REFUSED, _DYNAMODB).breaks(),
        *Call("WhoseTurn", "DynamoDB_20120810.GetItem", 30, 5, _REFUSED, _DYNAMODB).breaks(),
        Break("WhoseTurn", "bad output", nobodys_turn, r"States\.\w+"),
        *Call(
            "LookAtOther", "AWSStepFunctions.DescribeExecution", 30, 7, r"Sfn\.\w+", r"Sfn\.\w+", 7
        ).breaks(),
        *Call("TakeOver", "DynamoDB_20120810.UpdateItem", 30, 5, _REFUSED, _DYNAMODB).breaks(),
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
                "CrawlLanding", "throttle", starts, r"StepFunctions\.Throttl\w+", "Rate exceeded"
            ),
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
            r"Glue\.Throttling\w*",
            "Rate exceeded",
        ),
        *Call(
            "FindModel", "AmazonSSM.GetParameter", 30, 5, ssm, r"Ssm\.ThrottlingException"
        ).breaks(),
        *Call("FindPastForecasts", listing, 30, 5, s3, s3, 5).breaks(),
        *Call("NamePastForecasts", past, 30, 5, s3, s3, 5).breaks(),
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
        *crawl(
            "CrawlRefined",
            "refined",
            Break(
                "CrawlRefined",
                "throttle",
                met("api", "AWSGlue.StartCrawler", "throttle", 7),
                failed,
                "Rate exceeded",
            ),
        ),
        *job("Score", "SageMaker.CreateProcessingJob", "millrace-score-*"),
        Break("Score", "bad output", wrong_container(_SAYS_NONSENSE), r"States\.\w+"),
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
            Break(
                "CrawlForecast",
                "throttle",
                met("api", "AWSGlue.GetCrawler", "throttle", 7),
                failed,
                "Rate exceeded",
            ),
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
_STARTS_VIEW = {"service": "api", "name": _FUNCTION.format("view"), "kind": "hang"}
_CRAWLS_REFINED = {"service": "glue-crawler", "name": "millrace-local-refined", "kind": "hang"}
_STARTS_SCORE = {"service": "api", "name": "SageMaker.CreateProcessingJob", "kind": "hang"}
_MODEL = (_STARTS_VIEW, _CRAWLS_REFINED)
HELD: dict[str, tuple[dict[str, Any], ...]] = {
    "CrawlLanding": (_STARTS_ETL,),
    "FindModel": _MODEL,
    "FindPastForecasts": _MODEL,
    "NamePastForecasts": _MODEL,
    "View": (_CRAWLS_REFINED, _STARTS_SCORE),
    "CrawlRefined": (_STARTS_SCORE,),
}
"""What is kept from going on beside a state that is broken, to be broken after it."""

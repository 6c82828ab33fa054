"""The ways in which each kind of state can break: a call, a function, a job, a crawl."""

from __future__ import annotations

from breakers import Break, asked, met, wrong_container, wrong_handler


def call(state: str, name: str, errors: str, limit_s: float = 30) -> list[Break]:
    """A state that is one call of AWS's.

    Args:
        state: Its name.
        name: The call, as a fault names it.
        errors: Prefix of the service's errors, as Step Functions gives it.
        limit_s: The state's time-out.
    """
    error = rf"{errors}\.\w+"
    refused, throttled = "not authorized|Access Denied", "Rate exceeded|reduce your request rate"
    return [
        Break(state, "error", asked(name, "refuse"), error, refused, is_retried=True),
        Break(state, "time-out", asked(name, "hang"), r"States\.Timeout", limit_s=limit_s),
        Break(state, "throttle", asked(name, "throttle"), error, throttled, is_retried=True),
    ]


_RAISES = "raise SystemExit('IndexError: a broken release')"


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
        Break(
            state,
            "throttle",
            met("lambda", name, "throttle"),
            throttled,
            "Rate Exceeded",
            is_retried=True,
        ),
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
            asked(create, "throttle"),
            r"SageMaker\.AmazonSageMakerException",
            "Rate exceeded",
            is_retried=True,
        ),
    ]


def crawl(state: str, zone: str, hangs: Break, throttled: tuple[str, str]) -> list[Break]:
    """A state that waits for an execution of the machine ``crawl``.

    Args:
        state: Its name.
        zone: What is crawled.
        hangs: Its time-out.
        throttled: Call that is throttled, and the error that is told.
    """
    failed, name = r"States\.TaskFailed", f"millrace-local-{zone}"
    refused, (call_name, error) = asked("AWSGlue.StartCrawler", "refuse"), throttled
    throttle = asked(call_name, "throttle")
    return [
        Break(state, "error", refused, failed, "not authorized", is_retried=True),
        hangs,
        Break(state, "kill", met("glue-crawler", name, "kill"), failed, f"crawler {name}"),
        Break(state, "throttle", throttle, error, "Rate exceeded", is_retried=True),
    ]

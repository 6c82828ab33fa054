"""The ways in which each kind of state can break: a call, a function, a job, a crawl."""

from __future__ import annotations

from dataclasses import dataclass

from breakers import Break, met, wrong_container, wrong_handler


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
                is_retried=self.refused_tries > 1,
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
                is_retried=True,
            ),
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
            met("api", create, "throttle", 7),
            r"SageMaker\.AmazonSageMakerException",
            "Rate exceeded",
            is_retried=True,
        ),
    ]


def crawl(
    state: str, zone: str, hangs: tuple[str, str, float], throttles: tuple[str, str]
) -> list[Break]:
    """A state that waits for an execution of the machine ``crawl``.

    Args:
        state: Its name.
        zone: What is crawled.
        hangs: Service and name of what hangs, and how long that takes at most.
        throttles: Call that is throttled, and the error that is told.
    """
    failed, name = r"States\.TaskFailed", f"millrace-local-{zone}"
    refused = met("api", "AWSGlue.StartCrawler", "refuse", 1)
    service, what, limit_s = hangs
    call, error = throttles
    tries = 5 if "StepFunctions" in call else 7
    throttled = met("api", call, "throttle", tries)
    return [
        Break(state, "error", refused, failed, "not authorized"),
        Break(
            state,
            "time-out",
            met(service, what, "hang"),
            failed,
            "TIMED_OUT|States.Timeout",
            limit_s,
        ),
        Break(state, "kill", met("glue-crawler", name, "kill"), failed, f"crawler {name}"),
        Break(state, "throttle", throttled, error, "Rate exceeded", is_retried=True),
    ]

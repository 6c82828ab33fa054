"""One run's bill, from its history and what its jobs say of themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from millrace.costing.prices import Prices
from millrace.runs import State

_MS = 1000


@dataclass(frozen=True, slots=True)
class Item:
    """What one state used, and its price."""

    state: str
    service: str
    used: str
    """In words, as ``2 DPU for 60 s``."""
    dollars: float | None
    """None where the price table does not know."""


@dataclass(frozen=True, slots=True)
class Bill:
    """Everything priced of one run; storage, requests and transfer are not."""

    items: tuple[Item, ...]

    @property
    def dollars(self) -> float:
        """What is known to cost something, summed."""
        return sum(item.dollars or 0.0 for item in self.items)

    @property
    def unknown(self) -> tuple[str, ...]:
        """States whose price is not known."""
        return tuple(item.state for item in self.items if item.dollars is None)


@dataclass(frozen=True, slots=True)
class FunctionSize:
    """A Lambda function's memory and processor."""

    memory_mb: int
    architecture: str


@dataclass(frozen=True, slots=True)
class Crawl:
    """What Glue tells of a crawl that is over."""

    dpu: float
    took_s: float


@dataclass(frozen=True, slots=True)
class Known:
    """What AWS tells beside the run's own history."""

    size_of: Callable[[str], FunctionSize]
    """Memory and processor of a function, by name or ARN."""
    crawl_of: Callable[[State], Crawl | None] = lambda _: None
    """The crawl that a state waited for; None where the table's DPUs are to be assumed."""


def make_bill(states: Sequence[State], prices: Prices, known: Known) -> Bill:
    """Price every state.

    Args:
        states: The run's tree.
        prices: The table.
        known: What the history does not tell.
    """
    every = [one for top in states for one in top.walk()]
    items = [item for state in every for item in _items(state, prices, known)]
    steps = sum(state.transitions for state in every)
    items.append(Item("all", "Step Functions", f"{steps} transitions", steps * prices.transition))
    return Bill(tuple(items))


def _items(state: State, prices: Prices, known: Known) -> Iterable[Item]:
    service, _, action = state.resource.partition(" ")
    if service == "lambda":
        yield _function(state, prices, known.size_of(state.parameters["FunctionName"]))
    elif service == "glue":
        yield from (_glue_job(state, result, prices) for result in state.results)
    elif service == "states" and "crawler" in (state.parameters or {}).get("Input", {}):
        yield _crawl(state, prices, known.crawl_of(state))
    elif service == "sagemaker":
        kind = "Training" if "Training" in action else "Processing"
        yield from (_sagemaker_job(state, kind, result, prices) for result in state.results)


def _function(state: State, prices: Prices, size: FunctionSize) -> Item:
    """The state's own time, which is a little more than what Lambda bills."""
    gb_seconds = state.took_s * size.memory_mb / 1024
    dollars = gb_seconds * prices.gb_second[size.architecture] + state.attempts * prices.request
    return Item(state.name, "Lambda", f"{size.memory_mb} MB for {state.took_s:.1f} s", dollars)


def _glue_job(state: State, result: Any, prices: Prices) -> Item:
    """Glue bills DPU-seconds from one minute on; with auto scaling it tells them itself."""
    took_s = max(float(result.get("ExecutionTime", 0)), prices.job_minimum_s)
    dpu = float(result.get("MaxCapacity") or result.get("NumberOfWorkers") or 0)
    dpu_s = max(float(result.get("DPUSeconds") or took_s * dpu), prices.job_minimum_s)
    used = f"{dpu_s / took_s:g} DPU for {took_s:.0f} s"
    return Item(state.name, "Glue job", used, dpu_s / 3600 * prices.dpu_hour if dpu_s else None)


def _crawl(state: State, prices: Prices, told: Crawl | None) -> Item:
    crawl = told or Crawl(prices.crawler_dpu, state.took_s)
    took_s = max(crawl.took_s, prices.crawler_minimum_s)
    dollars = took_s / 3600 * crawl.dpu * prices.dpu_hour
    used = f"{crawl.dpu:.3g} DPU for {took_s:.0f} s"
    return Item(state.name, "Glue crawler", used, dollars)


def _sagemaker_job(state: State, kind: str, result: Any, prices: Prices) -> Item:
    cluster = result.get("ResourceConfig") or result.get("ProcessingResources", {}).get(
        "ClusterConfig", {}
    )
    instance, count = str(cluster.get("InstanceType", "?")), int(cluster.get("InstanceCount", 1))
    began = result.get(f"{kind}StartTime")
    ended = result.get(f"{kind}EndTime")
    took_s = (ended - began) / _MS if began and ended else state.took_s
    hour = prices.instance_hour.get(instance)
    dollars = None if hour is None else took_s / 3600 * count * hour
    used = f"{count} {instance} for {took_s:.0f} s"
    return Item(state.name, f"SageMaker {kind.lower()}", used, dollars)

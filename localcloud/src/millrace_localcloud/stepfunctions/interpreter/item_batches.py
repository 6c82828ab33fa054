"""ItemBatcher of a distributed Map, which moto's grammar does not know.

Source: Step Functions Developer Guide, "ItemBatcher (Map)". A definition's ItemBatcher is carried
to here inside an ItemSelector, which is a template with the same rules; it is then taken apart.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

from moto.stepfunctions.parser.api import ExecutionFailedEventDetails, HistoryEventType
from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import (
    CustomErrorName,
)
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import (
    FailureEvent,
    FailureEventException,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration import (
    distributed_iteration_component as moto_map,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.itemprocessor import (
    distributed_item_processor_worker as moto_worker,
)
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails
from moto.stepfunctions.parser.asl.eval.states import ItemData, MapData

from millrace_localcloud.seams import replace_attribute

_BATCHER = "ItemBatcher of this Map"
_ITEM = "Item"
_JSONATA_ITEM = "{% $states.context.Map.Item.Value %}"


class Batch(dict[str, Any]):
    """The input of a child execution that gets several items."""

    @property
    def size(self) -> int:
        return len(self["Items"])


def install() -> None:
    """Let a map run work on batches, and count the items in them."""
    component, worker = (
        moto_map.DistributedIterationComponent,
        moto_worker.DistributedItemProcessorWorker,
    )
    run, evaluate = component._map_run, worker._eval_job

    def run_batches(self: Any, env: Any, eval_input: Any) -> None:
        if _carries_batcher(eval_input.item_selector):
            env.stack.append(list(_batches(env, eval_input, env.stack.pop())))
            eval_input = copy.copy(eval_input)
            eval_input.item_selector = None
        run(self, env, eval_input)

    def evaluate_and_count(self: Any, env: Any, job: Any) -> None:
        record = self._map_run_record
        if isinstance(job.job_input, Batch):
            self._map_run_record = _RecordOfBatches(record, job.job_input.size)
        try:
            evaluate(self, env, job)
        finally:
            self._map_run_record = record

    replace_attribute(component, "_map_run", run_batches)
    replace_attribute(worker, "_eval_job", evaluate_and_count)


def carried(state: dict[str, Any], language: str) -> dict[str, Any]:
    """A Map state whose ItemBatcher is where moto's grammar takes it."""
    batcher = state["ItemBatcher"]
    limits = {
        (f"{name.removesuffix('Path')}.$" if name.endswith("Path") else name): value
        for name, value in batcher.items()
    }
    item: dict[str, Any] = {f"{_ITEM}.$": "$$.Map.Item.Value"}
    if "ItemSelector" in state:
        item = {_ITEM: state["ItemSelector"]}
    elif language == "JSONata":
        item = {_ITEM: _JSONATA_ITEM}
    others = {name: value for name, value in state.items() if name != "ItemBatcher"}
    return {**others, "ItemSelector": {_BATCHER: limits, **item}}


def batched(
    items: list[Any], *, count: int | None, size_bytes: int | None, given: Any = None
) -> Iterator[Batch]:
    """``items`` in order, in batches of ``count`` that take at most ``size_bytes``.

    Raises:
        ValueError: One item takes more than that.
    """
    head = {} if given is None else {"BatchInput": given}
    empty = _size(Batch(**head, Items=[]))
    held: list[Any] = []
    held_bytes = empty
    for item in items:
        more = _size(item) + bool(held)
        if held and (len(held) == count or (size_bytes and held_bytes + more > size_bytes)):
            yield Batch(**head, Items=held)
            held, held_bytes, more = [], empty, _size(item)
        if size_bytes and held_bytes + more > size_bytes:
            raise ValueError(f"an item takes more than the {size_bytes} bytes of a batch")
        held.append(item)
        held_bytes += more
    if held:
        yield Batch(**head, Items=held)


def size_of(child_input: Any) -> int:
    """How many items a child execution has."""
    return child_input.size if isinstance(child_input, Batch) else 1


def _carries_batcher(selector: Any) -> bool:
    return selector is not None and any(
        binding.identifier == _BATCHER for binding in selector.template_value_object.bindings
    )


def _batches(env: Any, eval_input: Any, items: list[Any]) -> Iterator[Batch]:
    state_input = env.stack[-1]
    selected = [
        _selected(env, eval_input.item_selector, state_input, index, item)
        for index, item in enumerate(items)
    ]
    limits = selected[0][_BATCHER] if selected else {}
    try:
        yield from batched(
            [each[_ITEM] for each in selected],
            count=limits.get("MaxItemsPerBatch"),
            size_bytes=limits.get("MaxInputBytesPerBatch"),
            given=limits.get("BatchInput"),
        )
    except ValueError as exc:
        details = ExecutionFailedEventDetails(error="States.Runtime", cause=str(exc))
        raise FailureEventException(
            FailureEvent(
                env=env,
                error_name=CustomErrorName("States.Runtime"),
                event_type=HistoryEventType.MapRunFailed,
                event_details=EventDetails(executionFailedEventDetails=details),
            )
        ) from exc


def _selected(env: Any, selector: Any, state_input: Any, index: int, item: Any) -> Any:
    frame = env.open_inner_frame()
    try:
        context = frame.states.context_object.context_object_data
        context["Map"] = MapData(Item=ItemData(Index=index, Value=item))
        frame.states.reset(input_value=state_input)
        frame.stack.append(state_input)
        selector.eval(frame)
        return frame.stack[-1]
    finally:
        env.delete_frame(frame)


def _size(value: Any) -> int:
    return len(json.dumps(value, separators=(",", ":")).encode())


class _RecordOfBatches:
    """A map run's record, to which one batch counts as the items in it."""

    def __init__(self, record: Any, size: int) -> None:
        self.execution_counter = record.execution_counter
        self.item_counter = _Counters(record.item_counter, size)


class _Counters:
    def __init__(self, counters: Any, size: int) -> None:
        self._counters = counters
        self._size = size

    def __getattr__(self, name: str) -> _Counter:
        return _Counter(getattr(self._counters, name), self._size)


class _Counter:
    def __init__(self, counter: Any, size: int) -> None:
        self._counter = counter
        self._size = size

    def count(self) -> None:
        self._counter.count(self._size)

    def offset(self, times: int) -> None:
        self._counter.offset(times * self._size)

"""What a run read and wrote, as OpenLineage events among the artifacts."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from openlineage.client import OpenLineageClient
from openlineage.client.event_v2 import (
    InputDataset,
    Job,
    OutputDataset,
    Run,
    RunEvent,
    RunState,
)
from openlineage.client.facet_v2 import (
    OutputDatasetFacet,
    RunFacet,
    error_message_run,
    input_statistics_input_dataset,
    output_statistics_output_dataset,
    parent_run,
    schema_dataset,
)
from openlineage.client.serde import Serde
from openlineage.client.transport.transport import Transport

from millrace_contracts import LineageKey
from millrace_etl.ports import ObjectStore, Traced
from millrace_etl.settings import Settings

_PRODUCER = "https://pypi.org/project/millrace-etl/"


class ObjectTransport(Transport):
    """Keeps the events of one attempt as one object, a line for each."""

    kind = "millrace_object"

    def __init__(self, store: ObjectStore, bucket: str, key: LineageKey) -> None:
        self._store = store
        self._bucket = bucket
        self._key = key
        self._lines: list[str] = []

    def emit(self, event: Any) -> None:
        """Write the events so far; a run that dies leaves those before its end."""
        self._lines.append(Serde.to_json(event))
        body = "".join(f"{line}\n" for line in self._lines).encode()
        self._store.put(self._bucket, str(self._key), body)


class OpenLineage:
    """Lineage through the OpenLineage client ("OpenLineage", spec 2-0-2)."""

    def __init__(
        self, settings: Settings, attempt: str, store: ObjectStore, now: Callable[[], datetime]
    ) -> None:
        key = LineageKey(settings.dataset, settings.run_id, attempt)
        self._settings = settings
        self._attempt = attempt
        self._now = now
        self._client = OpenLineageClient(
            transport=ObjectTransport(store, settings.artifacts_bucket, key)
        )

    def started(self) -> None:
        self._emit(RunState.START, {}, [], [])

    def completed(self, traced: Traced) -> None:
        settings = self._settings
        rows = dict(traced.numbers)
        read = input_statistics_input_dataset.InputStatisticsInputDatasetFacet(
            rowCount=rows["rows_read"], producer=_PRODUCER
        )
        inputs = [InputDataset(f"s3://{settings.landing_bucket}", settings.dataset,
                               inputFacets={"inputStatistics": read})]  # fmt: skip
        inputs += [
            InputDataset(f"s3://{settings.refined_bucket}", name) for name in traced.tables_read
        ]
        fields = [
            schema_dataset.SchemaDatasetFacetFields(name, kind) for name, kind in traced.columns
        ]
        outputs = [
            OutputDataset(
                f"s3://{settings.refined_bucket}",
                settings.dataset,
                facets={"schema": schema_dataset.SchemaDatasetFacet(fields, producer=_PRODUCER)},
                outputFacets=_statistics(rows["rows_written"], rows["files_written"]),
            ),
            OutputDataset(
                f"s3://{settings.quarantine_bucket}",
                settings.dataset,
                outputFacets=_statistics(rows["rows_quarantined"], None),
            ),
        ]
        self._emit(RunState.COMPLETE, {}, inputs, outputs)

    def failed(self, error: str) -> None:
        facet = error_message_run.ErrorMessageRunFacet(error, "python", producer=_PRODUCER)
        self._emit(RunState.FAIL, {"errorMessage": facet}, [], [])

    def _emit(
        self,
        state: RunState,
        facets: Mapping[str, RunFacet],
        inputs: list[InputDataset],
        outputs: list[OutputDataset],
    ) -> None:
        settings = self._settings
        parent = parent_run.ParentRunFacet(
            run=parent_run.Run(_uuid(settings.run_id)),
            job=parent_run.Job("millrace", f"{settings.dataset}.pipeline"),
            producer=_PRODUCER,
        )
        self._client.emit(
            RunEvent(
                eventType=state,
                eventTime=self._now().isoformat(),
                run=Run(_uuid(self._attempt), facets={"parent": parent, **facets}),
                job=Job("millrace", f"{settings.dataset}.etl"),
                producer=_PRODUCER,
                inputs=inputs,
                outputs=outputs,
            )
        )


def _statistics(rows: int, files: int | None) -> dict[str, OutputDatasetFacet]:
    facet = output_statistics_output_dataset.OutputStatisticsOutputDatasetFacet(
        rowCount=rows, fileCount=files, producer=_PRODUCER
    )
    return {"outputStatistics": facet}


def _uuid(text: str) -> str:
    """OpenLineage's runs are UUIDs; ours are names."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"millrace:{text}"))

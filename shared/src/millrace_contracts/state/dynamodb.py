"""Run state in one DynamoDB table.

========================  =====================  ==================  ====================
item                      pk, sk                 gsi1pk, gsi1sk      gsi2pk, gsi2sk
========================  =====================  ==================  ====================
run                       RUN#id, RUN            DATASET#d, start    FAILED#month, end
stage of a run            RUN#id, STAGE#name
announcement of a run     RUN#id, ANNOUNCED#n
file version              DATASET#d, FILE#id                         SOURCE#path, FILE#id
file to process           BATCH#id, FILE#id
open batch                DATASET#d, OPEN#id
lease                     LEASE#name, LEASE
========================  =====================  ==================  ====================

gsi2 holds failed runs by the month of their end, so that no partition grows for ever. A landed file
is written under its batch in the same transaction, since an index is only eventually consistent and
a manifest must not miss a file.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.conditions import Attr, Key
from botocore.exceptions import ClientError

from millrace_contracts.state.items import (
    Item,
    failed_month,
    failed_months,
    file_item,
    file_of,
    run_of,
    stage_item,
    stage_of,
    text_of,
)
from millrace_contracts.state.records import (
    FileRecord,
    FileStatus,
    RunRecord,
    RunStatus,
    StageRecord,
)

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table


class DynamoRunState:
    """RunState in a DynamoDB table with the indexes ``gsi1`` and ``gsi2``."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def start_run(self, run_id: str, dataset: str, at: datetime) -> None:
        item = {
            "pk": f"RUN#{run_id}",
            "sk": "RUN",
            "gsi1pk": f"DATASET#{dataset}",
            "gsi1sk": text_of(at),
            "run_id": run_id,
            "dataset": dataset,
            "status": RunStatus.RUNNING.value,
            "started_at": text_of(at),
        }
        self._put_unless(item, "attribute_not_exists(pk)")

    def end_run(
        self,
        run_id: str,
        dataset: str,
        status: RunStatus,
        at: datetime,
        *,
        error: str = "",
        cause: str = "",
    ) -> None:
        self.start_run(run_id, dataset, at)
        sets = "SET #status = :status, ended_at = :at, #error = :error, cause = :cause"
        values = {":status": status.value, ":at": text_of(at), ":error": error, ":cause": cause}
        if status is RunStatus.FAILED:
            update = f"{sets}, gsi2pk = :month, gsi2sk = :at"
            values[":month"] = failed_month(at)
        else:
            update = f"{sets} REMOVE gsi2pk, gsi2sk"
        self._table.update_item(
            Key={"pk": f"RUN#{run_id}", "sk": "RUN"},
            UpdateExpression=update,
            ExpressionAttributeNames={"#status": "status", "#error": "error"},
            ExpressionAttributeValues=values,
        )

    def run(self, run_id: str) -> RunRecord | None:
        item = self._get(f"RUN#{run_id}", "RUN")
        return None if item is None else run_of(item)

    def runs(self, dataset: str, limit: int = 50) -> Sequence[RunRecord]:
        found = self._query(
            IndexName="gsi1",
            KeyConditionExpression=Key("gsi1pk").eq(f"DATASET#{dataset}"),
            ScanIndexForward=False,
        )
        return [run_of(item) for item, _ in zip(found, range(limit), strict=False)]

    def failed_runs(self, since: datetime, until: datetime) -> Sequence[RunRecord]:
        failed = [
            run_of(item)
            for month in failed_months(since, until)
            for item in self._query(
                IndexName="gsi2",
                KeyConditionExpression=Key("gsi2pk").eq(month)
                & Key("gsi2sk").between(text_of(since), text_of(until)),
            )
        ]
        return sorted(failed, key=lambda run: run.ended_at or run.started_at, reverse=True)

    def claim_announcement(
        self, run_id: str, attempt: int, now: datetime, lease_until: datetime
    ) -> bool:
        item = _announcement(run_id, attempt) | {"lease_until": text_of(lease_until)}
        free = Attr("pk").not_exists() | (
            Attr("announced").not_exists() & Attr("lease_until").lte(text_of(now))
        )
        return self._put_unless(item, free)

    def release_announcement(self, run_id: str, attempt: int) -> None:
        try:
            self._table.delete_item(
                Key=_announcement(run_id, attempt),
                ConditionExpression=Attr("announced").not_exists(),
            )
        except ClientError as exc:
            if not _condition_failed(exc):
                raise

    def settle_announcement(self, run_id: str, attempt: int) -> None:
        self._table.put_item(Item=_announcement(run_id, attempt) | {"announced": True})

    def announced(self, run_id: str, attempt: int) -> bool:
        key = _announcement(run_id, attempt)
        item = self._get(key["pk"], key["sk"])
        return item is not None and "announced" in item

    def put_stage(self, stage: StageRecord) -> None:
        self._table.put_item(Item=stage_item(stage))

    def stages(self, run_id: str) -> Sequence[StageRecord]:
        found = self._query(
            KeyConditionExpression=Key("pk").eq(f"RUN#{run_id}") & Key("sk").begins_with("STAGE#")
        )
        return sorted((stage_of(item) for item in found), key=lambda stage: stage.started_at)

    def claim_file(self, claim: FileRecord, now: datetime) -> FileRecord | None:
        if self._put_unless(file_item(claim), "attribute_not_exists(pk)"):
            return claim
        update = "SET claimed_by = :run, lease_until = :until"
        values = {":run": claim.claimed_by, ":until": text_of(claim.lease_until)}
        if claim.upload:
            update += ", upload = :upload"
            values[":upload"] = claim.upload
        try:
            answer = self._table.update_item(
                Key={"pk": f"DATASET#{claim.dataset}", "sk": f"FILE#{claim.file_id}"},
                UpdateExpression=update,
                ConditionExpression=Attr("status").eq(FileStatus.CLAIMED.value)
                & (Attr("lease_until").lte(text_of(now)) | Attr("claimed_by").eq(claim.claimed_by)),
                ExpressionAttributeValues=values,
                ReturnValues="ALL_NEW",
            )
        except ClientError as exc:
            if _condition_failed(exc):
                return None
            raise
        return file_of(answer["Attributes"])

    def land_file(self, landed: FileRecord) -> bool:
        item = file_item(replace(landed, status=FileStatus.LANDED, upload=""))
        member = {name: item[name] for name in item if not name.startswith("gsi")}
        member |= {"pk": f"BATCH#{landed.batch_id}"}
        claimed = {
            "TableName": self._table.name,
            "Item": item,
            "ConditionExpression": "claimed_by = :run",
            "ExpressionAttributeValues": {":run": landed.claimed_by},
        }
        in_batch = {"TableName": self._table.name, "Item": member}
        try:
            self._table.meta.client.transact_write_items(
                TransactItems=[{"Put": claimed}, {"Put": in_batch}]  # type: ignore[typeddict-item]
            )
        except ClientError as exc:
            if _claim_lost(exc):
                return False
            raise
        return True

    def file(self, dataset: str, file_id: str) -> FileRecord | None:
        item = self._get(f"DATASET#{dataset}", f"FILE#{file_id}")
        return None if item is None else file_of(item)

    def files(self, dataset: str) -> Sequence[FileRecord]:
        condition = Key("pk").eq(f"DATASET#{dataset}") & Key("sk").begins_with("FILE#")
        found = self._query(KeyConditionExpression=condition, ConsistentRead=True)
        return [file_of(item) for item in found]

    def files_of_batch(self, batch_id: str) -> Sequence[FileRecord]:
        condition = Key("pk").eq(f"BATCH#{batch_id}")
        found = self._query(KeyConditionExpression=condition, ConsistentRead=True)
        return [file_of(item) for item in found]

    def consume_files(self, batch_id: str, file_ids: Collection[str]) -> None:
        with self._table.batch_writer() as batch:
            for file_id in sorted(set(file_ids)):
                batch.delete_item(Key={"pk": f"BATCH#{batch_id}", "sk": f"FILE#{file_id}"})

    def files_of_source(self, source: str) -> Sequence[FileRecord]:
        condition = Key("gsi2pk").eq(f"SOURCE#{source}")
        found = self._query(IndexName="gsi2", KeyConditionExpression=condition)
        return [file_of(item) for item in found]

    def open_batch(self, dataset: str, batch_id: str) -> None:
        item = {"pk": f"DATASET#{dataset}", "sk": f"OPEN#{batch_id}", "batch_id": batch_id}
        self._table.put_item(Item=item)

    def open_batches(self, dataset: str) -> Sequence[str]:
        condition = Key("pk").eq(f"DATASET#{dataset}") & Key("sk").begins_with("OPEN#")
        found = self._query(KeyConditionExpression=condition, ConsistentRead=True)
        return [str(item["batch_id"]) for item in found]

    def close_batch(self, dataset: str, batch_id: str) -> None:
        self._table.delete_item(Key={"pk": f"DATASET#{dataset}", "sk": f"OPEN#{batch_id}"})

    def acquire_lease(self, name: str, holder: str, now: datetime, until: datetime) -> bool:
        item = _lease_key(name) | {"holder": holder, "lease_until": text_of(until)}
        free = Attr("pk").not_exists() | Attr("lease_until").lte(text_of(now))
        return self._put_unless(item, free | Attr("holder").eq(holder))

    def release_lease(self, name: str, holder: str) -> None:
        try:
            self._table.delete_item(
                Key=_lease_key(name), ConditionExpression=Attr("holder").eq(holder)
            )
        except ClientError as exc:
            if not _condition_failed(exc):
                raise

    def _get(self, pk: str, sk: str) -> Item | None:
        return self._table.get_item(Key={"pk": pk, "sk": sk}, ConsistentRead=True).get("Item")

    def _put_unless(self, item: Item, condition: Any) -> bool:
        try:
            self._table.put_item(Item=item, ConditionExpression=condition)
        except ClientError as exc:
            if _condition_failed(exc):
                return False
            raise
        return True

    def _query(self, **arguments: Any) -> Iterator[Item]:
        while True:
            page = self._table.query(**arguments)
            yield from page["Items"]
            if "LastEvaluatedKey" not in page:
                return
            arguments["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def _announcement(run_id: str, attempt: int) -> dict[str, str]:
    return {"pk": f"RUN#{run_id}", "sk": f"ANNOUNCED#{attempt:04d}"}


def _lease_key(name: str) -> dict[str, str]:
    return {"pk": f"LEASE#{name}", "sk": "LEASE"}


def _condition_failed(exc: ClientError) -> bool:
    return exc.response["Error"]["Code"] == "ConditionalCheckFailedException"


def _claim_lost(exc: ClientError) -> bool:
    reasons: list[Item] = exc.response.get("CancellationReasons", [])  # type: ignore[assignment]
    return any(reason.get("Code") == "ConditionalCheckFailed" for reason in reasons)

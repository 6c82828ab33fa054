"""Extractions in the DynamoDB table of the run state.

====================  ===========  ===================
item                  pk           sk
====================  ===========  ===================
watermark             DATASET#d    WATERMARK
extraction under way  DATASET#d    EXTRACTION#scope
ended extraction      DATASET#d    EXTRACTED#scope#run
====================  ===========  ===================
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.conditions import Key
from botocore.exceptions import ClientError

from millrace_contracts.state.extraction_records import LIVE, Extraction, Watermark
from millrace_contracts.state.items import Item, file_item, text_of
from millrace_contracts.state.records import FileRecord, FileStatus

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

_NOT_THERE = "attribute_not_exists(pk)"
_HELD = "extraction_id = :id AND claimed_by = :holder AND #segments = :segments"


class DynamoExtractionState:
    """ExtractionState in the table of a DynamoRunState."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def watermark(self, dataset: str) -> Watermark | None:
        item = self._get(dataset, "WATERMARK")
        if item is None:
            return None
        moved_at = datetime.fromisoformat(item["moved_at"])
        return Watermark(dataset, item["value"], moved_at, item["moved_by"])

    def set_watermark(self, watermark: Watermark) -> None:
        dataset = watermark.dataset
        self._write({"Put": {"Item": _watermark_item(watermark)}}, _deletion(dataset, LIVE))

    def reset_watermark(self, dataset: str) -> None:
        self._write({"Delete": {"Key": _key(dataset, "WATERMARK")}}, _deletion(dataset, LIVE))

    def begin_extraction(self, extraction: Extraction) -> bool:
        dataset = extraction.dataset
        never_ended = {
            "Key": _key(dataset, _ended(extraction.scope, extraction.run_id)),
            "ConditionExpression": _NOT_THERE,
        }
        under_way = {"Item": _item(extraction), "ConditionExpression": _NOT_THERE}
        acts = [{"ConditionCheck": never_ended}, {"Put": under_way}]
        if extraction.scope == LIVE:
            acts.append({"ConditionCheck": _watermark_is(dataset, extraction.since)})
        return self._write(*acts)

    def extraction(self, dataset: str, scope: str) -> Extraction | None:
        item = self._get(dataset, f"EXTRACTION#{scope}")
        return None if item is None else _extraction_of(item)

    def claim_extraction(self, extraction: Extraction, now: datetime) -> bool:
        try:
            self._table.update_item(
                Key=_key(extraction.dataset, f"EXTRACTION#{extraction.scope}"),
                UpdateExpression="SET claimed_by = :holder, lease_until = :until",
                ConditionExpression=(
                    "extraction_id = :id AND (claimed_by = :holder OR lease_until <= :now)"
                ),
                ExpressionAttributeValues={
                    ":id": extraction.extraction_id,
                    ":holder": extraction.claimed_by,
                    ":until": text_of(extraction.lease_until),
                    ":now": text_of(now),
                },
            )
        except ClientError as exc:
            if exc.response["Error"]["Code"] == "ConditionalCheckFailedException":
                return False
            raise
        return True

    def land_segment(self, landed: FileRecord, advanced: Extraction) -> bool:
        file = file_item(landed) | {"status": FileStatus.LANDED.value}
        member = {name: file[name] for name in file if not name.startswith("gsi")}
        batch = {
            **_key(landed.dataset, f"OPEN#{landed.batch_id}"),
            "batch_id": landed.batch_id,
        }
        return self._write(
            {"Put": {"Item": file, "ConditionExpression": _NOT_THERE}},
            {"Put": {"Item": member | {"pk": f"BATCH#{landed.batch_id}"}}},
            {"Put": {"Item": batch}},
            {"Put": {"Item": _item(advanced), **_held(advanced, advanced.segments - 1)}},
        )

    def end_extraction(self, ended: Extraction) -> bool:
        if ended.ended_at is None:
            return False
        dataset = ended.dataset
        deletion = _deletion(dataset, ended.scope)["Delete"] | _held(ended, ended.segments)
        history = _item(ended) | _key(dataset, _ended(ended.scope, ended.run_id))
        acts: list[Item] = [{"Delete": deletion}, {"Put": {"Item": history}}]
        if ended.scope == LIVE and ended.high:
            moved = Watermark(dataset, ended.high, ended.ended_at, ended.claimed_by)
            acts.append({"Put": {"Item": _watermark_item(moved)}})
        return self._write(*acts)

    def ended_extraction(self, dataset: str, scope: str, run_id: str) -> Extraction | None:
        item = self._get(dataset, _ended(scope, run_id))
        return None if item is None else _extraction_of(item)

    def extractions(self, dataset: str) -> Sequence[Extraction]:
        condition = Key("pk").eq(f"DATASET#{dataset}") & Key("sk").begins_with("EXTRACT")
        arguments: dict[str, Any] = {"KeyConditionExpression": condition, "ConsistentRead": True}
        found: list[Extraction] = []
        while True:
            page = self._table.query(**arguments)
            found += [_extraction_of(item) for item in page["Items"]]
            if "LastEvaluatedKey" not in page:
                return sorted(found, key=lambda extraction: extraction.began_at)
            arguments["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def _get(self, dataset: str, sk: str) -> Item | None:
        return self._table.get_item(Key=_key(dataset, sk), ConsistentRead=True).get("Item")

    def _write(self, *acts: Mapping[str, Item]) -> bool:
        """Write all or nothing; False when a condition does not hold."""
        named = [
            {kind: {**act, "TableName": self._table.name} for kind, act in one.items()}
            for one in acts
        ]
        try:
            self._table.meta.client.transact_write_items(
                TransactItems=named  # type: ignore[arg-type]
            )
        except ClientError as exc:
            reasons: Any = exc.response.get("CancellationReasons", [])
            if any(reason.get("Code") == "ConditionalCheckFailed" for reason in reasons):
                return False
            raise
        return True


def _key(dataset: str, sk: str) -> dict[str, str]:
    return {"pk": f"DATASET#{dataset}", "sk": sk}


def _ended(scope: str, run_id: str) -> str:
    return f"EXTRACTED#{scope}#{run_id}"


def _deletion(dataset: str, scope: str) -> dict[str, Item]:
    return {"Delete": {"Key": _key(dataset, f"EXTRACTION#{scope}")}}


def _held(extraction: Extraction, segments: int) -> Item:
    return {
        "ConditionExpression": _HELD,
        "ExpressionAttributeNames": {"#segments": "segments"},
        "ExpressionAttributeValues": {
            ":id": extraction.extraction_id,
            ":holder": extraction.claimed_by,
            ":segments": segments,
        },
    }


def _watermark_is(dataset: str, value: str) -> Item:
    key = {"Key": _key(dataset, "WATERMARK")}
    if not value:
        return key | {"ConditionExpression": _NOT_THERE}
    return key | {
        "ConditionExpression": "#value = :since",
        "ExpressionAttributeNames": {"#value": "value"},
        "ExpressionAttributeValues": {":since": value},
    }


def _watermark_item(watermark: Watermark) -> Item:
    return {
        **_key(watermark.dataset, "WATERMARK"),
        "dataset": watermark.dataset,
        "value": watermark.value,
        "moved_at": text_of(watermark.moved_at),
        "moved_by": watermark.moved_by,
    }


def _item(extraction: Extraction) -> Item:
    moments = {
        name: text_of(value)
        for name, value in asdict(extraction).items()
        if isinstance(value, datetime)
    }
    known = {name: value for name, value in asdict(extraction).items() if value is not None}
    return known | moments | _key(extraction.dataset, f"EXTRACTION#{extraction.scope}")


def _extraction_of(item: Item) -> Extraction:
    ended_at = item.get("ended_at")
    return Extraction(
        dataset=item["dataset"],
        scope=item["scope"],
        extraction_id=item["extraction_id"],
        run_id=item["run_id"],
        began_at=datetime.fromisoformat(item["began_at"]),
        since=item["since"],
        until=item["until"],
        claimed_by=item["claimed_by"],
        lease_until=datetime.fromisoformat(item["lease_until"]),
        cursor=item["cursor"],
        high=item["high"],
        segments=int(item["segments"]),
        records=int(item["records"]),
        is_read=item["is_read"],
        ended_at=datetime.fromisoformat(ended_at) if ended_at else None,
    )

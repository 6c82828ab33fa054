"""A database, a bucket and queries on them."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass
from typing import Any

from conformance.target import Target

DEADLINE_S = 60


@dataclass(frozen=True)
class Answer:
    execution: dict[str, Any]
    rows: list[list[str | None]]
    types: list[str]

    @property
    def state(self) -> str:
        return self.execution["Status"]["State"]

    @property
    def reason(self) -> str:
        return self.execution["Status"].get("StateChangeReason", "")

    @property
    def output(self) -> str:
        return self.execution["ResultConfiguration"]["OutputLocation"]

    @property
    def scanned_bytes(self) -> int:
        return self.execution["Statistics"]["DataScannedInBytes"]


@dataclass(frozen=True)
class Lakehouse:
    athena: Any
    glue: Any
    s3: Any
    bucket: str
    database: str

    @classmethod
    def make(cls, thrown_away: Any) -> Lakehouse:
        """A lakehouse in a cloud that is thrown away as a whole."""
        name = uuid.uuid4().hex[:10]
        made = cls(
            thrown_away.client("athena"),
            thrown_away.client("glue"),
            thrown_away.client("s3"),
            f"athena-{name}",
            f"db_{name}",
        )
        made.s3.create_bucket(Bucket=made.bucket)
        made.glue.create_database(DatabaseInput={"Name": made.database})
        return made

    @classmethod
    def removed_afterwards(cls, aws: Target) -> Lakehouse:
        """A lakehouse that an account is rid of once the test is over."""
        name = uuid.uuid4().hex[:10]
        bucket, database = aws.bucket(f"athena-{name}"), aws.database(f"db_{name}")
        return cls(aws.client("athena"), aws.client("glue"), aws.client("s3"), bucket, database)

    def put(self, key: str, body: bytes) -> None:
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=body)

    def table(self, name, columns, serde, parameters=None, partitions=()) -> None:
        self.glue.create_table(
            DatabaseName=self.database,
            TableInput={
                "Name": name,
                "TableType": "EXTERNAL_TABLE",
                "StorageDescriptor": {
                    "Columns": [{"Name": n, "Type": t} for n, t in columns],
                    "Location": f"s3://{self.bucket}/{name}/",
                    "SerdeInfo": {"SerializationLibrary": serde, "Parameters": parameters or {}},
                },
                "PartitionKeys": [{"Name": n, "Type": t} for n, t in partitions],
            },
        )

    def partition(self, table: str, values: list[str], prefix: str) -> None:
        described = self.glue.get_table(DatabaseName=self.database, Name=table)["Table"]
        storage = {
            **described["StorageDescriptor"],
            "Location": f"s3://{self.bucket}/{prefix}",
        }
        self.glue.create_partition(
            DatabaseName=self.database,
            TableName=table,
            PartitionInput={"Values": values, "StorageDescriptor": storage},
        )

    def start(self, sql, *, workgroup="primary", token=None, parameters=None) -> str:
        optional = {"ClientRequestToken": token} if token else {}
        if parameters:
            optional["ExecutionParameters"] = parameters
        return self.athena.start_query_execution(
            QueryString=sql,
            QueryExecutionContext={"Database": self.database},
            ResultConfiguration={"OutputLocation": f"s3://{self.bucket}/results/"},
            WorkGroup=workgroup,
            **optional,
        )["QueryExecutionId"]

    def wait(self, query: str) -> dict[str, Any]:
        deadline = time.monotonic() + DEADLINE_S
        while time.monotonic() < deadline:
            found = self.athena.get_query_execution(QueryExecutionId=query)["QueryExecution"]
            if found["Status"]["State"] in ("SUCCEEDED", "FAILED", "CANCELLED"):
                return found
            time.sleep(0.01)
        raise TimeoutError(query)

    def ask(self, sql: str, **how: Any) -> Answer:
        query = self.start(sql, **how)
        execution = self.wait(query)
        if execution["Status"]["State"] != "SUCCEEDED":
            return Answer(execution, [], [])
        result = self.athena.get_query_results(QueryExecutionId=query)["ResultSet"]
        rows = [[cell.get("VarCharValue") for cell in row["Data"]] for row in result["Rows"]]
        types = [one["Type"] for one in result["ResultSetMetadata"]["ColumnInfo"]]
        is_select = execution.get("SubstatementType") == "SELECT"
        return Answer(execution, rows[1:] if is_select else rows, types)

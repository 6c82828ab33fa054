"""AWS::Glue: databases, tables, crawlers, jobs, classifiers and security configurations."""

from __future__ import annotations

from typing import Any

from millrace_localcloud.cloud import ACCOUNT, REGION
from millrace_localcloud.cloudformation.errors import ResourceFailed
from millrace_localcloud.cloudformation.registry import Made, Request, ResourceType

_CRAWLER = (
    "Classifiers",
    "Configuration",
    "CrawlerSecurityConfiguration",
    "DatabaseName",
    "Description",
    "RecrawlPolicy",
    "Role",
    "SchemaChangePolicy",
    "TablePrefix",
    "Targets",
)
_JOB = (
    "Command",
    "Connections",
    "DefaultArguments",
    "Description",
    "ExecutionClass",
    "ExecutionProperty",
    "GlueVersion",
    "JobMode",
    "LogUri",
    "MaxCapacity",
    "MaxRetries",
    "NonOverridableArguments",
    "NotificationProperty",
    "NumberOfWorkers",
    "Role",
    "SecurityConfiguration",
    "Timeout",
    "WorkerType",
)


def _create_database(request: Request) -> Made:
    _check_catalog(request)
    given = dict(request.properties["DatabaseInput"])
    name = request.properties.get("DatabaseName") or given.get("Name") or request.name
    request.client("glue").create_database(DatabaseInput={**given, "Name": name})
    return Made(name)


def _update_database(request: Request) -> Made:
    given = {**request.properties["DatabaseInput"], "Name": request.physical_id}
    request.client("glue").update_database(Name=request.physical_id, DatabaseInput=given)
    return Made(request.physical_id)


def _delete_database(request: Request) -> None:
    request.client("glue").delete_database(Name=request.physical_id)


def _check_catalog(request: Request) -> None:
    if request.properties["CatalogId"] != ACCOUNT:
        raise ResourceFailed(f"the only catalog here is {ACCOUNT}")


def _create_table(request: Request) -> Made:
    _check_catalog(request)
    given = _table_input(request)
    request.client("glue").create_table(
        DatabaseName=request.properties["DatabaseName"], TableInput=given
    )
    return Made(given["Name"])


def _update_table(request: Request) -> Made:
    request.client("glue").update_table(
        DatabaseName=request.properties["DatabaseName"],
        TableInput={**_table_input(request), "Name": request.physical_id},
    )
    return Made(request.physical_id)


def _table_input(request: Request) -> dict[str, Any]:
    given = dict(request.properties["TableInput"])
    given.setdefault("Name", request.properties.get("Name") or request.name)
    return given


def _delete_table(request: Request) -> None:
    request.client("glue").delete_table(
        DatabaseName=request.properties["DatabaseName"], Name=request.physical_id
    )


def _create_crawler(request: Request) -> Made:
    request.client("glue").create_crawler(
        Name=request.name, Tags=request.tags(), **_crawler(request)
    )
    return Made(request.name)


def _update_crawler(request: Request) -> Made:
    request.client("glue").update_crawler(Name=request.physical_id, **_crawler(request))
    _retag(request, f"crawler/{request.physical_id}")
    return Made(request.physical_id)


def _crawler(request: Request) -> dict[str, Any]:
    given = request.pick(*_CRAWLER)
    schedule = request.properties.get("Schedule", {}).get("ScheduleExpression")
    return given if schedule is None else {**given, "Schedule": schedule}


def _delete_crawler(request: Request) -> None:
    request.client("glue").delete_crawler(Name=request.physical_id)


def _create_job(request: Request) -> Made:
    request.client("glue").create_job(Name=request.name, Tags=request.tags(), **request.pick(*_JOB))
    return Made(request.name)


def _update_job(request: Request) -> Made:
    request.client("glue").update_job(JobName=request.physical_id, JobUpdate=request.pick(*_JOB))
    _retag(request, f"job/{request.physical_id}")
    return Made(request.physical_id)


def _delete_job(request: Request) -> None:
    request.client("glue").delete_job(JobName=request.physical_id)


def _retag(request: Request, resource: str) -> None:
    if request.changed("Tags"):
        arn = f"arn:aws:glue:{REGION}:{ACCOUNT}:{resource}"
        glue = request.client("glue")
        old = list(request.before.get("Tags") or {})
        if old:
            glue.untag_resource(ResourceArn=arn, TagsToRemove=old)
        glue.tag_resource(ResourceArn=arn, TagsToAdd=request.tags())


def _classifier(request: Request, call: str) -> Made:
    (kind, given) = next(iter(request.properties.items()))
    names = {"CsvCustomSerde": "Serde", "ContainsCustomDatatype": "CustomDatatypes"}
    given = {names.get(key, key): value for key, value in given.items()}
    name = given.setdefault("Name", request.physical_id or request.name)
    sent = kind[0].upper() + kind[1:]
    getattr(request.client("glue"), call)(**{sent: given})
    return Made(name)


def _delete_classifier(request: Request) -> None:
    request.client("glue").delete_classifier(Name=request.physical_id)


def _create_security(request: Request) -> Made:
    encryption = dict(request.properties["EncryptionConfiguration"])
    if "S3Encryptions" in encryption:
        encryption["S3Encryption"] = encryption.pop("S3Encryptions")
    request.client("glue").create_security_configuration(
        Name=request.name, EncryptionConfiguration=encryption
    )
    return Made(request.name)


def _delete_security(request: Request) -> None:
    request.client("glue").delete_security_configuration(Name=request.physical_id)


RESOURCE_TYPES = (
    ResourceType(
        "AWS::Glue::Database",
        applies=frozenset({"CatalogId", "DatabaseInput", "DatabaseName"}),
        create=_create_database,
        update=_update_database,
        delete=_delete_database,
        name_property="DatabaseName",
        lower_case=True,
        replaces=lambda before, after: (
            before["DatabaseInput"].get("Name") != after["DatabaseInput"].get("Name")
        ),
    ),
    ResourceType(
        "AWS::Glue::Table",
        applies=frozenset({"CatalogId", "DatabaseName", "Name", "TableInput"}),
        create=_create_table,
        update=_update_table,
        delete=_delete_table,
        name_property="Name",
        lower_case=True,
    ),
    ResourceType(
        "AWS::Glue::Crawler",
        applies=frozenset({"Name", "Schedule", "Tags", *_CRAWLER}),
        create=_create_crawler,
        update=_update_crawler,
        delete=_delete_crawler,
        name_property="Name",
    ),
    ResourceType(
        "AWS::Glue::Job",
        applies=frozenset({"Name", "Tags", *_JOB}),
        create=_create_job,
        update=_update_job,
        delete=_delete_job,
        name_property="Name",
    ),
    ResourceType(
        "AWS::Glue::Classifier",
        applies=frozenset({"CsvClassifier", "GrokClassifier", "JsonClassifier", "XMLClassifier"}),
        create=lambda request: _classifier(request, "create_classifier"),
        update=lambda request: _classifier(request, "update_classifier"),
        delete=_delete_classifier,
    ),
    ResourceType(
        "AWS::Glue::SecurityConfiguration",
        applies=frozenset({"EncryptionConfiguration", "Name"}),
        create=_create_security,
        delete=_delete_security,
        name_property="Name",
        replaces=lambda before, after: before != after,
    ),
)

"""UpdateWorkGroup: what moto's workgroups cannot do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moto.athena.models import AthenaBackend as Upstream
from moto.athena.models import WorkGroup

from millrace_localcloud.athena.refusals import RequestRefused

_PLAIN = (
    "EnforceWorkGroupConfiguration",
    "PublishCloudWatchMetricsEnabled",
    "BytesScannedCutoffPerQuery",
    "RequesterPaysEnabled",
    "EngineVersion",
    "EnableMinimumEncryptionConfiguration",
)
_RESULT = (
    "OutputLocation",
    "EncryptionConfiguration",
    "ExpectedBucketOwner",
    "AclConfiguration",
)


class WorkGroups(Upstream):
    """Workgroups that change and are not dropped unasked."""

    def work_group(self, name: str) -> WorkGroup:
        """The workgroup of that name.

        Raises:
            RequestRefused: There is none.
        """
        found = self.work_groups.get(name)
        if found is None:
            raise RequestRefused(f"WorkGroup {name} is not found.")
        return found

    def update_work_group(self, name: str, request: Mapping[str, Any]) -> None:
        """Apply ``UpdateWorkGroup``; what it does not name stays.

        Raises:
            RequestRefused: There is no such workgroup, or a setting is not kept here.
        """
        group = self.work_group(name)
        updates = dict(request.get("ConfigurationUpdates") or {})
        configuration = dict(group.configuration)
        results = updates.pop("ResultConfigurationUpdates", None)
        if results is not None:
            configuration["ResultConfiguration"] = _changed(
                configuration.get("ResultConfiguration") or {}, results, _RESULT
            )
        group.configuration = _changed(configuration, updates, _PLAIN)
        if request.get("Description") is not None:
            group.description = request["Description"]
        if request.get("State") is not None:
            group.state = request["State"]

    def remove_work_group(self, name: str, *, recursive: bool) -> None:
        """Delete a workgroup, with what it holds only when that is asked for.

        Raises:
            RequestRefused: It is the primary one, does not exist or is not empty.
        """
        self.work_group(name)
        if name == "primary":
            raise RequestRefused("Primary WorkGroup cannot be deleted.")
        queries = [one.id for one in self.named_queries.values() if one.workgroup.name == name]
        executions = [one.id for one in self.executions.values() if one.workgroup == name]
        statements = [key for key, one in self.prepared_statements.items() if one.workgroup == name]
        if (queries or executions or statements) and not recursive:
            raise RequestRefused(f"WorkGroup {name} is not empty")
        for query in queries:
            del self.named_queries[query]
        for execution in executions:
            del self.executions[execution]
        for key in statements:
            del self.prepared_statements[key]
        del self.work_groups[name]


def _changed(
    before: Mapping[str, Any], updates: Mapping[str, Any], known: tuple[str, ...]
) -> dict[str, Any]:
    after = dict(before)
    for name, value in updates.items():
        removed = name.removeprefix("Remove")
        if name in known:
            after[name] = value
        elif removed in known and name != removed:
            if value:
                after.pop(removed, None)
        else:
            raise RequestRefused(f"the local cloud does not support the setting {name}")
    return after

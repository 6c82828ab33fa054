"""Stacks, resources, events and change sets as the API shows them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from millrace_localcloud.cloudformation.change_set import ChangeSet
from millrace_localcloud.cloudformation.changes import Change
from millrace_localcloud.cloudformation.parameters import ParameterValue
from millrace_localcloud.cloudformation.prepared import required_capabilities
from millrace_localcloud.cloudformation.stack import Stack, StackEvent, StackResource
from millrace_localcloud.cloudformation.template import Template, read_template

_HIDDEN = "****"


def show_stack(stack: Stack) -> dict[str, Any]:
    """One entry of DescribeStacks."""
    return _given(
        {
            **_identity(stack),
            "Description": read_template(stack.definition.template_text).description or None,
            "Parameters": show_parameters(stack.definition.parameters),
            "DisableRollback": stack.options.on_failure == "DO_NOTHING",
            "NotificationARNs": [],
            "TimeoutInMinutes": stack.options.timeout_minutes,
            "Capabilities": list(stack.options.capabilities),
            "Outputs": [
                _given(
                    {
                        "OutputKey": one.key,
                        "OutputValue": one.value,
                        "Description": one.description,
                        "ExportName": one.export_name,
                    }
                )
                for one in stack.outputs.values()
            ],
            "RoleARN": stack.options.role_arn,
            "Tags": [{"Key": key, "Value": value} for key, value in stack.tags.items()],
            "EnableTerminationProtection": stack.termination_protection,
        }
    )


def show_summary(stack: Stack) -> dict[str, Any]:
    """One entry of ListStacks."""
    description = read_template(stack.definition.template_text).description
    return _given({**_identity(stack), "TemplateDescription": description or None})


def _identity(stack: Stack) -> dict[str, Any]:
    return {
        "StackId": stack.stack_id,
        "StackName": stack.name,
        "CreationTime": stack.created_at,
        "LastUpdatedTime": stack.updated_at,
        "DeletionTime": stack.deleted_at,
        "StackStatus": stack.status,
        "StackStatusReason": stack.reason,
        "ParentId": stack.parent_id,
        "RootId": stack.parent_id,
        "DriftInformation": {"StackDriftStatus": "NOT_CHECKED"},
    }


def show_parameters(parameters: Mapping[str, ParameterValue]) -> list[dict[str, Any]]:
    """Parameters with their values, those marked NoEcho hidden."""
    return [
        _given(
            {
                "ParameterKey": name,
                "ParameterValue": _HIDDEN if one.no_echo else one.given,
                "ResolvedValue": _HIDDEN if one.no_echo and one.resolved else one.resolved,
            }
        )
        for name, one in parameters.items()
    ]


def show_event(stack: Stack, event: StackEvent) -> dict[str, Any]:
    """One entry of DescribeStackEvents."""
    return _given(
        {
            "StackId": stack.stack_id,
            "EventId": event.event_id,
            "StackName": stack.name,
            "LogicalResourceId": event.logical_id,
            "PhysicalResourceId": event.physical_id,
            "ResourceType": event.type,
            "Timestamp": event.at,
            "ResourceStatus": event.status,
            "ResourceStatusReason": event.reason,
        }
    )


def show_resource(stack: Stack, resource: StackResource, stamp: str) -> dict[str, Any]:
    """A resource; ``stamp`` is the name under which the action gives its time."""
    return _given(
        {
            "StackName": stack.name,
            "StackId": stack.stack_id,
            "LogicalResourceId": resource.logical_id,
            "PhysicalResourceId": resource.physical_id or None,
            "ResourceType": resource.type,
            stamp: resource.changed_at,
            "ResourceStatus": resource.status,
            "ResourceStatusReason": resource.reason,
            "DriftInformation": {"StackResourceDriftStatus": "NOT_CHECKED"},
        }
    )


def show_change_set(change_set: ChangeSet) -> dict[str, Any]:
    """DescribeChangeSet."""
    definition = change_set.definition
    return _given(
        {
            **show_change_set_summary(change_set),
            "Parameters": show_parameters(definition.parameters),
            "Capabilities": list(change_set.options.capabilities),
            "Tags": [{"Key": key, "Value": value} for key, value in definition.tags.items()],
            "Changes": [
                {"Type": "Resource", "ResourceChange": _show_change(one)}
                for one in change_set.changes
            ],
        }
    )


def show_change_set_summary(change_set: ChangeSet) -> dict[str, Any]:
    """One entry of ListChangeSets."""
    return _given(
        {
            "ChangeSetId": change_set.change_set_id,
            "ChangeSetName": change_set.name,
            "StackId": change_set.stack_id,
            "StackName": change_set.stack_name,
            "Description": change_set.description,
            "CreationTime": change_set.created_at,
            "Status": change_set.status,
            "StatusReason": change_set.reason,
            "ExecutionStatus": change_set.execution_status,
        }
    )


def _show_change(change: Change) -> dict[str, Any]:
    details = [
        {
            "Target": {
                "Attribute": "Properties",
                "Name": name,
                "RequiresRecreation": "Always" if name in change.create_only else "Never",
            },
            "Evaluation": "Static",
            "ChangeSource": "DirectModification",
        }
        for name in change.properties
    ]
    return _given(
        {
            "Action": change.action,
            "LogicalResourceId": change.logical_id,
            "PhysicalResourceId": change.physical_id,
            "ResourceType": change.type,
            "Replacement": change.replacement,
            "Scope": ["Properties"] if change.action == "Modify" else [],
            "Details": details,
        }
    )


def show_template(template: Template) -> dict[str, Any]:
    """What ValidateTemplate and GetTemplateSummary have in common."""
    capabilities = required_capabilities(template)
    iam = sorted({one.type for one in template.resources.values() if "::IAM::" in one.type})
    return _given(
        {
            "Description": template.description or None,
            "Capabilities": capabilities,
            "CapabilitiesReason": "The following resource(s) require capabilities: "
            f"[{', '.join(iam)}]"
            if capabilities
            else None,
        }
    )


def show_declared_parameters(template: Template) -> list[dict[str, Any]]:
    """Parameters as GetTemplateSummary shows them."""
    return [
        _given(
            {
                "ParameterKey": name,
                "DefaultValue": None if "Default" not in one else str(one["Default"]),
                "ParameterType": one["Type"],
                "NoEcho": str(one.get("NoEcho", "")).lower() == "true",
                "Description": one.get("Description"),
                "ParameterConstraints": {
                    "AllowedValues": [str(value) for value in one.get("AllowedValues", ())]
                },
            }
        )
        for name, one in template.parameters.items()
    ]


def _given(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}

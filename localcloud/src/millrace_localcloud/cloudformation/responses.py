"""The CloudFormation API. An action that is not here is refused by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moto.core.responses import ActionResult, BaseResponse, EmptyResult
from moto.core.utils import camelcase_to_underscores

from millrace_localcloud.cloudformation.backend import StackBackend
from millrace_localcloud.cloudformation.errors import ValidationError
from millrace_localcloud.cloudformation.exports import importers
from millrace_localcloud.cloudformation.prepared import check_template
from millrace_localcloud.cloudformation.request import (
    check_stack_name,
    read_deploy_request,
    refuse_unapplied,
    required_template,
)
from millrace_localcloud.cloudformation.stack import Stack
from millrace_localcloud.cloudformation.views import (
    show_change_set,
    show_change_set_summary,
    show_declared_parameters,
    show_event,
    show_resource,
    show_stack,
    show_summary,
    show_template,
)

_COMMON = frozenset(
    {
        "StackName",
        "TemplateBody",
        "TemplateURL",
        "Parameters",
        "Tags",
        "Capabilities",
        "RoleARN",
        "ClientRequestToken",
    }
)
_CREATE = _COMMON | {
    "DisableRollback",
    "OnFailure",
    "TimeoutInMinutes",
    "EnableTerminationProtection",
}
_UPDATE = _COMMON | {"UsePreviousTemplate"}
_CONTINUE = frozenset({"StackName", "ResourcesToSkip", "RoleARN", "ClientRequestToken"})
_CHANGE_SET = _COMMON | {
    "UsePreviousTemplate",
    "ChangeSetName",
    "ChangeSetType",
    "ClientToken",
    "Description",
}


class StackResponses(BaseResponse):
    """Query API to :class:`StackBackend`."""

    backends: Any

    def __init__(self) -> None:
        super().__init__(service_name="cloudformation")
        self.automated_parameter_parsing = True

    @classmethod
    def cfnresponse(cls, *_request: Any) -> tuple[int, dict[str, str], str]:
        """Where custom resources would answer; templates with such are refused."""
        return 404, {}, "the local cloud has no custom resources"

    def call_action(self) -> Any:
        action = self._get_action()
        if hasattr(type(self), camelcase_to_underscores(action)):
            return super().call_action()
        refusal = ValidationError(f"the local cloud does not answer {action}")
        return self.serialized(ActionResult(refusal))

    @property
    def _backend(self) -> StackBackend:
        return self.backends[self.current_account][self.region]

    @property
    def _stack(self) -> Stack:
        return self._backend.get_stack(self.params["StackName"])

    def create_stack(self) -> ActionResult:
        refuse_unapplied(self.params, _CREATE)
        stack = self._backend.create_stack(
            self.params.get("StackName"),
            read_deploy_request(self._backend.cloud, self.params),
            protected=bool(self.params.get("EnableTerminationProtection")),
        )
        return ActionResult({"StackId": stack.stack_id})

    def update_stack(self) -> ActionResult:
        refuse_unapplied(self.params, _UPDATE)
        request = read_deploy_request(self._backend.cloud, self.params)
        _check_template_given(request.template_text, self.params)
        stack = self._backend.update_stack(self.params["StackName"], request)
        return ActionResult({"StackId": stack.stack_id})

    def continue_update_rollback(self) -> ActionResult:
        refuse_unapplied(self.params, _CONTINUE)
        skip = self.params.get("ResourcesToSkip") or ()
        self._backend.continue_update_rollback(self.params["StackName"], skip)
        return EmptyResult()

    def delete_stack(self) -> ActionResult:
        refuse_unapplied(
            self.params,
            frozenset({"StackName", "RetainResources", "RoleARN", "ClientRequestToken"}),
        )
        self._backend.delete_stack(
            self.params["StackName"], frozenset(self.params.get("RetainResources") or ())
        )
        return EmptyResult()

    def update_termination_protection(self) -> ActionResult:
        stack = self._stack
        stack.termination_protection = bool(self.params["EnableTerminationProtection"])
        return ActionResult({"StackId": stack.stack_id})

    def describe_stacks(self) -> ActionResult:
        name = self.params.get("StackName")
        stacks = [self._backend.get_stack(name)] if name else list(self._backend.stacks.values())
        return ActionResult({"Stacks": [show_stack(stack) for stack in stacks]})

    def list_stacks(self) -> ActionResult:
        wanted = self.params.get("StackStatusFilter")
        backend = self._backend
        every = [*backend.stacks.values(), *backend.deleted_stacks.values()]
        every.sort(key=lambda stack: stack.created_at, reverse=True)
        shown = [show_summary(one) for one in every if not wanted or one.status in wanted]
        return ActionResult({"StackSummaries": shown})

    def describe_stack_events(self) -> ActionResult:
        stack = self._stack
        events = [show_event(stack, event) for event in reversed(stack.events)]
        return ActionResult({"StackEvents": events})

    def list_stack_resources(self) -> ActionResult:
        stack = self._stack
        shown = [
            show_resource(stack, one, "LastUpdatedTimestamp")
            for one in list(stack.resources.values())
        ]
        return ActionResult({"StackResourceSummaries": shown})

    def describe_stack_resources(self) -> ActionResult:
        if self.params.get("StackName") is None:
            raise ValidationError("the local cloud finds resources by StackName only")
        stack, wanted = self._stack, self.params.get("LogicalResourceId")
        shown = [
            show_resource(stack, one, "Timestamp")
            for one in list(stack.resources.values())
            if wanted in (None, one.logical_id)
        ]
        return ActionResult({"StackResources": shown})

    def describe_stack_resource(self) -> ActionResult:
        stack, wanted = self._stack, self.params["LogicalResourceId"]
        resource = stack.resources.get(wanted)
        if resource is None:
            raise ValidationError(f"Resource {wanted} does not exist for stack {stack.name}")
        shown = show_resource(stack, resource, "LastUpdatedTimestamp")
        return ActionResult({"StackResourceDetail": shown})

    def get_template(self) -> ActionResult:
        name = self.params.get("ChangeSetName")
        if name:
            definition = self._backend.find_change_set(
                name, self.params.get("StackName")
            ).definition
        else:
            definition = self._stack.definition
        return ActionResult(
            {"TemplateBody": definition.template_text, "StagesAvailable": ["Original", "Processed"]}
        )

    def get_template_summary(self) -> ActionResult:
        if self.params.get("StackName"):
            text = self._stack.definition.template_text
        else:
            text = required_template(self._backend.cloud, self.params)
        template = check_template(text)
        return ActionResult(
            {
                **show_template(template),
                "Parameters": show_declared_parameters(template),
                "ResourceTypes": sorted({one.type for one in template.resources.values()}),
                "Version": "2010-09-09",
            }
        )

    def validate_template(self) -> ActionResult:
        template = check_template(required_template(self._backend.cloud, self.params))
        parameters = [
            {
                name: one[name]
                for name in ("ParameterKey", "DefaultValue", "NoEcho", "Description")
                if name in one
            }
            for one in show_declared_parameters(template)
        ]
        return ActionResult({**show_template(template), "Parameters": parameters})

    def list_exports(self) -> ActionResult:
        exports = [
            {"ExportingStackId": stack.stack_id, "Name": name, "Value": output.value}
            for stack in list(self._backend.stacks.values())
            for name, output in stack.exports.items()
        ]
        return ActionResult({"Exports": sorted(exports, key=lambda one: one["Name"])})

    def list_imports(self) -> ActionResult:
        name = self.params["ExportName"]
        found = importers(list(self._backend.stacks.values()), name)
        if not found:
            raise ValidationError(f"Export '{name}' is not imported by any stack.")
        return ActionResult({"Imports": found})

    def create_change_set(self) -> ActionResult:
        refuse_unapplied(self.params, _CHANGE_SET)
        kind = self.params.get("ChangeSetType") or "UPDATE"
        request = read_deploy_request(self._backend.cloud, self.params)
        if kind == "UPDATE":
            _check_template_given(request.template_text, self.params)
        change_set = self._backend.create_change_set(
            self.params["StackName"],
            check_stack_name(self.params["ChangeSetName"]),
            kind,
            self.params.get("Description"),
            request,
        )
        return ActionResult({"Id": change_set.change_set_id, "StackId": change_set.stack_id})

    def describe_change_set(self) -> ActionResult:
        return ActionResult(show_change_set(self._find_change_set()))

    def list_change_sets(self) -> ActionResult:
        found = self._backend.change_sets_of(self._stack)
        return ActionResult({"Summaries": [show_change_set_summary(one) for one in found]})

    def execute_change_set(self) -> ActionResult:
        refuse_unapplied(
            self.params, frozenset({"ChangeSetName", "StackName", "ClientRequestToken"})
        )
        self._backend.execute_change_set(self._find_change_set())
        return EmptyResult()

    def delete_change_set(self) -> ActionResult:
        change_set = self._find_change_set()
        self._backend.change_sets.pop(change_set.change_set_id, None)
        return EmptyResult()

    def _find_change_set(self) -> Any:
        name, stack_name = self.params["ChangeSetName"], self.params.get("StackName")
        return self._backend.find_change_set(name, stack_name)


def _check_template_given(text: str | None, params: Mapping[str, Any]) -> None:
    if text is None and not params.get("UsePreviousTemplate"):
        raise ValidationError("Either Template URL or Template Body must be specified.")

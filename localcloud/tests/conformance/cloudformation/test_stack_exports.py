from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from .deployed import outputs

EXPORTER = """
Parameters: {{Value: {{Type: String, Default: one}}}}
Resources:
  Queue: {{Type: AWS::SQS::Queue}}
Outputs:
  Shared: {{Value: !Ref Value, Export: {{Name: "{name}"}}}}
"""
IMPORTER = """
Resources:
  Copy: {{Type: AWS::SSM::Parameter, Properties: {{Type: String, Value: !ImportValue "{name}"}}}}
Outputs:
  Got: {{Value: !GetAtt Copy.Value}}
"""


@pytest.fixture
def shared(stacks):
    name = f"{stacks.name()}-shared"
    exporter = stacks.create(EXPORTER.format(name=name))
    return name, exporter, stacks.create(IMPORTER.format(name=name))


def test_an_exported_value_is_imported_by_name(stacks, shared):
    name, exporter, importer = shared

    assert outputs(importer) == {"Got": "one"}
    exports = {one["Name"]: one for one in stacks.api.list_exports()["Exports"]}
    assert exports[name]["ExportingStackId"] == exporter["StackId"]
    assert stacks.api.list_imports(ExportName=name)["Imports"] == [importer["StackName"]]


def test_a_stack_whose_export_is_imported_is_not_deleted(stacks, shared):
    name, exporter, importer = shared

    stack = stacks.delete(exporter)

    assert stack["StackStatus"] == "CREATE_COMPLETE"
    assert (
        f"Cannot delete export {name} as it is in use by {importer['StackName']}"
        in (stack["StackStatusReason"])
    )
    stacks.delete(importer)
    assert stacks.delete(exporter)["StackStatus"] == "DELETE_COMPLETE"


def test_an_imported_export_cannot_change(stacks, shared):
    name, exporter, _ = shared

    stack = stacks.update(exporter["StackName"], parameters={"Value": "two"})

    assert stack["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert outputs(stack) == {"Shared": "one"}
    reason = stacks.reason(stack["StackName"], stack["StackName"], "UPDATE_ROLLBACK_IN_PROGRESS")
    assert f"Export {name} cannot be updated as it is in use by" in reason


def test_importing_what_nobody_exports_fails_the_creation(stacks):
    stack = stacks.create(IMPORTER.format(name="nobody-exports-this"))

    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    reason = stacks.reason(stack["StackName"], "Copy", "CREATE_FAILED")
    assert "No export named nobody-exports-this found" in reason


def test_an_export_name_belongs_to_one_stack(stacks, shared):
    name, exporter, _ = shared

    stack = stacks.create(EXPORTER.format(name=name))

    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    reason = stacks.reason(stack["StackName"], stack["StackName"], "ROLLBACK_IN_PROGRESS")
    assert f"Export with name {name} is already exported by stack {exporter['StackName']}" in reason


def test_imports_of_an_export_that_nobody_imports_are_refused(stacks):
    with pytest.raises(ClientError, match="is not imported by any stack"):
        stacks.api.list_imports(ExportName="lonely")

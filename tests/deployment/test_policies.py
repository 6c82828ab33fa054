"""Least privilege: every policy of every template, held to what each service may touch."""

from __future__ import annotations

import re

import pytest
from templates import Statement, of_type, statements

STATEMENTS = statements()
ALLOWED = [statement for statement in STATEMENTS if statement.effect == "Allow"]
STACKS = {statement.resource.stack for statement in ALLOWED}

ANY_RESOURCE = {
    ("etl", "cloudwatch:PutMetricData"): "CloudWatch offers no resource; the namespace is fixed",
    ("notify", "cloudwatch:PutMetricData"): "CloudWatch offers no resource; the namespace is fixed",
    (
        "orchestration",
        "cloudwatch:PutMetricData",
    ): "CloudWatch offers no resource; the namespace is fixed",
    ("forecast", "ecr:GetAuthorizationToken"): "ECR offers no resource",
    ("ingest", "ec2:CreateNetworkInterface"): "Lambda joins a VPC with no narrower permission",
    ("ingest", "ec2:DeleteNetworkInterface"): "Lambda joins a VPC with no narrower permission",
    ("ingest", "ec2:DescribeNetworkInterfaces"): "EC2 offers no resource for Describe",
    ("ingest", "ec2:DescribeSubnets"): "EC2 offers no resource for Describe",
    (
        "shared",
        "kms:*",
    ): "a key's own policy: * is this key, and only the account's IAM may widen it",
    ("shared", "kms:Decrypt"): "a key's own policy: * is this key",
    ("shared", "kms:GenerateDataKey"): "a key's own policy: * is this key",
}
"""Where ``*`` is a resource, with the reason."""

WIDE_ACTIONS = {("shared", "kms:*")}
"""AWS asks for it: a key without its account's root as administrator cannot be managed again
(AWS KMS Developer Guide, "Default key policy")."""

SPECS = "artifacts/datasets/*"
WRITES = {
    "shared": set(),
    "ingest": {"landing/*", "artifacts/manifests/*", "artifacts/messages/*"},
    "etl": {"refined/*", "quarantine/*", "artifacts/commits/*", "artifacts/lineage/*"},
    "view": {"artifacts/athena/*", "artifacts/views/registry.json"},
    "forecast": {"forecast/*", "artifacts/models/*"},
    "notify": set(),
    "orchestration": {"artifacts/models/*/past-forecasts.json"},
}
"""What a service may write; nothing, if it is not named."""
READS = {
    "shared": set(),
    # The crawler of a zone is its writer's: it reads what the service wrote.
    "ingest": {"landing/*", SPECS, "artifacts/manifests/*"},
    "etl": {
        "landing/*",
        "refined/*",
        "quarantine/*",
        SPECS,
        "artifacts/manifests/*",
        "artifacts/commits/*",
        "artifacts/services/etl/*",
    },
    "view": {SPECS, "artifacts/athena/*"},
    "forecast": {"refined/*", "forecast/*", SPECS, "artifacts/models/*"},
    "notify": {SPECS},
    "orchestration": {SPECS, "artifacts/models/*"},
}
"""What it may read beside that; the datasets' declarations, if it is not named."""
DATABASES = {
    "ingest": {"landing"},
    "etl": {"refined"},
    "view": {"refined"},
    "forecast": {"forecast"},
}
"""Glue databases of which a service may change tables: views stand beside refined tables."""
STATE_TABLE = "table/{{resolve:ssm:/millrace/${Environment}/state/table}}"
WRITING = {"s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"}
READING = {"s3:GetObject", "s3:GetObjectVersion"}
OBJECTS = re.compile(r"s3:::\{\{resolve:ssm:/millrace/\$\{Environment\}/buckets/(\w+)\}\}(/.*)?$")


def places(statement: Statement) -> set[str]:
    """Objects that a statement names, as ``<zone>/<pattern>``; a bucket itself is ``<zone>``."""
    found = set()
    for text in statement.resources:
        if ":s3:::" in text:
            match = OBJECTS.search(text)
            assert match, f"{statement}: {text} is not a bucket of this deployment"
            found.add(match[1] + (match[2] or ""))
    return found


def test_there_are_policies_to_check():
    assert len(ALLOWED) > 50
    assert STACKS >= WRITES.keys() == READS.keys()


@pytest.mark.parametrize("statement", STATEMENTS, ids=str)
def test_actions_are_named(statement):
    assert "NotAction" not in statement.whole
    assert "NotResource" not in statement.whole
    if statement.effect == "Allow":
        wide = {(statement.resource.stack, a) for a in statement.actions if "*" in a}
        assert wide <= WIDE_ACTIONS


@pytest.mark.parametrize("statement", ALLOWED, ids=str)
def test_any_resource_is_allowed_only_where_aws_offers_nothing_narrower(statement):
    if "*" in statement.resources:
        for action in statement.actions:
            assert (statement.resource.stack, action) in ANY_RESOURCE, action


def test_metrics_are_written_to_one_namespace_only():
    writing = [s for s in ALLOWED if "cloudwatch:PutMetricData" in s.actions]
    assert writing
    for statement in writing:
        assert statement.whole["Condition"]["StringEquals"]["cloudwatch:namespace"], statement


def test_every_listed_exception_is_still_needed():
    used = {
        (statement.resource.stack, action)
        for statement in ALLOWED
        if "*" in statement.resources
        for action in statement.actions
    }
    assert used == ANY_RESOURCE.keys()


@pytest.mark.parametrize("statement", ALLOWED, ids=str)
def test_a_service_touches_its_own_objects_only(statement):
    stack, actions = statement.resource.stack, set(statement.actions)
    objects = {place for place in places(statement) if "/" in place}
    if actions & WRITING:
        assert objects <= WRITES.get(stack, set())
    if actions & READING:
        assert objects <= READS.get(stack, {SPECS}) | WRITES.get(stack, set())
    if any(action.startswith("s3:") for action in actions):
        known = WRITING | READING | {"s3:ListMultipartUploadParts"}
        about_buckets = {"s3:ListBucket", "s3:GetBucketLocation", "s3:ListBucketMultipartUploads"}
        assert actions <= known | about_buckets
        assert places(statement), "S3 without a bucket"


def test_no_two_services_write_the_same_objects():
    written = [place for own in WRITES.values() for place in own]
    assert len(written) == len(set(written))


@pytest.mark.parametrize("stack", sorted(STACKS))
def test_what_a_service_may_write_is_what_it_is_granted(stack):
    granted = {
        place
        for statement in ALLOWED
        if statement.resource.stack == stack and set(statement.actions) & WRITING
        for place in places(statement)
    }
    assert granted == WRITES.get(stack, set())


@pytest.mark.parametrize("statement", ALLOWED, ids=str)
def test_what_may_have_any_name_is_told_by_something_else(statement):
    """As a tag: a queue to read from is somebody else's, and so is its name."""
    for text in statement.resources:
        if re.search(r"\$\{AWS::AccountId\}:([\w-]+[/:])?\*$", text):
            assert "StringEquals" in statement.whole.get("Condition", {}), text


@pytest.mark.parametrize("statement", ALLOWED, ids=str)
def test_a_service_changes_tables_of_its_own_database_only(statement):
    about_tables = re.compile(r"glue:(Batch)?(Create|Update|Delete)(Database|Table|Partition)")
    if any(about_tables.match(action) for action in statement.actions):
        named = {
            found[1] if (found := re.search(r":(?:database|table)/(\w+)(/\*)?$", text)) else text
            for text in statement.resources
            if not text.endswith(":catalog")
        }
        assert named == DATABASES[statement.resource.stack]


@pytest.mark.parametrize("statement", ALLOWED, ids=str)
def test_rows_are_those_of_the_state_table(statement):
    if any(action.startswith("dynamodb:") for action in statement.actions):
        for text in statement.resources:
            assert text.removesuffix("/index/*").endswith(f":{STATE_TABLE}"), text


@pytest.mark.parametrize("statement", ALLOWED, ids=str)
def test_names_of_other_deployments_cannot_be_meant(statement):
    """A resource that carries a name of Millrace's carries the environment too."""
    for text in statement.resources:
        name = re.search(r"[:/]millrace-", text)
        if name and "ecr:" not in text and "processing-job/millrace-" not in text:
            assert "millrace-${Environment}" in text, text


def test_a_role_is_passed_to_one_service_only():
    passing = [statement for statement in ALLOWED if "iam:PassRole" in statement.actions]
    assert passing
    for statement in passing:
        assert statement.whole["Condition"]["StringEquals"]["iam:PassedToService"]
        assert "*" not in statement.resources


def test_every_role_is_taken_on_by_named_services_of_aws():
    roles = of_type("AWS::IAM::Role")
    assert roles
    for role in roles:
        for statement in role.properties["AssumeRolePolicyDocument"]["Statement"]:
            assert set(statement["Principal"]) == {"Service"}, role
            assert "*" not in str(statement["Principal"]), role
        assert "ManagedPolicyArns" not in role.properties, role

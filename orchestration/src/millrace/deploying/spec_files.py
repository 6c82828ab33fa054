"""A dataset's files among the artifacts, where the services read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from millrace.aws import Aws
from millrace_contracts import SpecKey
from millrace_contracts.keys import view_prefix

if TYPE_CHECKING:
    from millrace.specs import DeclaredDataset

_TRANSFORMS = ("transform.sql", "transform.py")


def upload_spec(aws: Aws, declared: DeclaredDataset) -> None:
    """Write a dataset's files, and remove those that are no longer declared.

    The spec is written last, so that a run sees either the old files or all new ones of what the
    new spec needs. A transform of the other kind is removed once the new one is there: a run that
    comes between finds two and stops, where without one it would write rows as they came.
    """
    name = declared.spec.name
    bucket = aws.bucket("artifacts")
    s3 = aws.client("s3")
    files = [*declared.views, *([declared.transform] if declared.transform else [])]
    wanted = {str(SpecKey(name, file.path)): file.text for file in files}
    listed = s3.list_objects_v2(Bucket=bucket, Prefix=view_prefix(name)).get("Contents", [])
    present = {entry["Key"] for entry in listed}
    present |= {str(SpecKey(name, file)) for file in _TRANSFORMS}
    for key, text in wanted.items():
        s3.put_object(Bucket=bucket, Key=key, Body=text.encode())
    for key in sorted(present - wanted.keys()):
        s3.delete_object(Bucket=bucket, Key=key)
    # What the author left out is left out: a service of an older version does not know it.
    spec = declared.spec.model_dump_json(indent=2, exclude_unset=True).encode()
    s3.put_object(Bucket=bucket, Key=str(SpecKey(name, "dataset.json")), Body=spec)

"""The text of a spec: complete, and with a comment on what to look at."""

from __future__ import annotations

import json

from millrace.inferring.columns import InferredColumn
from millrace.inferring.sample import Sample

_TEMPLATE = """\
# yaml-language-server: $schema=../../shared/schemas/Dataset.json
# Written by `millrace new` from {rows:,} rows of {source}. `millrace check` checks it, and so does
# an editor with YAML support.
name: {name}
description: {description}
# Who hears of a failure, beside the support team.
owner: {{team: {name}, email: {email}}}
# When runs start by themselves (EventBridge Scheduler, UTC):
# schedule: cron(0 6 * * ? *)
# or for a file below _drop/{name}/ in the landing bucket, or after other datasets:
# on: {{landing_drop: true, after: [other_dataset]}}
# A run that starts while another is at work waits; or is skipped:
# overlap: skip

# New files in this folder are taken once each. {{mount}} is .millrace/sources on a laptop.
source: {{kind: filesystem, url: "file://{{mount}}/{name}", match: "*{ending}"}}
format: {format}

# A row that breaks a rule goes to quarantine with its reasons. Rules to add where they hold:
# range: [0, null], pattern: "[A-Z]{{3}}", enum: [a, b], unique: true, pii: hash
columns:
{columns}
# What happens to bad rows, and the share above which a run fails.
on_bad_rows: {{action: quarantine, halt_above: 0.05}}

# append adds rows; upsert replaces rows of equal keys, so that a row that comes again counts once.
{keys}
# Folders of the refined table, by a column with few values:
# write: {{mode: append, partition_by: [month]}}

# What to forecast, per series and period:
# forecast: {{series: [...], time: a_date, target: {{count: "*"}}, frequency: D, horizon: 14}}
"""


def write_spec(name: str, sample: Sample, *, source: str, ending: str, email: str) -> str:
    """``dataset.yaml`` of a dataset whose files look like the sample.

    Args:
        name: Of the dataset.
        sample: What was found.
        source: Name of the sample's file, for the comment.
        ending: Of the files' names, as ``.csv``.
        email: Of the owner.
    """
    return _TEMPLATE.format(
        name=name,
        rows=sample.rows,
        source=source,
        description=json.dumps(f"Rows as in {source}."),
        email=email,
        ending=ending,
        format=_format(sample),
        columns="".join(map(_column, sample.columns)),
        keys=_keys(sample),
    )


def _format(sample: Sample) -> str:
    parts = ["kind: csv", "header: true"]
    if sample.delimiter != ",":
        parts.append(f"delimiter: {json.dumps(sample.delimiter)}")
    if sample.null_value:
        parts.append(f"null_value: {json.dumps(sample.null_value)}")
    return "{" + ", ".join(parts) + "}"


def _column(column: InferredColumn) -> str:
    parts = [f"name: {json.dumps(column.name) if column.name in _WORDS else column.name}"]
    if column.header.strip().lower() != column.name:
        parts.append(f"from: {_quoted(column.header.strip())}")
    parts.append(f"type: {column.type}")
    if column.required:
        parts.append("required: true")
    return "  - {" + ", ".join(parts) + "}\n"


def _quoted(text: str) -> str:
    """A double-quoted scalar (YAML 1.2.2, section 5.7, "Escaped Characters")."""
    escaped = (
        f"\\U{ord(one):08x}" if one in '"\\' or not one.isprintable() else one for one in text
    )
    return '"' + "".join(escaped) + '"'


_WORDS = ("true", "false", "null")
"""Names that YAML would read as values."""


def _keys(sample: Sample) -> str:
    unique = [column.name for column in sample.columns if column.unique and column.required]
    candidate = unique[0] if unique else "column"
    seen = "unique in the sample" if unique else "no column is unique in the sample"
    return f"# keys: [{candidate}]  # {seen}\n# write: {{mode: upsert}}\nwrite: {{mode: append}}"

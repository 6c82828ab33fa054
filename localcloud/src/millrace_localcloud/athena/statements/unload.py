"""UNLOAD (Athena user guide, "UNLOAD")."""

from __future__ import annotations

from sqlglot.tokens import TokenType

from millrace_localcloud.athena.errors import QueryFailed
from millrace_localcloud.athena.lake import split_location
from millrace_localcloud.athena.parameters import with_parameters
from millrace_localcloud.athena.partitions import folder
from millrace_localcloud.athena.results import ResultColumn
from millrace_localcloud.athena.selects import translate
from millrace_localcloud.athena.session import Outcome, Session
from millrace_localcloud.athena.statements.create_table_as import check_keys
from millrace_localcloud.athena.statements.inner_query import query_between
from millrace_localcloud.athena.statements.reader import Reader
from millrace_localcloud.athena.syntax import PlainTrino
from millrace_localcloud.athena.types import BIGINT
from millrace_localcloud.athena.writing.columns import check_written, column_names
from millrace_localcloud.athena.writing.properties import read_properties, write_properties
from millrace_localcloud.athena.writing.write import (
    Layout,
    check_empty,
    data_manifest,
    write_query,
)

_KNOWN = ("format", "compression", "field_delimiter", "partitioned_by")


def unload(session: Session) -> Outcome:
    """Write the query's rows as files of the format that is asked for."""
    session.sql = with_parameters(session.sql, session.parameters)
    reader = Reader(session.sql)
    reader.expect("UNLOAD", "(")
    start, end = reader.offset, _closing(session.sql)
    tree = query_between(session, start, end)
    reader.offset = end + 1
    reader.expect("TO")
    location = reader.text()
    location = location if location.endswith("/") else f"{location}/"
    split_location(location)
    reader.expect("WITH")
    given = read_properties(reader)
    reader.end()
    if "format" not in given:
        raise QueryFailed("INVALID_TABLE_PROPERTY", "UNLOAD needs the property 'format'")
    asked = write_properties(given, _KNOWN)
    translation = session.translation()
    query = translate(tree, translation)
    names, kinds = column_names(query), [column.value.kind for column in query.columns]
    for name, kind in zip(names, kinds, strict=True):
        check_written(kind, name)
    keys = list(asked.partitioned_by)
    check_keys(asked.partitioned_by, names)
    check_empty(session, location, "UNLOAD")
    layout = Layout(
        tuple(names), tuple(kinds), len(keys), lambda values: location + folder(keys, values)
    )
    written = write_query(session, query, translation, layout, asked.file_format)
    output = f"{session.output_base}{session.query_id}"
    return Outcome(
        columns=(ResultColumn("rows", BIGINT),),
        statement_type="DML",
        substatement_type="UNLOAD",
        output=output,
        manifest=data_manifest(session, written, output),
        update_count=written.rows,
    )


def _closing(sql: str) -> int:
    """Offset of the bracket that closes the first one."""
    depth = 0
    for token in PlainTrino().tokenize(sql):
        depth += (token.token_type == TokenType.L_PAREN) - (token.token_type == TokenType.R_PAREN)
        if token.token_type == TokenType.R_PAREN and depth == 0:
            return int(token.start)
    raise QueryFailed("SYNTAX_ERROR", "mismatched input '<EOF>' expecting )")

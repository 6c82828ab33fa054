"""PREPARE, EXECUTE and DEALLOCATE PREPARE (Athena user guide, "Use prepared statements")."""

from __future__ import annotations

import re

from sqlglot.tokens import TokenType

from millrace_localcloud.athena.errors import QueryFailed, not_supported
from millrace_localcloud.athena.session import Outcome, Session
from millrace_localcloud.athena.statements.reader import Reader
from millrace_localcloud.athena.syntax import PlainTrino

_OPENING = (TokenType.L_PAREN, TokenType.L_BRACKET)
_CLOSING = (TokenType.R_PAREN, TokenType.R_BRACKET)
_TAKES = re.compile(r"\s*(SELECT|WITH|VALUES|INSERT|CREATE\s+TABLE|UNLOAD|\()", re.IGNORECASE)


def prepare(session: Session) -> Outcome:
    """Keep a statement in the workgroup; its text is not looked at before it runs."""
    reader = Reader(session.sql)
    reader.expect("PREPARE")
    name = reader.name()
    reader.expect("FROM")
    statement = session.sql[reader.offset :].strip().removesuffix(";").strip()
    if not _TAKES.match(statement):
        raise not_supported(f"PREPARE of the statement {statement[:40]!r}")
    session.backend.keep_statement(session.workgroup, name, statement, "")
    return Outcome(statement_type="UTILITY", substatement_type="PREPARE")


def execute(session: Session) -> Outcome:
    """Run a kept statement with the values of USING or of ExecutionParameters."""
    from millrace_localcloud.athena.statements.run import run

    reader = Reader(session.sql)
    reader.expect("EXECUTE")
    name = reader.name()
    using: list[str] = []
    if reader.accept("USING"):
        using = _split(session.sql, reader.offset)
    else:
        reader.end()
    kept = session.backend.statement(session.workgroup, name)
    if kept is None:
        raise QueryFailed("NOT_FOUND", f"PreparedStatement {name} was not found")
    session.sql = kept.query_statement
    session.parameters = using or session.parameters
    return run(session)


def _split(sql: str, offset: int) -> list[str]:
    """The values of USING, split at the commas that stand in no bracket."""
    parts, depth, start = [], 0, 0
    text = sql[offset:].rstrip().removesuffix(";")
    for token in PlainTrino().tokenize(text):
        depth += (token.token_type in _OPENING) - (token.token_type in _CLOSING)
        if token.token_type == TokenType.COMMA and depth == 0:
            parts.append(text[start : token.start])
            start = token.end + 1
    return [part.strip() for part in (*parts, text[start:])]


def deallocate(session: Session) -> Outcome:
    """Forget a kept statement."""
    reader = Reader(session.sql)
    reader.expect("DEALLOCATE", "PREPARE")
    name = reader.name()
    reader.end()
    if not session.backend.drop_statement(session.workgroup, name):
        raise QueryFailed("NOT_FOUND", f"PreparedStatement {name} was not found")
    return Outcome(statement_type="UTILITY", substatement_type="DEALLOCATE")

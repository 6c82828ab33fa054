"""The query inside a statement that does something with its rows."""

from __future__ import annotations

import re

from sqlglot import exp

from millrace_localcloud.athena.errors import QueryFailed
from millrace_localcloud.athena.session import Session
from millrace_localcloud.athena.syntax import parse


def query_between(session: Session, start: int, end: int | None = None) -> exp.Expression:
    """The query at these offsets of the statement; its positions are the statement's.

    Raises:
        QueryFailed: What stands there is no query.
    """
    blank = re.sub(r"[^\n]", " ", session.sql[:start])
    tree = parse(blank + session.sql[start:end].rstrip().removesuffix(";"))
    if not isinstance(tree, exp.Query | exp.Values):
        raise QueryFailed("SYNTAX_ERROR", "a query is expected")
    return tree

"""ExecutionParameters: literals for the question marks of a query, in the order of its text."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp
from sqlglot.errors import TokenError
from sqlglot.tokens import TokenType

from millrace_localcloud.athena.errors import QueryFailed
from millrace_localcloud.athena.syntax import PlainTrino, parse


def with_parameters(sql: str, parameters: Sequence[str]) -> str:
    """``sql`` with each question mark replaced.

    Raises:
        QueryFailed: There are more or fewer parameters than question marks, or one is no literal.
    """
    try:
        tokens = PlainTrino().tokenize(sql)
    except TokenError:
        return sql
    places = [token for token in tokens if token.token_type == TokenType.PLACEHOLDER]
    if len(places) != len(parameters):
        text = f"Incorrect number of parameters: expected {len(places)} but found {len(parameters)}"
        raise QueryFailed("INVALID_PARAMETER_USAGE", text)
    for token, parameter in reversed(list(zip(places, parameters, strict=True))):
        _check_literal(parameter)
        sql = f"{sql[: token.start]}{parameter}{sql[token.end + 1 :]}"
    return sql


_LITERALS = (exp.Literal, exp.Boolean, exp.Null, exp.Cast, exp.Neg, exp.DataType, exp.DataTypeParam)


def _check_literal(parameter: str) -> None:
    tree = parse(f"SELECT {parameter}")
    parts = tree.expressions
    if len(parts) != 1 or any(tree.args.get(name) for name in tree.args if name != "expressions"):
        raise QueryFailed("INVALID_PARAMETER_USAGE", f"Not a literal: {parameter}")
    if any(not isinstance(part, _LITERALS) for part in parts[0].walk()):
        raise QueryFailed("INVALID_PARAMETER_USAGE", f"Not a literal: {parameter}")

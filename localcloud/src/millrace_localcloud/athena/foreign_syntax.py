"""What sqlglot reads and Trino's grammar has not, refused as Athena refuses it.

sqlglot takes other dialects' words too. A query with them would work here and fail once deployed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlglot.tokens import Token, TokenType

from millrace_localcloud.athena.errors import Position, QueryFailed

_SIGNS = ("::", "==", "<=>", "~~", "!")
_CLAUSES = (
    TokenType.FROM,
    TokenType.WHERE,
    TokenType.GROUP_BY,
    TokenType.HAVING,
    TokenType.ORDER_BY,
    TokenType.UNION,
    TokenType.INTERSECT,
    TokenType.EXCEPT,
    TokenType.R_PAREN,
    TokenType.R_BRACKET,
    TokenType.SEMICOLON,
)
_TEXTS = (TokenType.STRING, TokenType.IDENTIFIER, TokenType.NATIONAL_STRING)
_BEFORE_OPERANDS = {
    *("AND", "BETWEEN", "BY", "CASE", "DISTINCT", "ELSE", "FROM", "HAVING", "IN", "IS", "LIKE"),
    *("NOT", "ON", "OR", "SELECT", "THEN", "WHEN", "WHERE"),
}
"""Reserved words after which an expression begins."""
_TYPES = {
    *("BLOB", "BOOL", "BYTE", "BYTEA", "DATETIME", "FIXED", "FLOAT", "FLOAT4", "FLOAT8", "INT1"),
    *("INT16", "INT2", "INT32", "INT4", "INT64", "INT8", "LONG", "NUMBER", "SHORT", "STRING"),
    *("STRUCT", "TEXT", "TIMESTAMPTZ", "VARCHAR2"),
}
"""Types of other dialects; ``float`` and ``string`` are words of Athena's DDL alone."""


def refuse_foreign(tokens: Sequence[Token], sql: str) -> None:
    """Look for it in a whole statement.

    Raises:
        QueryFailed: SYNTAX_ERROR, or TYPE_NOT_FOUND, at its line and column.
    """
    casts: list[int] = []
    depth = 0
    for index, token in enumerate(tokens):
        depth += (token.token_type == TokenType.L_PAREN) - (token.token_type == TokenType.R_PAREN)
        if _word(tokens, index) in ("CAST", "TRY_CAST") and _sign(tokens, index + 1) == "(":
            casts.append(depth + 1)
        if casts and depth < casts[-1] and token.token_type == TokenType.R_PAREN:
            casts.pop()
        if casts and casts[-1] == depth and token.token_type == TokenType.ALIAS:
            _refuse_type(tokens, index + 1, sql)
        for is_foreign in _RULES:
            if is_foreign(tokens, index):
                raise QueryFailed(
                    "SYNTAX_ERROR", f"mismatched input '{token.text}'", _place(token, sql)
                )


def _refuse_type(tokens: Sequence[Token], start: int, sql: str) -> None:
    depth = 0
    for index, token in enumerate(tokens[start:], start):
        depth += (token.token_type == TokenType.L_PAREN) - (token.token_type == TokenType.R_PAREN)
        if depth < 0:
            return
        # A row's field may have such a name; its type then follows.
        is_type = _sign(tokens, index + 1) in (")", ",", "(")
        if is_type and _word(tokens, index) in _TYPES:
            text = f"Unknown type: {token.text.lower()}"
            raise QueryFailed("TYPE_NOT_FOUND", text, _place(token, sql))


def _place(token: Token, sql: str) -> Position:
    before = sql[: token.start]
    return Position(before.count("\n") + 1, token.start - before.rfind("\n"))


def _word(tokens: Sequence[Token], index: int) -> str:
    """The token in capitals; empty for a text, a quoted name, and where there is none."""
    if not 0 <= index < len(tokens) or tokens[index].token_type in _TEXTS:
        return ""
    return tokens[index].text.upper()


def _sign(tokens: Sequence[Token], index: int) -> str:
    word = _word(tokens, index)
    return "" if word.isidentifier() else word


def _is(tokens: Sequence[Token], index: int, *kinds: TokenType) -> bool:
    return 0 <= index < len(tokens) and tokens[index].token_type in kinds


def _ends_operand(tokens: Sequence[Token], index: int) -> bool:
    if _is(tokens, index, *_TEXTS, TokenType.NUMBER, TokenType.R_PAREN, TokenType.R_BRACKET):
        return True
    word = _word(tokens, index)
    return word.isidentifier() and word not in _BEFORE_OPERANDS


def _foreign_sign(tokens: Sequence[Token], index: int) -> bool:
    return _sign(tokens, index) in _SIGNS


def _postfix_null(tokens: Sequence[Token], index: int) -> bool:
    is_word = _is(tokens, index, TokenType.ISNULL, TokenType.NOTNULL)
    return is_word and _ends_operand(tokens, index - 1)


def _bare_brackets(tokens: Sequence[Token], index: int) -> bool:
    return _sign(tokens, index) == "[" and not _ends_operand(tokens, index - 1)


def _trailing_comma(tokens: Sequence[Token], index: int) -> bool:
    is_last = index + 1 == len(tokens)
    return _sign(tokens, index) == "," and (is_last or _is(tokens, index + 1, *_CLAUSES))


def _late_offset(tokens: Sequence[Token], index: int) -> bool:
    """``LIMIT 1 OFFSET 1``: in Trino OFFSET comes first."""
    if not _is(tokens, index, TokenType.OFFSET):
        return False
    limited = _is(tokens, index - 2, TokenType.LIMIT) and (
        _is(tokens, index - 1, TokenType.NUMBER) or _word(tokens, index - 1) == "ALL"
    )
    return limited or _word(tokens, index - 1) in ("ONLY", "TIES")


def _odd_interval(tokens: Sequence[Token], index: int) -> bool:
    """An interval whose amount is not quoted, or whose unit is."""
    if not _is(tokens, index, TokenType.INTERVAL):
        return False
    amount = index + 1 + (_sign(tokens, index + 1) in ("-", "+"))
    if _is(tokens, amount, TokenType.NUMBER):
        return True
    unit = _word(tokens, amount + 1)
    return _is(tokens, amount, TokenType.STRING) and not unit.isidentifier()


def _quoted_field(tokens: Sequence[Token], index: int) -> bool:
    is_field = _word(tokens, index - 2) == "EXTRACT" and _sign(tokens, index - 1) == "("
    return is_field and _is(tokens, index, TokenType.STRING)


def _unknown(tokens: Sequence[Token], index: int) -> bool:
    before = index - 1 - (_word(tokens, index - 1) == "NOT")
    return _word(tokens, index) == "UNKNOWN" and _word(tokens, before) == "IS"


_RULES: tuple[Callable[[Sequence[Token], int], bool], ...] = (
    _foreign_sign,
    _postfix_null,
    _bare_brackets,
    _trailing_comma,
    _late_offset,
    _odd_interval,
    _quoted_field,
    _unknown,
)

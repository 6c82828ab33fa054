"""One statement's translation: what its expressions and relations share."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from typing import Any, NoReturn

from sqlglot import exp

from millrace_localcloud.athena.errors import QueryFailed, not_supported
from millrace_localcloud.athena.scope import Query, Scope, Typed, Uses
from millrace_localcloud.athena.syntax import position
from millrace_localcloud.athena.types import Type, coerces, storage

Handler = Callable[[Any, "Place"], Typed]
HANDLERS: dict[type[exp.Expression], Handler] = {}
"""What each kind of expression means; filled by the modules that say so."""


def handles(*kinds: type[exp.Expression]) -> Callable[[Handler], Handler]:
    """Register the meaning of some kinds of expression."""

    def register(handler: Handler) -> Handler:
        for kind in kinds:
            HANDLERS[kind] = handler
        return handler

    return register


@dataclass(frozen=True)
class PythonSignature:
    """A Python function as DuckDB will know it."""

    function: Callable[..., Any]
    parameters: tuple[str, ...]
    result: str
    sees_nulls: bool


@dataclass
class Translation:
    """State of one statement's translation."""

    sql: str
    now: datetime
    catalog: Any
    """The ``catalog.Catalog`` in which tables are found."""
    database: str
    translate_query: Callable[[exp.Expression, Place], Query]
    """What a query means, which is made of the expressions and relations that need it too."""
    uses: Uses = field(default_factory=Uses)
    scans: dict[str, Any] = field(default_factory=dict)
    """``scans.Scan`` by the name under which the generated SQL reads it."""
    python: dict[PythonSignature, str] = field(default_factory=dict)
    """Names in the generated SQL of the Python functions that it calls."""
    views: tuple[str, ...] = ()
    """The views being expanded, outermost first."""
    _numbers: Iterator[int] = field(default_factory=count)

    def fresh(self, prefix: str) -> str:
        """A name that the generated SQL has not used."""
        return f"{prefix}{next(self._numbers)}"

    def fail(self, code: str, text: str, node: exp.Expression) -> NoReturn:
        """End the query with an error at ``node``."""
        raise QueryFailed(code, text, position(node, self.sql))

    def refuse(self, what: str, node: exp.Expression) -> NoReturn:
        """End the query: ``what`` exists in Athena and not here."""
        raise not_supported(what, position(node, self.sql))

    def only(self, node: exp.Expression, *known: str) -> None:
        """Refuse a clause that nobody would read: an ignored one makes a wrong answer."""
        for name, value in node.args.items():
            if name not in known and value:
                self.refuse(f"{name.strip('_').upper()} in this place", node)


@dataclass(frozen=True)
class Place:
    """A place in the statement where expressions are translated."""

    translation: Translation
    scope: Scope

    def typed(self, node: exp.Expression) -> Typed:
        """Translate one expression."""
        handler = HANDLERS.get(type(node))
        if handler is None:
            self.translation.refuse(f"the expression {type(node).__name__}", node)
        return handler(node, self)

    def query(self, node: exp.Expression) -> Query:
        """Translate a query that stands here."""
        return self.translation.translate_query(node, self)

    def typed_as(self, node: exp.Expression, kind: Type, role: str) -> Typed:
        """Translate an expression whose value must be a ``kind``."""
        value = self.typed(node)
        if not coerces(value.kind, kind):
            text = f"{role} must evaluate to a {kind} (actual: {value.kind})"
            self.translation.fail("TYPE_MISMATCH", text, node)
        return coerce(value, kind)

    def call(
        self,
        function: Callable[..., Any],
        arguments: Sequence[Typed],
        result: Type,
        *,
        sees_nulls: bool = False,
    ) -> Typed:
        """A call of a Python function; NULL in any argument gives NULL unless it sees them."""
        types = tuple(storage(argument.kind) for argument in arguments)
        signature = PythonSignature(function, types, storage(result), sees_nulls)
        known = self.translation.python
        name = known.setdefault(signature, f"python{len(known)}_{function.__name__}")
        return Typed(f"{name}({', '.join(argument.sql for argument in arguments)})", result)

    def inside(self, scope: Scope) -> Place:
        """The same statement, other names."""
        return replace(self, scope=scope)


def coerce(value: Typed, kind: Type) -> Typed:
    """``value`` as a ``kind`` to which its type coerces."""
    if value.kind == kind:
        return value
    if storage(value.kind) == storage(kind) and value.sql != "NULL":
        return Typed(value.sql, kind, value.literal)
    return Typed(f"CAST({value.sql} AS {storage(kind)})", kind, value.literal)


def as_kinds(query: Query, kinds: list[Type]) -> str:
    """The query's SQL with its columns coerced to ``kinds``."""
    listed = ", ".join(
        f"{coerce(Typed(f'c{index}', column.value.kind), kind).sql} AS c{index}"
        for index, (column, kind) in enumerate(zip(query.columns, kinds, strict=True))
    )
    return f"SELECT {listed} FROM ({query.sql}) AS q"


def quoted(text: str) -> str:
    """A DuckDB string literal."""
    return "'" + text.replace("'", "''") + "'"


def checked(value: str, fails: str, code: str, text: str) -> str:
    """DuckDB SQL for ``value`` that ends the query when ``fails`` is true.

    The failure is a failing cast and not ``error()``, which ``TRY`` cannot hold. Expressions in
    braces are put into the text: ``Cannot cast '{x}' to INT``.
    """
    parts = re.split(r"\{(.*?)\}", f"[{code}] {text}")
    shown = [
        f"coalesce(CAST({part} AS VARCHAR), 'null')" if index % 2 else quoted(part)
        for index, part in enumerate(parts)
        if part
    ]
    message = " || ".join(shown)
    # The failing cast is a value and no condition: DuckDB folds constant conditions outside TRY.
    failing = f"([NULL])[CAST(CAST({message} AS BOOLEAN) AS BIGINT)]"
    return f"CASE WHEN {fails} THEN {failing} ELSE {value} END"

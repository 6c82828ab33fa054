"""Names in a query: the fields of its relations, the queries around it, lambda variables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from millrace_localcloud.athena.types import Type

Use = tuple[str, int]
"""A scan's name and the index of one of its columns."""


@dataclass(frozen=True)
class Typed:
    """A DuckDB expression and the Trino type of its value."""

    sql: str
    kind: Type
    literal: str | int | None = None
    """The value, where it was written as a literal."""


@dataclass(frozen=True)
class Field:
    """A column of a relation."""

    name: str | None
    value: Typed
    uses: frozenset[Use] = frozenset()
    qualifier: tuple[str, ...] = ()
    """Names that may stand before it, lower case, as ``("awsdatacatalog", "db", "t")``."""
    scanned: Use | None = None
    """The scan's column, where the field is nothing else."""

    def answers(self, qualifier: tuple[str, ...], name: str) -> bool:
        """Whether ``qualifier.name`` means this field."""
        if self.name is None or self.name.lower() != name:
            return False
        return not qualifier or self.qualifier[-len(qualifier) :] == qualifier


@dataclass(frozen=True)
class Query:
    """A translated query; its columns are called c0, c1 … in the SQL."""

    sql: str
    columns: tuple[Field, ...]


@dataclass(frozen=True)
class Scope:
    """What a name can mean at one place of a query."""

    fields: Sequence[Field] = ()
    parent: Scope | None = None
    variables: dict[str, Typed] = field(default_factory=dict)
    preferred: Sequence[Field] = ()
    """Output columns, which ORDER BY looks at first."""
    named: dict[str, Query] = field(default_factory=dict)
    """Queries of WITH."""

    def named_query(self, name: str) -> Query | None:
        """The query that WITH calls ``name``, here or further out."""
        scope: Scope | None = self
        while scope is not None:
            if name.lower() in scope.named:
                return scope.named[name.lower()]
            scope = scope.parent
        return None


class Uses:
    """Collects the scanned columns that an expression reads."""

    def __init__(self) -> None:
        self._stack: list[set[Use]] = [set()]

    def add(self, uses: frozenset[Use]) -> None:
        self._stack[-1] |= uses

    @property
    def total(self) -> frozenset[Use]:
        return frozenset(self._stack[0])

    @contextmanager
    def apart(self) -> Iterator[set[Use]]:
        """Collect what is used inside without passing it to what stands around."""
        self._stack.append(set())
        try:
            yield self._stack[-1]
        finally:
            self._stack.pop()

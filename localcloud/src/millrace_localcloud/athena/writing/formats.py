"""The formats that CTAS, INSERT INTO and UNLOAD write here, and their compressions.

Athena user guide, "CREATE TABLE AS" and "UNLOAD": GZIP where nothing is said.
"""

from __future__ import annotations

import bz2
import gzip
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from millrace_localcloud.athena.errors import not_supported
from millrace_localcloud.athena.storage_formats import STORED_AS, Declared
from millrace_localcloud.athena.types import Type
from millrace_localcloud.athena.writing.fields import field_text, json_field

_BATCH_ROWS = 10_000
_PARQUET_CODECS = ("GZIP", "SNAPPY", "ZSTD", "LZ4", "NONE")
_TEXT_CODECS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "GZIP": (".gz", lambda body: gzip.compress(body, 6, mtime=0)),
    "BZIP2": (".bz2", bz2.compress),
    "NONE": ("", lambda body: body),
}


@dataclass(frozen=True)
class FileFormat:
    """How files are written."""

    name: str = "PARQUET"
    compression: str = "GZIP"
    delimiter: str = "\x01"
    null: str = "\\N"
    escape: str = ""

    def checked(self) -> FileFormat:
        """This format.

        Raises:
            QueryFailed: It is not written here.
        """
        codecs = _PARQUET_CODECS if self.name == "PARQUET" else _TEXT_CODECS
        if self.name not in ("PARQUET", "JSON", "TEXTFILE"):
            raise not_supported(f"writing {self.name} files")
        compression = {"UNCOMPRESSED": "NONE"}.get(self.compression, self.compression)
        if compression not in codecs:
            raise not_supported(f"the compression {compression} of {self.name} files")
        return replace(self, compression=compression)

    @property
    def declared(self) -> Declared:
        """How the catalog describes such files."""
        given = {"serialization.format": "1"}
        if self.name == "TEXTFILE":
            given = {"serialization.format": self.delimiter, "field.delim": self.delimiter}
        return replace(STORED_AS[self.name], parameters=given)

    @property
    def suffix(self) -> str:
        """What the file's name ends with, by which readers know the compression."""
        return "" if self.name == "PARQUET" else _TEXT_CODECS[self.compression][0]

    def encode(self, connection: Any, sql: str, names: Sequence[str], kinds: Sequence[Type]) -> Any:
        """The rows of ``sql``, whose columns are c0, c1 …, as the bytes of one file."""
        if self.name == "PARQUET":
            return self._parquet(connection, sql, names, kinds)
        line = self._json_line if self.name == "JSON" else self._text_line
        rows, lines = connection.execute(sql), []
        while block := rows.fetchmany(_BATCH_ROWS):
            lines += [line(row, names, kinds) for row in block]
        body = "".join(f"{one}\n" for one in lines).encode()
        return _TEXT_CODECS[self.compression][1](body)

    def _parquet(
        self, connection: Any, sql: str, names: Sequence[str], kinds: Sequence[Type]
    ) -> bytes:
        import pyarrow.parquet

        shown = ", ".join(
            f"{f'CAST(c{i} AS TIMESTAMP_MS)' if kind.base == 'timestamp' else f'c{i}'} AS c{i}"
            for i, kind in enumerate(kinds)
        )
        table = connection.sql(f"SELECT {shown} FROM ({sql}) AS q").to_arrow_table()
        out = io.BytesIO()
        pyarrow.parquet.write_table(
            table.rename_columns(list(names)), out, compression=self.compression
        )
        return out.getvalue()

    def _json_line(self, row: Sequence[Any], names: Sequence[str], kinds: Sequence[Type]) -> str:
        members = zip(names, row, kinds, strict=True)
        shown = (
            f"{json_field(name, _NAME)}:{json_field(cell, kind)}" for name, cell, kind in members
        )
        return f"{{{','.join(shown)}}}"

    def _text_line(self, row: Sequence[Any], names: Sequence[str], kinds: Sequence[Type]) -> str:
        return self.delimiter.join(map(self._text_cell, row, kinds))

    def _text_cell(self, cell: Any, kind: Type) -> str:
        if cell is None:
            return self.null
        text = field_text(cell, kind)
        if self.escape:
            for sign in (self.escape, self.delimiter):
                text = text.replace(sign, self.escape + sign)
        elif self.delimiter in text:
            # LazySimpleSerDe would write it and read it back as two fields.
            raise not_supported("a text that holds the field delimiter in a TEXTFILE")
        if "\n" in text or "\r" in text or text == self.null:
            raise not_supported("a text that a TEXTFILE cannot hold: a line break, or NULL's sign")
        return text


_NAME = Type("varchar")

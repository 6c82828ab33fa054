"""URIs as Spark takes and shows them."""

from __future__ import annotations

import re

from pyspark.sql import SparkSession


def literal_path(uri: str) -> str:
    """The URI with the characters of a Hadoop glob escaped, so that it names one file."""
    return re.sub(r"([\[\]{}*?\\])", r"\\\1", uri)


def shown_path(session: SparkSession, uri: str) -> str:
    """The URI as ``_metadata.file_path`` gives it: what a URI does not allow is escaped."""
    jvm = session._jvm
    assert jvm is not None
    return str(jvm.org.apache.hadoop.fs.Path(uri).toUri().toString())

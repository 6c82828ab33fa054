"""URIs as Spark takes and shows them."""

from __future__ import annotations

import re

from pyspark.sql import SparkSession

_PLAIN = re.compile(r"s3://[A-Za-z0-9.-]+(/[A-Za-z0-9_.=-]+)+")


def literal_path(uri: str) -> str:
    """The URI with the characters of a Hadoop glob escaped, so that it names one file."""
    return re.sub(r"([\[\]{}*?\\])", r"\\\1", uri)


def shown_path(session: SparkSession, uri: str) -> str:
    """The URI as ``_metadata.file_path`` gives it: what a URI does not allow is escaped."""
    if _PLAIN.fullmatch(uri):
        return uri  # as most are: asking the JVM for each of thousands takes a while
    jvm = session._jvm
    assert jvm is not None
    return str(jvm.org.apache.hadoop.fs.Path(uri).toUri().toString())

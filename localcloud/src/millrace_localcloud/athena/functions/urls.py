"""URLs (Trino documentation, "URL functions"), read as Java's ``URI`` reads them."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, quote_plus, unquote, unquote_plus, urlsplit

from millrace_localcloud.athena.functions.failures import invalid_argument
from millrace_localcloud.athena.functions.registry import declare

_ILLEGAL = re.compile(r'[\x00-\x20<>"{}|\\^`]|%(?![0-9a-fA-F]{2})|#.*#')


def _split(url: str) -> SplitResult | None:
    """The parts; None for what is no URI."""
    try:
        return None if _ILLEGAL.search(url) else urlsplit(url)
    except ValueError:
        return None


def url_extract_host(url: str) -> str | None:
    """The host as it is written."""
    found = _split(url)
    if found is None:
        return None
    host = found.netloc.rpartition("@")[2]
    return re.sub(r":\d*$", "", host)


def url_extract_port(url: str) -> int | None:
    """The port, where the URL names one."""
    found = _split(url)
    written = re.search(r":(\d+)$", found.netloc) if found else None
    return int(written[1]) if written else None


def url_extract_protocol(url: str) -> str | None:
    """The scheme as it is written."""
    found = _split(url)
    return None if found is None else url[: len(found.scheme)]


def url_extract_path(url: str) -> str | None:
    """The path, decoded."""
    found = _split(url)
    return None if found is None else unquote(found.path)


def url_extract_query(url: str) -> str | None:
    """All of the query, decoded."""
    found = _split(url)
    return None if found is None else unquote(found.query)


def url_extract_fragment(url: str) -> str | None:
    """What follows the hash, decoded."""
    found = _split(url)
    return None if found is None else unquote(found.fragment)


def url_extract_parameter(url: str, name: str) -> str | None:
    """The first value of a parameter of the query."""
    query = url_extract_query(url)
    for pair in (query or "").split("&"):
        key, _, value = pair.partition("=")
        if query and key == name:
            return value.partition("=")[0]
    return None


def url_encode(text: str) -> str:
    """Escaped for use in a query: a blank is a plus."""
    return quote_plus(text, safe="*").replace("~", "%7E")


def url_decode(text: str) -> str:
    """What ``url_encode`` has escaped."""
    if re.search("%(?![0-9a-fA-F]{2})", text):
        raise invalid_argument(f"Illegal hex characters in escape (%) pattern: {text}")
    return unquote_plus(text)


for function in (
    url_extract_host,
    url_extract_protocol,
    url_extract_path,
    url_extract_query,
    url_extract_fragment,
    url_encode,
    url_decode,
):
    declare(f"{function.__name__}(varchar) -> varchar", function)
declare("url_extract_port(varchar) -> bigint", url_extract_port)
declare("url_extract_parameter(varchar, varchar) -> varchar", url_extract_parameter)

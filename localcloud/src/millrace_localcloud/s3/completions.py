"""What the request that completes a multipart upload says of it.

Amazon S3 API Reference, "CompleteMultipartUpload".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from moto.s3.exceptions import InvalidPartOrder, MalformedXML

from millrace_localcloud.s3.checksums import ALGORITHMS, Checksum
from millrace_localcloud.s3.integrity import claimed_checksum


@dataclass(frozen=True, slots=True)
class NamedPart:
    """A part that the object shall have."""

    number: int
    etag: str
    checksums: Mapping[str, str]
    """By algorithm."""


@dataclass(frozen=True, slots=True)
class Completion:
    """The parts of the object, and what the client claims of the whole."""

    parts: Sequence[NamedPart]
    checksum: Checksum | None = None
    checksum_type: str | None = None
    size: int | None = None


def completion_of(headers: Mapping[str, str], body: bytes) -> Completion:
    """Read a request. Raises MalformedXML, InvalidPartOrder, S3ClientError: InvalidRequest."""
    try:
        parts = [_part(element) for element in ET.fromstring(body).findall("{*}Part")]
    except (ET.ParseError, ValueError):
        raise MalformedXML from None
    numbers = [part.number for part in parts]
    if numbers != sorted(set(numbers)):
        raise InvalidPartOrder
    size = headers.get("x-amz-mp-object-size")
    return Completion(
        parts,
        claimed_checksum(headers),
        headers.get("x-amz-checksum-type"),
        int(size) if size else None,
    )


def _part(element: ET.Element) -> NamedPart:
    said = {child.tag.partition("}")[2] or child.tag: child.text or "" for child in element}
    if "ETag" not in said:
        raise MalformedXML
    checksums = {
        algorithm: said[f"Checksum{algorithm}"]
        for algorithm in ALGORITHMS
        if f"Checksum{algorithm}" in said
    }
    return NamedPart(int(said.get("PartNumber", "")), said["ETag"], checksums)

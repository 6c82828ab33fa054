"""XML elements as rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO
from xml.etree.ElementTree import Element, ParseError, tostring

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from millrace_contracts.dataset import XmlFormat
from millrace_etl.reading.decoding.record import FileRefused, Record, Wanted


def read_xml(stream: IO[bytes], declared: XmlFormat, wanted: Wanted) -> Iterator[Record]:
    """Each element of the declared name; its attributes and children are its columns."""
    number = 0
    path: list[Element] = []
    try:
        for event, element in iterparse(stream, events=("start", "end")):
            if event == "start":
                path.append(element)
                continue
            path.pop()
            if _name(element.tag) == declared.record.lower():
                number += 1
                yield _record(number, element, wanted)
                # A parsed row is let go of, or the whole document would stay in memory.
                if path:
                    path[-1].remove(element)
    except ParseError as exc:
        raise FileRefused(f"line {exc.position[0]}: {exc}") from exc
    except DefusedXmlException as exc:
        raise FileRefused(f"the document declares entities, which are not read: {exc}") from exc


def _record(number: int, element: Element, wanted: Wanted) -> Record:
    raw = tostring(element, encoding="unicode").strip()
    names = [_name(name) for name in element.attrib] + [_name(child.tag) for child in element]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        return Record(number, {}, raw, f"row: each column once: {', '.join(twice)}")
    nested = [_name(child.tag) for child in element if len(child)]
    if nested:
        return Record(number, {}, raw, f"row: a text in each column: {', '.join(nested)}")
    values = {_name(name): value for name, value in element.attrib.items()}
    values |= {_name(child.tag): (child.text or "").strip() for child in element}
    return wanted.of_object(number, {name: value or None for name, value in values.items()}, raw)


def _name(tag: str) -> str:
    """Name without its namespace, in lower case, as the catalog keeps columns."""
    return tag.rpartition("}")[2].lower()

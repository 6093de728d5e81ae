"""A description as a tree of nodes, written as Turtle or as JSON-LD; both say exactly the same.

Nodes are written in the order in which they are given, so that equal trees give equal bytes.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_FORBIDDEN_IN_IRI = re.compile(r'[\x00-\x20<>"{}|^`\\]')
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True)
class Iri:
    """An address, whole or as `prefix:name`."""

    text: str


@dataclass(frozen=True)
class Literal:
    """A text, with a language or a data type (`prefix:name`) or neither."""

    text: str
    datatype: str | None = None
    language: str | None = None


@dataclass(frozen=True)
class Node:
    """A thing of some types with properties; without an address it is known only where it stands."""

    types: tuple[str, ...]
    properties: tuple[tuple[str, "Term"], ...]
    iri: str | None = None


Term = Iri | Literal | Node


def node(
    types: str | Iterable[str], properties: Iterable[tuple[str, Term | None]], iri: str | None = None
) -> Node:
    """A node; properties of which nothing is known are left out."""
    known = tuple((name, value) for name, value in properties if value is not None)
    return Node((types,) if isinstance(types, str) else tuple(types), known, iri)


def turtle(nodes: Iterable[Node], prefixes: Mapping[str, str]) -> bytes:
    """The nodes as Turtle."""
    head = [f"@prefix {prefix}: <{address}> ." for prefix, address in prefixes.items()]
    blocks = [f"{_subject(one, prefixes)}{_body(one, prefixes, 1)} ." for one in nodes]
    return "\n\n".join(["\n".join(head), *blocks, ""]).encode()


def jsonld(nodes: Iterable[Node], prefixes: Mapping[str, str]) -> bytes:
    """The nodes as JSON-LD with its context inside, so that no reader has to fetch one."""
    document = {"@context": dict(prefixes), "@graph": [_object(one) for one in nodes]}
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def address(text: str) -> str:
    """An address without the signs that no IRI may hold; they are encoded as addresses do it."""
    return _FORBIDDEN_IN_IRI.sub(lambda found: f"%{ord(found[0]):02X}", text)


def _grouped(one: Node) -> dict[str, list[Term]]:
    """The values of each property, each once, in order."""
    grouped: dict[str, list[Term]] = {}
    for name, value in one.properties:
        values = grouped.setdefault(name, [])
        if value not in values:
            values.append(value)
    return grouped


def _subject(one: Node, prefixes: Mapping[str, str]) -> str:
    return _iri(one.iri, prefixes) if one.iri else "[]"


def _body(one: Node, prefixes: Mapping[str, str], depth: int) -> str:
    """Types and properties, one a line."""
    types = ", ".join(one.types)
    lines = [f" a {types}"] if types else []
    for name, values in _grouped(one).items():
        lines.append(f" {name} {', '.join(_term(value, prefixes, depth) for value in values)}")
    return f" ;\n{'  ' * depth}".join(lines)


def _term(value: Term, prefixes: Mapping[str, str], depth: int) -> str:
    if isinstance(value, Iri):
        return _iri(value.text, prefixes)
    if isinstance(value, Literal):
        mark = f"@{value.language}" if value.language else f"^^{value.datatype}" if value.datatype else ""
        return f'"{_escaped(value.text)}"{mark}'
    if value.iri is not None:
        raise ValueError("A node with an address is written beside the others and pointed to.")
    return f"[{_body(value, prefixes, depth + 1)} ]"


def _iri(text: str, prefixes: Mapping[str, str]) -> str:
    prefix, colon, name = text.partition(":")
    if colon and prefix in prefixes and _NAME.fullmatch(name):
        return text
    return f"<{address(text)}>"


def _escaped(text: str) -> str:
    """A text between quotes; control signs by their numbers."""
    plain = "".join(_ESCAPES.get(sign, sign) for sign in text)
    return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04X}", plain)


def _object(one: Node) -> dict[str, Any]:
    made: dict[str, Any] = {"@id": address(one.iri)} if one.iri else {}
    made["@type"] = list(one.types)
    for name, values in _grouped(one).items():
        made[name] = [_value(value) for value in values]
    return made


def _value(value: Term) -> dict[str, Any]:
    if isinstance(value, Iri):
        return {"@id": address(value.text)}
    if isinstance(value, Node):
        return _object(value)
    kind = (
        {"@language": value.language}
        if value.language
        else {"@type": value.datatype}
        if value.datatype
        else {}
    )
    return {"@value": value.text, **kind}

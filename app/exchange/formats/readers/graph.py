"""RDF as a plain graph, from Turtle or from JSON-LD whose context stands in the document.

A context that is only pointed to is never fetched; the names of DCAT that everybody uses are understood
without one.
"""

import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from rdflib import BNode, Literal
from rdflib import Graph as Parsed
from rdflib.exceptions import ParserError
from rdflib.plugins.parsers.notation3 import BadSyntax

from app.base.errors import Invalid, TooLarge
from app.exchange.formats.dcat import PREFIXES
from app.exchange.formats.readers import bounded

MOST_TURTLE_BYTES = 2_000_000
DEEPEST_TURTLE = 40
# The parser meets some broken documents with errors of its own making.
UNREADABLE = (BadSyntax, ParserError, ValueError, TypeError, AttributeError, AssertionError, LookupError,
              ArithmeticError, RecursionError)  # fmt: skip
BASE = "https://document.invalid/"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
# What JSON documents with a context of their own elsewhere mean by these names.
TERMS = {
    name: f"{PREFIXES[prefix]}{name}"
    for prefix, names in {
        "dct": ("title", "description", "identifier", "issued", "modified", "license", "spatial",
                "temporal", "publisher", "creator", "language", "accessRights", "rights", "isReferencedBy"),
        "dcat": ("keyword", "theme", "distribution", "landingPage", "contactPoint", "accessURL",
                 "downloadURL", "mediaType", "byteSize", "bbox", "startDate", "endDate", "dataset", "Dataset",
                 "Distribution", "version"),
        "foaf": ("name",),
    }.items()
    for name in names
}  # fmt: skip
# It would write every strange address of a stranger into our log.
logging.getLogger("rdflib.term").setLevel(logging.ERROR)
_STRINGS = re.compile(r'"""[\s\S]*?"""|"(?:[^"\\\n]|\\.)*"|<[^<>\s]*>|#[^\n]*')


@dataclass(frozen=True)
class Value:
    """An object of the graph: the text of a literal, or the name of another subject."""

    text: str
    is_literal: bool
    language: str | None = None


@dataclass
class Graph:
    """Subjects with their properties, both by whole addresses; nodes without an address start with `_:`."""

    subjects: dict[str, dict[str, list[Value]]] = field(default_factory=dict)

    def add(self, subject: str, predicate: str, value: Value) -> None:
        """Add one statement."""
        self.subjects.setdefault(subject, {}).setdefault(predicate, []).append(value)

    def of_type(self, sort: str) -> list[str]:
        """The subjects of a type, in the order of the document where it has one."""
        return [
            subject
            for subject, properties in self.subjects.items()
            if any(value.text == sort for value in properties.get(TYPE, ()))
        ]

    def values(self, subject: str, predicate: str) -> list[Value]:
        """The values of a property given as `prefix:name`; English and unmarked texts first."""
        prefix, _, name = predicate.partition(":")
        found = self.subjects.get(subject, {}).get(PREFIXES[prefix] + name, [])
        return sorted(found, key=lambda value: value.language not in (None, "en"))

    def texts(self, subject: str, predicate: str) -> list[str]:
        """The texts and addresses of a property."""
        return [value.text for value in self.values(subject, predicate) if value.text]


def read_graph(content: bytes) -> Graph:
    """The graph of a document, JSON-LD where it starts as JSON does, else Turtle.

    Raises:
        Invalid: neither, or nested too deeply.
        TooLarge: longer than is read.
    """
    is_json = content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")
    return _from_jsonld(bounded.json(content, "JSON-LD document")) if is_json else _from_turtle(content)


def _from_turtle(content: bytes) -> Graph:
    if len(content) > MOST_TURTLE_BYTES:
        raise TooLarge(f"Turtle is read up to {MOST_TURTLE_BYTES:,} bytes; this has {len(content):,}.")
    text = bounded.text(content, "Turtle document")
    _check_depth(text)
    parsed = _InOrder()
    try:
        # Relative addresses would otherwise lead to the folder in which the service runs.
        parsed.parse(data=text, format="turtle", publicID=BASE)
    except UNREADABLE as error:
        reason = " ".join(str(error).split())[:200]
        raise Invalid(f"This document is neither JSON-LD nor Turtle: {reason}") from None
    graph = Graph()
    for subject, predicate, value in parsed.statements:
        is_literal = isinstance(value, Literal)
        language = value.language if is_literal else None
        graph.add(_name(subject), str(predicate), Value(_name(value), is_literal, language))
    return graph


def _name(term: Any) -> str:
    """A text or an address as it is; a node without one with the mark of such nodes."""
    return f"_:{term}" if isinstance(term, BNode) else str(term)


class _InOrder(Parsed):
    """Keeps the statements as they are read: RDF knows no order, but the first task is the main one."""

    def __init__(self) -> None:
        super().__init__()
        self.statements: list[tuple[Any, Any, Any]] = []

    def add(self, triple: tuple[Any, Any, Any]) -> "_InOrder":
        """Note one statement."""
        self.statements.append(triple)
        return self


def _check_depth(text: str) -> None:
    """Brackets open at once, outside of texts and addresses; the parser walks into each."""
    depth = 0
    for sign in re.findall(r"[\[\](){}]", _STRINGS.sub(" ", text)):
        depth += 1 if sign in "[({" else -1
        if depth > DEEPEST_TURTLE:
            raise Invalid(f"This Turtle is nested more than {DEEPEST_TURTLE} deep.")


def _from_jsonld(document: Any) -> Graph:
    graph = Graph()
    blank = (f"_:n{number}" for number in range(bounded.MOST_PARTS))
    for part in _listed(document):
        if isinstance(part, dict):
            _add_node(graph, part, _context(part.get("@context"), {}), blank)
    return graph


def _context(stated: Any, outer: Mapping[str, Any]) -> dict[str, Any]:
    """Names with their addresses and their kinds; a context that is an address counts for nothing."""
    known = dict(outer)
    for part in _listed(stated):
        if isinstance(part, dict):
            known |= {name: value for name, value in part.items() if isinstance(value, str | dict)}
    return known


def _add_node(graph: Graph, node: dict[str, Any], context: Mapping[str, Any], blank: Iterator[str]) -> str:
    """Add a node and all below it; returns its name."""
    if "@context" in node:
        context = _context(node["@context"], context)
    name = node.get("@id")
    subject = _expanded(name, context) if isinstance(name, str) else next(blank)
    graph.subjects.setdefault(subject, {})
    for sort in _listed(node.get("@type", [])):
        if isinstance(sort, str):
            graph.add(subject, TYPE, Value(_expanded(sort, context), False))
    for inner in [*_listed(node.get("@graph", [])), *_listed(node.get("@included", []))]:
        if isinstance(inner, dict):
            _add_node(graph, inner, context, blank)
    for key in node:
        if not key.startswith("@"):
            _add_property(graph, subject, key, node[key], context, blank)
    return subject


def _add_property(
    graph: Graph, subject: str, key: str, value: Any, context: Mapping[str, Any], blank: Iterator[str]
) -> None:
    predicate, kind = _expanded(key, context), _kind(key, context)
    for one in _listed(value):
        if found := _value(graph, one, kind, context, blank):
            graph.add(subject, predicate, found)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _value(
    graph: Graph, value: Any, kind: str | None, context: Mapping[str, Any], blank: Iterator[str]
) -> Value | None:
    if isinstance(value, dict):
        if "@value" in value:
            language = value.get("@language")
            return Value(str(value["@value"]), True, language if isinstance(language, str) else None)
        if set(value) == {"@id"} and isinstance(value["@id"], str):
            return Value(_expanded(value["@id"], context), False)
        return Value(_add_node(graph, value, context, blank), False)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    if kind in ("@id", "@vocab"):
        return Value(_expanded(str(value), context), False)
    return Value(str(value), True)


def _kind(name: str, context: Mapping[str, Any]) -> str | None:
    defined = context.get(name)
    kind = defined.get("@type") if isinstance(defined, dict) else None
    return kind if isinstance(kind, str) else None


def _expanded(name: str, context: Mapping[str, Any]) -> str:
    """The whole address of a name: as the context defines it, by its prefix, or as DCAT is commonly read."""
    defined = context.get(name)
    if isinstance(defined, dict):
        defined = defined.get("@id")
    if isinstance(defined, str) and defined != name:
        return _prefixed(defined, context)
    if name in TERMS and ":" not in name:
        return TERMS[name]
    return _prefixed(name, context)


def _prefixed(name: str, context: Mapping[str, Any]) -> str:
    prefix, colon, rest = name.partition(":")
    if not colon:
        vocabulary = context.get("@vocab")
        return f"{vocabulary}{name}" if isinstance(vocabulary, str) else name
    base = context.get(prefix, PREFIXES.get(prefix))
    if isinstance(base, dict):
        base = base.get("@id")
    return f"{base}{rest}" if isinstance(base, str) and not rest.startswith("//") else name

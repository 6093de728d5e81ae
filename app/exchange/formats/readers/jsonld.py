"""JSON-LD as plain dictionaries: names without the prefix of schema.org, values without their wrapping.

A context is never fetched. Documents of schema.org and Croissant use its names directly or behind one of a
few prefixes, which is all that is understood here.
"""

import re
from collections.abc import Iterator
from typing import Any

Node = dict[str, Any]
_SCHEMA_ORG = re.compile(r"^(?:https?://schema\.org/|schema:|sc:)")


def simplified(value: Any) -> Any:
    """The same document with bare names; `{"@value": 1}` becomes 1, `{"en": "x"}` in a text becomes "x"."""
    if isinstance(value, list):
        return [simplified(part) for part in value]
    if not isinstance(value, dict):
        return value
    if "@value" in value:
        return value["@value"]
    return {
        _SCHEMA_ORG.sub("", name): _types(part) if name == "@type" else simplified(part)
        for name, part in value.items()
        if name != "@context"
    }


def nodes(document: Any) -> Iterator[Node]:
    """Every node at the top of a document: of a list, of an @graph, or the only one."""
    for part in document if isinstance(document, list) else [document]:
        if isinstance(part, dict):
            yield part
            yield from nodes(part.get("@graph", []))


def is_a(node: Any, sort: str) -> bool:
    """Whether a node is of a type."""
    return isinstance(node, dict) and sort in many(node, "@type")


def linked(node: Node, known: dict[str, Node]) -> Node:
    """The node with references to other nodes of the document replaced by them, one level deep."""

    def follow(value: Any) -> Any:
        if isinstance(value, list):
            return [follow(part) for part in value]
        if isinstance(value, dict) and set(value) == {"@id"} and isinstance(value["@id"], str):
            return known.get(value["@id"], value)
        return value

    return {name: follow(value) for name, value in node.items()}


def many(node: Node, name: str) -> list[Any]:
    """The values of a property, however many there are; unset ones are none."""
    value = node.get(name)
    if isinstance(value, dict) and "@list" in value:
        value = value["@list"]
    listed = value if isinstance(value, list) else [value]
    return [one for one in listed if one is not None]


def texts(node: Node, name: str) -> list[str]:
    """The values of a property that are text, or are named by one."""
    return [text for value in many(node, name) if (text := text_of(value))]


def text(node: Node, name: str) -> str | None:
    """The first text of a property."""
    return next(iter(texts(node, name)), None)


def text_of(value: Any) -> str | None:
    """A text, a number as text, the English or only entry of a language map, or the name of a node."""
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, dict):
        return None
    for name in ("name", "en", "@id", "url"):
        if isinstance(value.get(name), str):
            return str(value[name]).strip() or None
    only = next(iter(value.values())) if len(value) == 1 else None
    return only.strip() or None if isinstance(only, str) else None


def word(node: Node, name: str) -> str | None:
    """The value of a property if it is a text, and nothing else."""
    value = node.get(name)
    return value if isinstance(value, str) else None


def number(value: Any) -> int | float | None:
    """A number, of itself, of a text that is one, or of a quantity; true is no number."""
    if isinstance(value, dict):
        return number(value.get("value"))
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return value
    try:
        return float(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _types(sorts: Any) -> Any:
    if isinstance(sorts, list):
        return [_types(one) for one in sorts]
    return _SCHEMA_ORG.sub("", sorts) if isinstance(sorts, str) else sorts

"""What a CQL2 filter consists of once it has been checked: names, values, times, shapes and calls."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from shapely.geometry.base import BaseGeometry

Scalar: TypeAlias = str | int | float | bool


@dataclass(frozen=True)
class Name:
    """A property, without the prefix `properties.`."""

    name: str


@dataclass(frozen=True)
class Moment:
    """A date or an instant, UTC: its first and its last microsecond, which are one for an instant."""

    text: str
    first: datetime
    last: datetime

    @property
    def is_day(self) -> bool:
        """Whether it is a date, which stands for the whole day."""
        return self.first != self.last


@dataclass(frozen=True)
class Span:
    """An interval, both ends included; None is open."""

    start: "Moment | Name | None"
    end: "Moment | Name | None"


@dataclass(frozen=True)
class Shape:
    """A geometry within -180 to 180 degrees, two-dimensional and valid; `document` is how it was written."""

    geometry: BaseGeometry
    document: Mapping[str, Any] = field(hash=False)


@dataclass(frozen=True)
class Call:
    """An operator, spelled as CQL2-JSON spells it, and what it is applied to; a property comes first."""

    op: str
    arguments: "tuple[Node, ...]"


Node: TypeAlias = Name | Moment | Span | Shape | Call | Scalar | tuple[Scalar | Moment, ...]


def names_in(node: Node) -> Iterator[str]:
    """The properties that a node names, as often as it names them."""
    if isinstance(node, Name):
        yield node.name
    elif isinstance(node, Call):
        for argument in node.arguments:
            yield from names_in(argument)
    elif isinstance(node, Span):
        for end in (node.start, node.end):
            if isinstance(end, Name):
                yield end.name


def to_json(node: Node) -> Any:
    """The node as CQL2-JSON."""
    match node:
        case Name():
            return {"property": node.name}
        case Moment():
            return {"date" if node.is_day else "timestamp": node.text}
        case Span():
            return {"interval": [_end_to_json(node.start), _end_to_json(node.end)]}
        case Shape():
            return dict(node.document)
        case Call():
            return {"op": node.op, "args": [to_json(argument) for argument in node.arguments]}
        case tuple():
            return [to_json(value) for value in node]
        case _:
            return node


def _end_to_json(end: Moment | Name | None) -> Any:
    """In an interval, moments are bare texts."""
    if end is None:
        return ".."
    return end.text if isinstance(end, Moment) else to_json(end)

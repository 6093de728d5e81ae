"""CQL2-JSON as checked nodes: known operators with the operands they take, within bounds.

Kinds of properties are not known here; `cql2_sql` compares them with the values.
"""

from collections.abc import Callable, Mapping
from typing import Any, NoReturn

import shapely

from app.base.errors import Invalid
from app.catalogue.nearest import nearest
from app.items.cql2_literals import read_box, read_geometry, read_moment
from app.items.cql2_nodes import Call, Moment, Name, Scalar, Shape, Span

DEEPEST = 16
MOST_NODES = 200
MOST_VALUES = 500
MOST_POSITIONS = 2_000
LONGEST_NAME = 200
LONGEST_TEXT = 32_768

# The same statement with its sides exchanged: a property always comes first.
MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "<>": "<>"}
SPATIAL = {
    "s_intersects": "s_intersects",
    "s_disjoint": "s_disjoint",
    "s_equals": "s_equals",
    "s_touches": "s_touches",
    "s_overlaps": "s_overlaps",
    "s_crosses": "s_crosses",
    "s_within": "s_contains",
    "s_contains": "s_within",
}
ARRAY = {
    "a_equals": "a_equals",
    "a_overlaps": "a_overlaps",
    "a_contains": "a_containedBy",
    "a_containedBy": "a_contains",
}
# What an instant may be asked; the others compare two intervals.
TEMPORAL_OF_INSTANTS = ("t_after", "t_before", "t_disjoint", "t_equals", "t_intersects")
TEMPORAL_OF_INTERVALS = (
    "t_contains",
    "t_during",
    "t_finishedBy",
    "t_finishes",
    "t_meets",
    "t_metBy",
    "t_overlappedBy",
    "t_overlaps",
    "t_startedBy",
    "t_starts",
)
# These ask PostGIS for a relation that is not defined for points, lines and areas in one.
ALSO_OF_MIXTURES = ("s_intersects", "s_disjoint")


def check(document: Any) -> Call | bool:
    """The filter as nodes.

    Raises:
        Invalid: not CQL2-JSON, an operator that is not known here, or beyond the bounds.
    """
    return _Check().condition(document, 1)


class _Check:
    """One pass over a filter; it counts what it meets."""

    def __init__(self) -> None:
        self.nodes = 0
        self.values = 0
        self.positions = 0

    def condition(self, document: Any, depth: int) -> Call | bool:
        """What is true or false."""
        self._count_node()
        if isinstance(document, bool):
            return document
        if not isinstance(document, Mapping) or "op" not in document:
            raise Invalid(
                f"{_shown(document)} is no condition; compare it, for example with = true or IS NOT NULL."
            )
        if depth > DEEPEST:
            raise Invalid(
                f"The filter is nested more than {DEEPEST} deep; write and and or with more operands."
            )
        op, arguments = _operator(document)
        if op in ("and", "or", "not"):
            _check_number(op, arguments, 1 if op == "not" else 2, 1 if op == "not" else MOST_NODES)
            return Call(op, tuple(self.condition(argument, depth + 1) for argument in arguments))
        _check_number(op, arguments, *_NUMBERS.get(op, (2, 2)))
        return READERS[op](self, op, arguments)

    def compare(self, op: str, arguments: list[Any]) -> Call:
        """`=` and its like: a property and a value."""
        left, right = (self._operand(argument) for argument in arguments)
        if isinstance(right, Name) and not isinstance(left, Name):
            left, right, op = right, left, MIRRORED[op]
        if not isinstance(left, Name) or isinstance(right, Name):
            raise Invalid(f"{op} compares a property with a value.")
        return Call(op, (left, right))

    def like(self, op: str, arguments: list[Any]) -> Call:
        """`LIKE`: a property and a pattern."""
        pattern = self._operand(arguments[1])
        if not isinstance(pattern, str):
            raise Invalid(f"LIKE takes a text with % and _ as its pattern; got {_shown(arguments[1])}.")
        if (len(pattern) - len(pattern.rstrip("\\"))) % 2:
            raise Invalid("The pattern of LIKE ends with a backslash, which must precede a character.")
        return Call(op, (self._name(op, arguments[0]), pattern))

    def between(self, op: str, arguments: list[Any]) -> Call:
        """`BETWEEN`: a property and two values."""
        name, low, high = self._name(op, arguments[0]), *map(self._operand, arguments[1:])
        if isinstance(low, Name) or isinstance(high, Name):
            raise Invalid("BETWEEN compares a property with two values; its bounds cannot be properties.")
        return Call(op, (name, low, high))

    def among(self, op: str, arguments: list[Any]) -> Call:
        """`IN`: a property and a list."""
        values = self._list(op, arguments[1])
        if not values:
            raise Invalid("IN takes at least one value.")
        return Call(op, (self._name(op, arguments[0]), values))

    def is_null(self, op: str, arguments: list[Any]) -> Call:
        """`IS NULL`: a property."""
        return Call(op, (self._name(op, arguments[0]),))

    def spatial(self, op: str, arguments: list[Any]) -> Call:
        """A property and a geometry, in either order."""
        left, right = arguments
        if _is_name(right) and not _is_name(left):
            left, right, op = right, left, SPATIAL[op]
        shape = self._shape(op, right)
        if shape.geometry.geom_type == "GeometryCollection" and op not in ALSO_OF_MIXTURES:
            raise Invalid(f"{op} takes points, lines or areas; a GeometryCollection may not mix them here.")
        return Call(op, (self._name(op, left), shape))

    def array(self, op: str, arguments: list[Any]) -> Call:
        """A property and a list, in either order."""
        left, right = arguments
        if _is_name(right) and not _is_name(left):
            left, right, op = right, left, ARRAY[op]
        values = self._list(op, right)
        if any(isinstance(value, Moment) for value in values):
            raise Invalid(f"{op} compares texts, numbers and booleans; it knows no dates.")
        return Call(op, (self._name(op, left), values))

    def temporal(self, op: str, arguments: list[Any]) -> Call:
        """Two times: properties, moments, or intervals of them."""
        left, right = (self._time(op, argument) for argument in arguments)
        if op in TEMPORAL_OF_INTERVALS and any(isinstance(time, Moment) for time in (left, right)):
            raise Invalid(f"{op} compares intervals; write INTERVAL('2020-01-01', '2020-12-31').")
        return Call(op, (left, right))

    def _count_node(self) -> None:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise Invalid(f"The filter has more than {MOST_NODES} parts; ask for less at once.")

    def _operand(self, document: Any) -> Name | Scalar | Moment:
        """A property or a single value."""
        self._count_node()
        if _is_name(document):
            return _checked_name(document["property"])
        return _value(document)

    def _name(self, op: str, document: Any) -> Name:
        self._count_node()
        if not _is_name(document):
            raise Invalid(f"{op} needs a property; got {_shown(document)}.")
        return _checked_name(document["property"])

    def _list(self, op: str, document: Any) -> tuple[Scalar | Moment, ...]:
        if not isinstance(document, list | tuple):
            raise Invalid(f"{op} takes a list of values; got {_shown(document)}.")
        self.values += len(document)
        if self.values > MOST_VALUES:
            raise Invalid(
                f"The lists of the filter hold more than {MOST_VALUES} values; ask for less at once."
            )
        return tuple(_value(value) for value in document)

    def _shape(self, op: str, document: Any) -> Shape:
        self._count_node()
        if isinstance(document, Mapping) and "bbox" in document and "type" not in document:
            return read_box(document["bbox"])
        if not isinstance(document, Mapping) or "type" not in document:
            raise Invalid(f"{op} takes a property and a geometry; got {_shown(document)}.")
        shape = read_geometry(document, MOST_POSITIONS - self.positions)
        self.positions += int(shapely.get_num_coordinates(shape.geometry))
        return shape

    def _time(self, op: str, document: Any) -> Name | Moment | Span:
        self._count_node()
        if not isinstance(document, Mapping):
            return read_moment(document)
        if "interval" in document:
            return self._span(document["interval"])
        found = self._operand(document)
        if isinstance(found, Name | Moment):
            return found
        raise Invalid(f"{op} compares times; {_shown(document)} is none.")

    def _span(self, ends: Any) -> Span:
        if not isinstance(ends, list | tuple) or len(ends) != 2:
            raise Invalid("INTERVAL takes two ends, of which one may be '..'.")
        start, end = (self._end(given) for given in ends)
        if isinstance(start, Moment) and isinstance(end, Moment) and start.first > end.last:
            raise Invalid(f"INTERVAL ends ({end.text}) before it starts ({start.text}); swap its ends.")
        return Span(start, end)

    def _end(self, document: Any) -> Name | Moment | None:
        self._count_node()
        if document == "..":
            return None
        if isinstance(document, str):
            return read_moment(document)
        found = _checked_name(document["property"]) if _is_name(document) else _value(document)
        if isinstance(found, Name | Moment):
            return found
        raise Invalid(f"{_shown(document)} is no end of an INTERVAL.")


_Reader = Callable[[_Check, str, list[Any]], Call]

READERS: dict[str, _Reader] = {
    **dict.fromkeys(MIRRORED, _Check.compare),
    "like": _Check.like,
    "between": _Check.between,
    "in": _Check.among,
    "isNull": _Check.is_null,
    **dict.fromkeys(SPATIAL, _Check.spatial),
    **dict.fromkeys(ARRAY, _Check.array),
    **dict.fromkeys((*TEMPORAL_OF_INSTANTS, *TEMPORAL_OF_INTERVALS), _Check.temporal),
}
_NUMBERS = {"between": (3, 3), "isNull": (1, 1)}
_SPELLINGS = {op.lower(): op for op in (*READERS, "and", "or", "not")}


def _operator(document: Mapping[str, Any]) -> tuple[str, list[Any]]:
    """The operator as CQL2-JSON spells it, and its operands."""
    given, arguments = document["op"], document.get("args")
    if not isinstance(given, str) or not isinstance(arguments, list | tuple):
        raise Invalid('An expression in the filter is {"op": "…", "args": […]}.')
    op = _SPELLINGS.get(given.lower())
    if op is None:
        raise Invalid(f"There is no operator {_shown(given)} here. {nearest(given, _SPELLINGS)}")
    if op == "between" and len(arguments) == 2 and isinstance(arguments[1], list | tuple):
        # Drafts of the standard put both bounds into a list of their own, and clients still do.
        arguments = [arguments[0], *arguments[1]]
    return op, list(arguments)


def _check_number(op: str, arguments: list[Any], least: int, most: int) -> None:
    if not least <= len(arguments) <= most:
        wanted = f"{least}" if least == most else f"at least {least}"
        raise Invalid(f"{op} takes {wanted} operands; got {len(arguments)}.")


def _is_name(document: Any) -> bool:
    return isinstance(document, Mapping) and "property" in document


def _checked_name(name: Any) -> Name:
    if not isinstance(name, str) or not 0 < len(name) <= LONGEST_NAME:
        raise Invalid(f"A property in the filter is a name of 1 to {LONGEST_NAME} characters.")
    return Name(_clean(name).removeprefix("properties."))


def _value(document: Any) -> Scalar | Moment:
    """A text, a number, a boolean, or a date."""
    if isinstance(document, str):
        return _clean(document)
    if isinstance(document, int | float):
        return _number(document)
    if isinstance(document, Mapping):
        for kind in ("date", "timestamp"):
            if kind in document:
                return read_moment(document[kind])
    _refuse_value(document)


def _refuse_value(document: Any) -> NoReturn:
    if document is None:
        raise Invalid("Nothing equals null; write IS NULL.")
    if isinstance(document, Mapping) and "op" in document:
        raise Invalid(f"The function {_shown(document['op'])} cannot be used as a value here.")
    if _is_name(document):
        raise Invalid(f"A list in the filter holds values; {_shown(document)} is a property.")
    raise Invalid(f"{_shown(document)} in the filter is no text, number, boolean or date.")


def _number(value: int | float) -> Scalar:
    if isinstance(value, bool) or abs(value) < 1e300:
        return value
    raise Invalid(f"A number in the filter is too large or not finite: {str(value)[:40]}.")


def _clean(text: str) -> str:
    """Refuse what no database text can hold, and what is too long to be compared."""
    if (
        "\0" in text
        or len(text) > LONGEST_TEXT
        or any("\ud800" <= character <= "\udfff" for character in text)
    ):
        raise Invalid(
            "A text in the filter is too long or holds a character that no text has (NUL, half pair)."
        )
    return text


def _shown(document: Any) -> str:
    """A little of what was given, for messages."""
    if _is_name(document):
        return f"{str(document['property'])[:60]!r}"
    if isinstance(document, str | int | float):
        return f"{document!r}"[:60]
    if isinstance(document, Mapping):
        return "an object with " + ", ".join(str(key)[:20] for key in list(document)[:3])
    return "a list" if isinstance(document, list | tuple) else "nothing"

"""A checked CQL2 filter as a condition of SQL: allow-listed columns and bound values, nothing else.

A comparison with nothing (NULL) is unknown, and so is its negation; neither matches. Negations are moved to
the comparisons, where "not" then also asks that there is a value. A comparison may therefore say "no" where
it means "unknown", as subqueries do, and words that no item has.
"""

import operator
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeAlias, cast

from geoalchemy2.shape import from_shape
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    ColumnElement,
    Double,
    Integer,
    Text,
    and_,
    false,
    func,
    literal,
    not_,
    or_,
    true,
)
from sqlalchemy import cast as as_type
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP

from app.base.errors import Invalid
from app.items.cql2_literals import read_moment
from app.items.cql2_nodes import Call, Moment, Name, Node, Shape, Span, names_in

Kind: TypeAlias = Literal["number", "text", "boolean", "timestamp", "geometry", "array"]
Condition: TypeAlias = ColumnElement[bool]
Test: TypeAlias = Callable[[ColumnElement[Any]], Condition]

KINDS = {
    "number": "a number",
    "text": "a text",
    "boolean": "true or false",
    "timestamp": "a time",
    "geometry": "a geometry",
    "array": "a list",
}
COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
SPATIAL = {
    "s_intersects": "ST_Intersects",
    "s_disjoint": "ST_Disjoint",
    "s_equals": "ST_Equals",
    "s_touches": "ST_Touches",
    "s_overlaps": "ST_Overlaps",
    "s_crosses": "ST_Crosses",
    "s_within": "ST_Within",
    "s_contains": "ST_Contains",
}
# Of two intervals a and b, by their first and last moments, as the OWL time ontology defines them; columns of
# SQL and arrays alike.
TEMPORAL: dict[str, Callable[[Any, Any, Any, Any], Any]] = {
    "t_after": lambda a1, a2, b1, b2: a1 > b2,
    "t_before": lambda a1, a2, b1, b2: a2 < b1,
    "t_contains": lambda a1, a2, b1, b2: (a1 < b1) & (a2 > b2),
    "t_disjoint": lambda a1, a2, b1, b2: (a2 < b1) | (a1 > b2),
    "t_during": lambda a1, a2, b1, b2: (a1 > b1) & (a2 < b2),
    "t_equals": lambda a1, a2, b1, b2: (a1 == b1) & (a2 == b2),
    "t_finishedBy": lambda a1, a2, b1, b2: (a1 < b1) & (a2 == b2),
    "t_finishes": lambda a1, a2, b1, b2: (a1 > b1) & (a2 == b2),
    "t_intersects": lambda a1, a2, b1, b2: (a1 <= b2) & (a2 >= b1),
    "t_meets": lambda a1, a2, b1, b2: a2 == b1,
    "t_metBy": lambda a1, a2, b1, b2: a1 == b2,
    "t_overlappedBy": lambda a1, a2, b1, b2: (a1 > b1) & (a1 < b2) & (a2 > b2),
    "t_overlaps": lambda a1, a2, b1, b2: (a1 < b1) & (a2 > b1) & (a2 < b2),
    "t_startedBy": lambda a1, a2, b1, b2: (a1 == b1) & (a2 > b2),
    "t_starts": lambda a1, a2, b1, b2: (a1 == b1) & (a2 < b2),
}
_INSTANT = TIMESTAMP(timezone=True)
_LAST, _FIRST = (as_type(literal(text), _INSTANT) for text in ("infinity", "-infinity"))


@dataclass(frozen=True)
class Property:
    """What stands behind a name.

    Args:
        expression: float or integer for a number, text, boolean, timestamp with time zone, geometry in
            EPSG:4326, or JSONB for an array; NULL where an item lacks the property.
        kind: what it may be compared with.
        encode: turns a value into what the expression holds, such as a text into its number in a dictionary;
            None says that no item holds this value.
        words: needed for order and LIKE where texts are encoded. Given a test on the word itself, it returns
            the condition on the expression, for example `column IN (SELECT id FROM word WHERE test)`.
    """

    expression: ColumnElement[Any]
    kind: Kind
    encode: Callable[[Any], Any] | None = None
    words: Callable[[Test], Condition] | None = None


ColumnOf: TypeAlias = Callable[[str], Property]


def condition(node: Node, column_of: ColumnOf, negated: bool = False) -> Condition:
    """The condition that a checked expression, or its negation, sets.

    Raises:
        Invalid: a value that its property cannot be compared with; and what `column_of` raises.
    """
    if isinstance(node, bool):
        return false() if node == negated else true()
    call = cast(Call, node)
    if call.op == "not":
        return condition(call.arguments[0], column_of, not negated)
    if call.op in ("and", "or"):
        parts = [condition(argument, column_of, negated) for argument in call.arguments]
        return and_(*parts) if (call.op == "and") != negated else or_(*parts)
    return _negation(call, column_of) if negated else _comparison(call, column_of)


def _negation(call: Call, column_of: ColumnOf) -> Condition:
    """That a comparison is false, which it is not where there is nothing to compare."""
    opposite = not_(_comparison(call, column_of))
    return opposite if call.op == "isNull" else and_(*_all_held(call, column_of), opposite)


def _comparison(call: Call, column_of: ColumnOf) -> Condition:
    if call.op in TEMPORAL:
        return _temporal(call, column_of)
    name, *values = call.arguments
    found = _Named(cast(Name, name).name, column_of(cast(Name, name).name))
    if call.op == "isNull":
        return _held(found.property).is_(None)
    return READERS[call.op](found, call.op, *values)


@dataclass(frozen=True)
class _Named:
    """A property and the name that messages give it."""

    name: str
    property: Property

    def must_be(self, kinds: Iterable[Kind], deed: str) -> None:
        """Refuse what cannot be done with this kind of property."""
        if self.property.kind not in kinds:
            raise Invalid(f"{self.name} is {KINDS[self.property.kind]}; {deed}.")

    def refuse(self, value: Any) -> Invalid:
        """The error of a value of another kind."""
        shown = str(value.text if isinstance(value, Moment) else value)[:60]
        shown = shown.lower() if isinstance(value, bool) else repr(shown)
        return Invalid(f"{self.name} is {KINDS[self.property.kind]}; {shown} is not.")


def _all_held(call: Call, column_of: ColumnOf) -> list[Condition]:
    """That an item holds all properties that a comparison names."""
    return [_held(column_of(name)).is_not(None) for name in sorted(set(names_in(call)))]


def _held(found: Property) -> ColumnElement[Any]:
    """The expression, NULL also where a document says null."""
    if isinstance(found.expression.type, JSONB):
        return func.nullif(found.expression, literal(JSON.NULL, JSONB), type_=JSONB())
    return found.expression


def _scalar(found: _Named) -> None:
    found.must_be(
        ("number", "text", "boolean", "timestamp"),
        "S_INTERSECTS and its like compare geometries"
        if found.property.kind == "geometry"
        else "A_CONTAINS and its like compare lists",
    )


def _compare(found: _Named, op: str, value: Any) -> Condition:
    """`=`, `<>`, `<`, `<=`, `>` and `>=`."""
    _scalar(found)
    if found.property.kind == "timestamp":
        return _compare_times(found.property.expression, op, _moment(found, value))
    if found.property.kind == "boolean" and op not in ("=", "<>"):
        raise Invalid(f"{found.name} is true or false; compare it with = or <>.")
    if found.property.kind == "text" and op not in ("=", "<>"):
        word = literal(_text(found, value), Text)
        return _by_word(found, lambda held: cast(Condition, COMPARISONS[op](held.collate("C"), word)))
    bound = _bound(found, value)
    if bound is None:
        return found.property.expression.is_not(None) if op == "<>" else false()
    return cast(Condition, COMPARISONS[op](found.property.expression, bound))


def _compare_times(held: ColumnElement[Any], op: str, moment: Moment) -> Condition:
    """A moment and a date, which is a whole day: the same if it lies within, later if behind it."""
    first, last = _instant(moment.first), _instant(moment.last)
    if op in ("=", "<>"):
        same = and_(held >= first, held <= last) if moment.is_day else held == first
        return same if op == "=" else not_(same)
    return cast(Condition, COMPARISONS[op](held, last if op in ("<=", ">") else first))


def _like(found: _Named, op: str, pattern: str) -> Condition:
    """`LIKE`, with the wildcards % and _ and the escape \\, by upper and lower case."""
    found.must_be(("text",), "LIKE compares texts")
    return _by_word(found, lambda held: held.like(literal(pattern, Text)))


def _between(found: _Named, op: str, low: Any, high: Any) -> Condition:
    """`BETWEEN`, both bounds included."""
    return and_(_compare(found, ">=", low), _compare(found, "<=", high))


def _among(found: _Named, op: str, values: tuple[Any, ...]) -> Condition:
    """`IN`."""
    _scalar(found)
    if found.property.kind == "timestamp":
        return or_(*(_compare(found, "=", value) for value in values))
    bound = [known for value in values if (known := _bound(found, value)) is not None]
    return found.property.expression.in_(bound) if bound else false()


def _spatial(found: _Named, op: str, shape: Shape) -> Condition:
    """A relation of PostGIS in the plane of longitude and latitude."""
    found.must_be(("geometry",), f"{op.upper()} compares geometries")
    relation = getattr(func, SPATIAL[op])
    return cast(
        Condition, relation(found.property.expression, from_shape(shape.geometry, srid=4326), type_=Boolean())
    )


def _array(found: _Named, op: str, values: tuple[Any, ...]) -> Condition:
    """Relations of two sets; a property that is no list has no members."""
    found.must_be(("array",), f"{op.upper()} compares lists")
    held = found.property.expression
    is_list = func.jsonb_typeof(held) == "array"
    wanted = literal(list(values), JSONB)
    contains, contained = held.contains(wanted), held.contained_by(wanted)
    match op:
        case "a_contains":
            return and_(is_list, contains)
        case "a_containedBy":
            return and_(is_list, contained)
        case "a_equals":
            return and_(is_list, contains, contained)
    return and_(is_list, or_(false(), *(held.contains(literal([value], JSONB)) for value in values)))


READERS: dict[str, Callable[..., Condition]] = {
    **dict.fromkeys(COMPARISONS, _compare),
    "like": _like,
    "between": _between,
    "in": _among,
    **dict.fromkeys(SPATIAL, _spatial),
    **dict.fromkeys(("a_contains", "a_containedBy", "a_equals", "a_overlaps"), _array),
}


def _by_word(found: _Named, test: Test) -> Condition:
    if found.property.words is not None:
        return found.property.words(test)
    if found.property.encode is None:
        return test(found.property.expression)
    raise Invalid(f"{found.name} can only be compared with =, <> and IN.")


def _bound(found: _Named, value: Any) -> ColumnElement[Any] | None:
    """The value as a parameter; None where no item holds it."""
    checked = {"number": _number, "text": _text, "boolean": _boolean}[found.property.kind](found, value)
    if found.property.encode is not None:
        code = found.property.encode(checked)
        return None if code is None else literal(code, found.property.expression.type)
    if isinstance(checked, str | bool):
        return literal(checked, Text if isinstance(checked, str) else Boolean)
    whole = isinstance(checked, int) and isinstance(found.property.expression.type, Integer)
    return literal(checked, BigInteger) if whole else literal(float(checked), Double)


def _number(found: _Named, value: Any) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise found.refuse(value)
    return value


def _text(found: _Named, value: Any) -> str:
    if not isinstance(value, str):
        raise found.refuse(value)
    return value


def _boolean(found: _Named, value: Any) -> bool:
    if not isinstance(value, bool):
        raise found.refuse(value)
    return value


def _moment(found: _Named, value: Any) -> Moment:
    """A moment; a text that reads as one is taken for it, as many clients write it so."""
    if isinstance(value, Moment):
        return value
    if not isinstance(value, str):
        raise found.refuse(value)
    return read_moment(value)


def _instant(moment: datetime) -> ColumnElement[Any]:
    return literal(moment, _INSTANT)


def _temporal(call: Call, column_of: ColumnOf) -> Condition:
    """A relation of two times."""
    left, right = call.arguments
    if call.op == "t_equals" and isinstance(left, Moment):
        left, right = right, left
    if call.op == "t_equals" and isinstance(left, Name) and isinstance(right, Moment):
        return _compare_times(_time(call.op, left, column_of), "=", right)
    related = TEMPORAL[call.op](*_extent(call.op, left, column_of), *_extent(call.op, right, column_of))
    # Some relations look at one end only; an interval that lacks its other end is unknown all the same.
    is_made = any(isinstance(side, Span) and any(names_in(side)) for side in (left, right))
    return and_(*_all_held(call, column_of), related) if is_made else related


def _extent(op: str, node: Node, column_of: ColumnOf) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """First and last moment of a time."""
    start, end = (node.start, node.end) if isinstance(node, Span) else (node, node)
    first = _instant(start.first) if isinstance(start, Moment) else _FIRST
    last = _instant(end.last) if isinstance(end, Moment) else _LAST
    if isinstance(start, Name):
        first = _time(op, start, column_of)
    if isinstance(end, Name):
        last = _time(op, end, column_of)
    return first, last


def _time(op: str, name: Name, column_of: ColumnOf) -> ColumnElement[Any]:
    found = _Named(name.name, column_of(name.name))
    found.must_be(("timestamp",), f"{op.upper()} compares times")
    return found.property.expression

"""A checked CQL2 filter over the columns in memory.

Only what the columns hold is decided here: numbers, texts and times that have a place in the index. `is_held`
says beforehand whether a part of a filter is of that kind; `cql2_sql` does the rest. Both treat what is not
there alike: a comparison with nothing matches neither plain nor negated.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import reduce
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from app.base.errors import Invalid
from app.items.cql2_literals import read_moment
from app.items.cql2_nodes import Call, Moment, Name, Node, Span, names_in
from app.items.cql2_sql import COMPARISONS, KINDS, TEMPORAL
from app.items.index import ItemIndex, Rows
from app.items.moments import micros

Mask = NDArray[np.bool_]

TIMES = {"datetime": "start", "start_datetime": "start", "end_datetime": "until"}
VALUES = (*COMPARISONS, "like", "between", "in", "isNull")


def is_held(node: Node, names: Collection[str]) -> bool:
    """Whether the columns in memory can decide this part of a filter.

    Args:
        names: the properties that have a column.
    """
    if isinstance(node, bool):
        return True
    call = cast(Call, node)
    if call.op in ("and", "or", "not"):
        return all(is_held(argument, names) for argument in call.arguments)
    is_known = call.op in VALUES or call.op in TEMPORAL
    return is_known and all(name in names or name in TIMES for name in names_in(call))


@dataclass(frozen=True)
class View:
    """Some rows of an index: all in a row, or picked out."""

    index: ItemIndex
    rows: "slice | Rows"
    count: int

    def number(self, name: str) -> NDArray[np.float64]:
        """The values of a property, NaN where there is none."""
        return self.index.numbers[name][self.rows]

    def word(self, name: str) -> NDArray[np.integer[Any]]:
        """The numbers of the words of a property, 0 where there is none."""
        return (
            self.index.collections[self.rows] if name == "collection" else self.index.narrow(name)[self.rows]
        )

    def time(self, name: str) -> NDArray[np.int64]:
        """A moment of each row, in microseconds since 1970."""
        return cast(NDArray[np.int64], getattr(self.index, TIMES[name])[self.rows])


def evaluate(node: Node, view: View, negated: bool = False) -> Mask:
    """Which rows a filter, or its negation, matches.

    Raises:
        Invalid: a value that its property cannot be compared with.
    """
    if isinstance(node, bool):
        return np.full(view.count, node != negated)
    call = cast(Call, node)
    if call.op == "not":
        return evaluate(call.arguments[0], view, not negated)
    if call.op in ("and", "or"):
        parts = (evaluate(argument, view, negated) for argument in call.arguments)
        join = np.logical_and if (call.op == "and") != negated else np.logical_or
        return reduce(join, parts)
    if call.op in TEMPORAL:
        matched = _temporal(call, view)
        return ~matched if negated else matched
    name = cast(Name, call.arguments[0]).name
    matched, held = _column(view, name).test(call.op, *call.arguments[1:])
    if call.op == "isNull":
        return held if negated else ~held
    if negated:
        return ~matched & held
    # What is not there is like nothing, but it differs from everything.
    return matched & held if call.op == "<>" else matched


def _column(view: View, name: str) -> "_Column":
    if name in TIMES:
        return _Times(name, view.time(name))
    if name in view.index.numbers:
        return _Numbers(name, view.number(name))
    return _Words(name, view.word(name), view.index)


class _Column(ABC):
    """A property of some rows; `test` answers where a comparison holds, and where there is a value."""

    kind = ""

    def __init__(self, name: str) -> None:
        self.name = name

    def test(self, op: str, *values: Any) -> tuple[Mask, Mask]:
        if op == "isNull":
            return self.held(), self.held()
        if op == "between":
            low, high = values
            return self.compare(">=", low) & self.compare("<=", high), self.held()
        if op == "in":
            return self.among(values[0]), self.held()
        if op == "like":
            return self.like(values[0]), self.held()
        return self.compare(op, values[0]), self.held()

    @abstractmethod
    def held(self) -> Mask:
        """Where there is a value."""

    @abstractmethod
    def compare(self, op: str, value: Any) -> Mask:
        """Where the comparison with a value holds."""

    def among(self, values: tuple[Any, ...]) -> Mask:
        return cast(Mask, np.logical_or.reduce([self.compare("=", value) for value in values]))

    def like(self, pattern: str) -> Mask:
        raise Invalid(f"{self.name} is {KINDS[self.kind]}; LIKE compares texts.")

    def refuse(self, value: Any) -> Invalid:
        shown = str(value.text if isinstance(value, Moment) else value)[:60]
        shown = shown.lower() if isinstance(value, bool) else repr(shown)
        return Invalid(f"{self.name} is {KINDS[self.kind]}; {shown} is not.")


class _Numbers(_Column):
    kind = "number"

    def __init__(self, name: str, values: NDArray[np.float64]) -> None:
        super().__init__(name)
        self.values = values

    def held(self) -> Mask:
        return ~np.isnan(self.values)

    def compare(self, op: str, value: Any) -> Mask:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.refuse(value)
        return cast(Mask, COMPARISONS[op](self.values, _as_float(value)))


def _as_float(value: int | float) -> float:
    try:
        return float(value)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")


class _Times(_Column):
    kind = "timestamp"

    def __init__(self, name: str, values: NDArray[np.int64]) -> None:
        super().__init__(name)
        self.values = values

    def held(self) -> Mask:
        return np.ones(len(self.values), dtype=bool)

    def compare(self, op: str, value: Any) -> Mask:
        """A date is a whole day: the same if it lies within, later if behind it."""
        moment = self._moment(value)
        first, last = micros(moment.first), micros(moment.last)
        if op in ("=", "<>"):
            same = (self.values >= first) & (self.values <= last)
            return same if op == "=" else ~same
        return cast(Mask, COMPARISONS[op](self.values, last if op in ("<=", ">") else first))

    def _moment(self, value: Any) -> Moment:
        if isinstance(value, Moment):
            return value
        if not isinstance(value, str):
            raise self.refuse(value)
        return read_moment(value)


class _Words(_Column):
    kind = "text"

    def __init__(self, name: str, codes: NDArray[np.integer[Any]], index: ItemIndex) -> None:
        super().__init__(name)
        self.codes = codes
        self.index = index

    def held(self) -> Mask:
        return cast(Mask, self.codes != 0)

    def compare(self, op: str, value: Any) -> Mask:
        word = self._text(value)
        if op in ("=", "<>"):
            code = self._names().get(word, -1)
            return cast(Mask, COMPARISONS[op](self.codes, code))
        # Python orders texts by code point, as the database does with the collation "C".
        return self._where(lambda held: cast(bool, COMPARISONS[op](held, word)))

    def among(self, values: tuple[Any, ...]) -> Mask:
        codes = [self._names().get(self._text(value), -1) for value in values]
        return np.isin(self.codes, codes)

    def like(self, pattern: str) -> Mask:
        matcher = _like(pattern)
        return self._where(lambda held: matcher.fullmatch(held) is not None)

    def _text(self, value: Any) -> str:
        if not isinstance(value, str):
            raise self.refuse(value)
        return value

    def _names(self) -> Any:
        return self.index.by_slug if self.name == "collection" else self.index.codes

    def _where(self, test: Callable[[str], bool]) -> Mask:
        """Where the word passes a test; each word is tested once."""
        is_collection = self.name == "collection"
        words = self.index.slugs if is_collection else self.index.words
        present = self.index.slugs if is_collection else self.index.present(self.name).tolist()
        return np.isin(self.codes, [code for code in present if code in words and test(words[code])])


def _like(pattern: str) -> re.Pattern[str]:
    """The pattern of LIKE as a regular expression: % is any text, _ any character, and \\ takes both
    literally."""
    wild = {"%": ".*", "_": "."}
    parts = re.findall(r"\\.|.", pattern, flags=re.DOTALL)
    return re.compile("".join(wild.get(p) or re.escape(p[-1]) for p in parts), flags=re.DOTALL)


def _temporal(call: Call, view: View) -> Mask:
    """A relation of two times."""
    left, right = call.arguments
    if call.op == "t_equals" and isinstance(left, Moment):
        left, right = right, left
    if call.op == "t_equals" and isinstance(left, Name) and isinstance(right, Moment):
        return _Times(left.name, view.time(left.name)).compare("=", right)
    related = TEMPORAL[call.op](*_extent(left, view), *_extent(right, view))
    return cast(Mask, np.broadcast_to(related, view.count))


def _extent(node: Node, view: View) -> tuple[Any, Any]:
    """First and last moment of a time; an open side lies before or after all others."""
    start, end = (node.start, node.end) if isinstance(node, Span) else (node, node)
    return _end(start, view, -np.inf, "first"), _end(end, view, np.inf, "last")


def _end(node: Any, view: View, otherwise: float, side: str) -> Any:
    if isinstance(node, Moment):
        return micros(getattr(node, side))
    return view.time(node.name) if isinstance(node, Name) else otherwise

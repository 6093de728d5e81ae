"""Filters in CQL2, as text or JSON: read, checked, and compiled to conditions with bound values.

A filter is read in three steps: `cql2_text` knows the grammar, `cql2_check` what operators take, and
`cql2_sql` what properties are.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NoReturn

from sqlalchemy import ColumnElement

from app.base.errors import Invalid
from app.items.cql2_check import check
from app.items.cql2_nodes import Call, names_in, to_json
from app.items.cql2_sql import Property, condition
from app.items.cql2_text import read_text

__all__ = ["Filter", "Language", "Property", "compile_filter", "parse_filter"]

LONGEST_FILTER = 32_768

Language = Literal["cql2-text", "cql2-json"]


@dataclass(frozen=True)
class Filter:
    """A checked filter."""

    root: Call | bool

    @property
    def properties(self) -> frozenset[str]:
        """The properties it names, without the prefix `properties.`."""
        return frozenset(names_in(self.root))

    @property
    def json(self) -> Any:
        """The filter as CQL2-JSON, with every property before what it is compared with."""
        return to_json(self.root)


def parse_filter(text: str | Mapping[str, Any] | bool, language: Language) -> Filter:
    """Read a filter; CQL2-JSON may come as text or as what the text says.

    Raises:
        Invalid: not CQL2, not supported, or beyond the bounds; the message says where and why.
    """
    if not isinstance(text, str):
        return Filter(check(text))
    if len(text) > LONGEST_FILTER:
        raise Invalid(f"The filter has {len(text):,} characters; at most {LONGEST_FILTER:,} are read.")
    return Filter(check(read_text(text) if language == "cql2-text" else _read_json(text)))


def compile_filter(filter: Filter, column_of: Callable[[str], Property]) -> ColumnElement[bool]:
    """The filter as a condition on columns.

    `column_of` is asked for a name each time the filter uses it, and raises `Invalid` if it knows none.

    Raises:
        Invalid: a value that its property cannot be compared with.
    """
    return condition(filter.root, column_of)


def _read_json(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except RecursionError:
        raise Invalid("The filter is nested too deeply.") from None
    except ValueError as error:
        raise Invalid(f"The filter is not JSON: {str(error)[:120]}.") from None


def _refuse_constant(name: str) -> NoReturn:
    raise Invalid(f"{name} is no number of JSON; the filter may not hold it.")

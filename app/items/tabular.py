"""What type a column of a table has when its values come from many JSON documents.

The documents are looked at once, one after the other; then every column can settle on the one type that holds
all its values. Where no type does, the column holds their JSON as text.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
import pyarrow as pa

MOST_FIELDS = 500
"""Objects with more different names than this are dictionaries rather than records, and stay JSON."""

MOMENT = pa.timestamp("us", tz="UTC")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z")


@dataclass
class Column:
    """The kinds of values met so far, and the same for what objects and lists hold.

    `is_moment` says that texts are moments as long as all of them can be read as one.
    """

    is_moment: bool = False
    kinds: set[str] = field(default_factory=set)
    fields: dict[str, "Column"] = field(default_factory=dict)
    elements: "Column | None" = None

    def note(self, value: Any) -> None:
        """Look at one more value; null is a value that is not there."""
        kind = _kind(value, self.is_moment)
        if kind is None:
            return
        self.kinds.add(kind)
        if kind == "object" and len(self.fields) <= MOST_FIELDS:
            for name, inner in value.items():
                self.fields.setdefault(name, Column()).note(inner)
        elif kind == "list":
            self.elements = self.elements or Column()
            for inner in value:
                self.elements.note(inner)

    def settle(self) -> pa.DataType | None:
        """The type that holds all values; text where only JSON does, None where there is nothing to hold."""
        if self.kinds == {"object"}:
            return self._record()
        if self.kinds == {"list"} and self.elements is not None:
            return pa.list_(self.elements.settle() or pa.string())
        if self.kinds <= {"int", "float"} and self.kinds:
            return pa.float64() if "float" in self.kinds else pa.int64()
        if self.kinds == {"bool"}:
            return pa.bool_()
        if self.kinds == {"moment"}:
            return MOMENT
        return pa.string() if self.kinds else None

    def _record(self) -> pa.DataType | None:
        if len(self.fields) > MOST_FIELDS:
            return pa.string()
        types = {name: column.settle() for name, column in self.fields.items()}
        known = [pa.field(name, one) for name, one in types.items() if one is not None]
        return pa.struct(known) if known else None

    @property
    def is_json(self) -> bool:
        """Whether values are written as JSON text, should they be written, since no type holds them all."""
        settled = self.settle()
        return settled in (None, pa.string()) and not self.kinds <= {"text", "moment"}

    @property
    def is_plain(self) -> bool:
        """Whether values go into the column as they are, all that they hold included."""
        inner = [*self.fields.values(), *([self.elements] if self.elements else [])]
        return not self.is_json and self.kinds != {"moment"} and all(column.is_plain for column in inner)


def fit(value: Any, kind: pa.DataType, is_json: bool = False) -> Any:
    """A value as its column holds it."""
    if value is None:
        return None
    if pa.types.is_struct(kind):
        return {one.name: fit(value.get(one.name), one.type) for one in kind}
    if pa.types.is_list(kind):
        return [fit(inner, kind.value_type) for inner in value]
    if pa.types.is_timestamp(kind):
        return datetime.fromisoformat(value)
    if pa.types.is_string(kind) and (is_json or not isinstance(value, str)):
        return orjson.dumps(value).decode()
    return float(value) if pa.types.is_floating(kind) else value


def _kind(value: Any, is_moment: bool) -> str | None:
    if isinstance(value, str):
        return "moment" if is_moment and _reads_as_moment(value) else "text"
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int):
        return "int" if -(2**63) <= value < 2**63 else "long"
    return _OTHERS.get(type(value))


_OTHERS: Mapping[type, str] = {float: "float", dict: "object", list: "list"}


def _reads_as_moment(text: str) -> bool:
    if not _MOMENT.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True

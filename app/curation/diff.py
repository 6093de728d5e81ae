"""The difference of two states of a record, fact by fact, ready to be drawn. No database, no HTTP.

A value is text with marked words, a list with entries added and removed, or a table compared row by row.
Values may be of any shape, because drafts can be wrong.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from app.base import html
from app.base.language import N_, _, ngettext
from app.catalogue import naming
from app.curation import labels, worddiff
from app.curation.merging import SOURCE
from app.curation.worddiff import Members, Runs
from app.portal import facts

Shape = Literal["words", "list", "table"]
ROW_NAMES = ("name", "code", "key", "title", "field", "ref")
"""By which of its cells a row of a table is known again."""
HOW: Mapping[str, str] = {
    "stated": N_("stated there"),
    "inferred": N_("inferred"),
    "computed": N_("computed"),
}
MEASURES = ("gsd_m", "image_size_px")
"""Facts with several values that are written together."""
MOST_ROWS = 200
MOST_ORIGINS = 4
"""So many sources of one fact are named; the others are counted."""


@dataclass(frozen=True)
class Row:
    """One row of a table on both sides; no cells where it stands on the other side only."""

    before: tuple[Runs, ...]
    after: tuple[Runs, ...]


@dataclass(frozen=True)
class Grid:
    """Two tables with the same columns: the rows that differ, how many do not, and how many there are.

    `more` counts the rows that differ as well and are not shown.
    """

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    more: int
    same: int
    before: int
    after: int

    @property
    def heads(self) -> tuple[str, ...]:
        """The columns in words."""
        return tuple(labels.part(column) for column in self.columns)


@dataclass(frozen=True)
class Origin:
    """Where a value comes from: its words, and an address where there is one."""

    text: str
    href: str | None = None


@dataclass(frozen=True)
class Line:
    """One fact that differs. `shape` tells which of the parts below hold the difference."""

    path: str
    label: str
    shape: Shape
    before: Runs = ()
    after: Runs = ()
    members: Members | None = None
    grid: Grid | None = None
    origins: tuple[Origin, ...] = ()
    note: str = ""

    @property
    def anchor(self) -> str:
        """The part of an address that leads to this line."""
        return anchor(self.path)


def anchor(path: str) -> str:
    """The part of an address that leads to the line of a fact."""
    return f"field-{path.replace('.', '-').replace('_', '-') or 'record'}"


def line(
    path: str,
    before: Any,
    after: Any,
    proposed: Mapping[str, Any] | None = None,
    base: Mapping[str, Any] | None = None,
) -> Line:
    """The difference of one fact.

    Args:
        proposed: the record that says where the new value comes from.
        base: the record before; what it says already of the source of the old value is not said again.
    """
    shape = shape_of(before, after)
    found: dict[str, Any] = {}
    if shape == "table":
        found["grid"] = grid(path, before or (), after or ())
    elif shape == "list":
        found["members"] = worddiff.members(_entries(path, before), _entries(path, after))
    else:
        found["before"], found["after"] = worddiff.words(in_words(path, before), in_words(path, after))
    given = _provenance(proposed, path)
    is_new = given != _provenance(base, path)
    note = given.get("note") if is_new else None
    return Line(
        path,
        labels.fact(path),
        shape,
        origins=tuple(origins(proposed or {}, path)) if is_new else (),
        note=note if isinstance(note, str) else "",
        **found,
    )


def _provenance(record: Mapping[str, Any] | None, path: str) -> Mapping[str, Any]:
    """What a record says of the source of one fact; nothing where that cannot be read."""
    known = (record or {}).get("provenance")
    found = known.get(path) if isinstance(known, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def shape_of(*values: Any) -> Shape:
    """How values are compared: the first that is there decides, and both must fit."""
    there = [value for value in values if value not in (None, [], ())]
    if not there or not all(isinstance(value, list | tuple) for value in there):
        return "words"
    entries = [entry for value in there for entry in value]
    if all(isinstance(entry, Mapping) for entry in entries):
        return "table"
    # Four corners of a box are one value.
    is_plain = all(isinstance(entry, str) for entry in entries)
    return "list" if is_plain else "words"


def _entries(path: str, value: Any) -> list[str]:
    return [facts.in_words(path, entry) for entry in value or ()]


def in_words(path: str, value: Any) -> str:
    """A value of any shape as text; nothing where it is missing."""
    if value in (None, [], (), {}):
        return ""
    if isinstance(value, Mapping) and path not in MEASURES:
        return _mapping_in_words(path, value)
    if path == "kind" and isinstance(value, str):
        return naming.term("kind", value)
    if path == "spatial.bbox" and _is_box(value):
        west, south, east, north = (_degrees(side) for side in value)
        return _(
            "west %(west)s, south %(south)s, east %(east)s, north %(north)s",
            west=west, south=south, east=east, north=north,
        )  # fmt: skip
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list | tuple) and any(isinstance(entry, Mapping) for entry in value):
        return "; ".join(in_words(path, entry) for entry in value)
    try:
        return facts.in_words(path, value)
    except (KeyError, TypeError, ValueError, AttributeError):
        # A draft may hold anything; what cannot be read as it should be is shown as it was sent.
        return json.dumps(value, ensure_ascii=False)[:2000]


def _mapping_in_words(path: str, value: Mapping[str, Any]) -> str:
    if path.startswith(SOURCE):
        return _source_in_words(value)
    return _outline_in_words(value) if path == "spatial.footprint" else _parts_in_words(path, value)


def _parts_in_words(path: str, value: Mapping[str, Any]) -> str:
    """Several values with names; an interval by its two ends alone."""
    if set(value) <= {"start", "end"}:
        ends = [value.get(end) for end in ("start", "end")]
        return " – ".join(html.day(end) if isinstance(end, str) else _("open") for end in ends)
    said = ((key, in_words(f"{path}.{key}", part)) for key, part in value.items())
    return ", ".join(f"{labels.part(str(key))}: {text}" for key, text in said if text)


def _source_in_words(given: Mapping[str, Any]) -> str:
    """Where a fact comes from, in words: the names of its sources, how it was found, and who looked when."""
    keys, how = given.get("sources"), str(given.get("how"))
    names = [naming.source(str(key)) for key in keys] if isinstance(keys, list | tuple) else []
    said = [", ".join(names), _(HOW[how]) if how in HOW else ""]
    if given.get("exact") is False:
        said.append(_("which of the sources of the record was not noted"))
    if given.get("checked_on"):
        said.append(_("checked on %(day)s", day=given["checked_on"]))
    said.append(str(given.get("note") or ""))
    return "; ".join(part for part in said if part)


def _is_box(value: Any) -> bool:
    return (
        isinstance(value, list | tuple)
        and len(value) == 4
        and all(isinstance(side, int | float) for side in value)
    )


def _degrees(value: float) -> str:
    return f"{value:.2f}".replace("-", "\u2212")


def _outline_in_words(value: Mapping[str, Any]) -> str:
    corners = _positions(value.get("coordinates"))
    parts = value.get("coordinates") if value.get("type") == "MultiPolygon" else [None]
    count = len(parts) if isinstance(parts, list | tuple) else 1
    outlines = ngettext("%(num)s outline", "%(num)s outlines", count)
    return f"{outlines}, " + ngettext("%(n)s corner", "%(n)s corners", corners, n=html.number(corners))


def _positions(value: Any) -> int:
    """How many positions stand in nested lists of coordinates."""
    if not isinstance(value, list | tuple) or not value:
        return 0
    if isinstance(value[0], int | float):
        return 1
    return sum(_positions(part) for part in value)


def grid(path: str, before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> Grid:
    """Two tables, row by row; rows are known again by their names."""
    columns = tuple(dict.fromkeys(str(key) for row in (*before, *after) for key in row))
    matched = worddiff.pairs(
        before, after, [_row_name(row) for row in before], [_row_name(row) for row in after]
    )
    differing = [(old, new) for old, new in matched if old != new]
    return Grid(
        columns=columns,
        rows=tuple(_row(path, columns, old, new) for old, new in differing[:MOST_ROWS]),
        more=max(0, len(differing) - MOST_ROWS),
        same=len(matched) - len(differing),
        before=len(before),
        after=len(after),
    )


def _row_name(row: Mapping[str, Any]) -> str:
    named = next((str(row[name]) for name in ROW_NAMES if row.get(name)), None)
    return named or json.dumps(row, sort_keys=True, default=str)


def _row(
    path: str, columns: Sequence[str], old: Mapping[str, Any] | None, new: Mapping[str, Any] | None
) -> Row:
    cells = [worddiff.words(_cell(path, column, old), _cell(path, column, new)) for column in columns]
    return Row(
        before=tuple(left for left, _right in cells) if old is not None else (),
        after=tuple(right for _left, right in cells) if new is not None else (),
    )


def _cell(path: str, column: str, row: Mapping[str, Any] | None) -> str:
    return in_words(f"{path}.{column}", row.get(column)) if row is not None else ""


def origins(record: Mapping[str, Any], path: str) -> Iterable[Origin]:
    """Where a record says that one of its values comes from."""
    found = _provenance(record, path)
    if found.get("how") in ("computed", "inferred"):
        yield Origin(_(HOW[found["how"]]))
    listed = (one for one in record.get("sources") or () if isinstance(one, Mapping))
    known = {str(one["key"]): one for one in listed if "key" in one}
    keys = [str(key) for key in found.get("sources") or ()]
    for key in keys[:MOST_ORIGINS]:
        yield _origin(key, known.get(key))
    if len(keys) > MOST_ORIGINS:
        yield Origin(ngettext("%(num)s more", "%(num)s more", len(keys) - MOST_ORIGINS))


def source_line(source: Any) -> Origin:
    """One source of a record by its name and reference."""
    given = source if isinstance(source, Mapping) else {}
    return _origin(str(given.get("key", "")), given)


def _origin(key: str, source: Mapping[str, Any] | None) -> Origin:
    """One source by its name; its reference is an address only where it is one of the web."""
    name = naming.source(key)
    ref = str(source.get("ref", "")) if source else ""
    if ref.startswith(("https://", "http://")):
        return Origin(ref if name == key else f"{name}: {ref}", ref)
    if ref.startswith("doi:"):
        return Origin(f"{name}: {ref}", f"https://doi.org/{ref.removeprefix('doi:')}")
    return Origin(f"{name}: {ref}" if ref else name)

"""One change to one field, applied to any record. Pure functions on JSON objects."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from app.base.errors import Invalid
from app.base.language import N_, _
from app.catalogue.record import DatasetRecord
from app.curation.checks import look_over
from app.curation.form.fields import Field, Values
from app.curation.form.filling import FROM, REFERENCE, STATE
from app.curation.form.origins import origin
from app.curation.form.parsing import parse
from app.curation.form.reading import Unreadable
from app.curation.form.registry import BY_PATH, FIELDS
from app.curation.form.widgets import WIDGETS, text_of
from app.curation.merging import Difference, differences, flat, nested

Way = Literal["set", "add", "remove", "clear"]
WAYS: Mapping[Way, str] = {
    "set": N_("Replace the value"),
    "add": N_("Add to the list"),
    "remove": N_("Remove from the list"),
    "clear": N_("Leave it empty"),
}
OF_LISTS = frozenset({"add", "remove"})
LISTED = frozenset({"picks", "names"})
"""Widgets of facts that are lists of words or codes."""
OWN_TO_EACH = frozenset({"name", "slug"})
"""Facts that two records never share."""


@dataclass(frozen=True)
class Change:
    """What is done to a field; `values` are the texts of its inputs, those of its source included."""

    field: Field
    way: Way
    values: Values


@dataclass(frozen=True)
class Applied:
    """A record as the change makes it, what differs, and why it cannot be sent, if so."""

    draft: dict[str, Any]
    changes: tuple[Difference, ...]
    problems: tuple[str, ...] = ()


def fields() -> list[Field]:
    """The fields that can be changed for many."""
    return [one for one in FIELDS if one.path not in OWN_TO_EACH]


def ways(field: Field) -> list[Way]:
    """What can be done to a field."""
    return [way for way in WAYS if way not in OF_LISTS or field.widget in LISTED]


def change(path: str, way: str, values: Values) -> Change:
    """The change that a form describes.

    Raises:
        Invalid: no such field or way, or a value that cannot be read.
    """
    field = BY_PATH.get(path)
    if field is None or field not in fields():
        raise Invalid(_("Choose a field that can be changed for many records."))
    if way not in get_args(Way) or way not in ways(field):
        raise Invalid(_("That cannot be done to this field. Choose another way."))
    names = {*WIDGETS[field.widget].names(field), *(start + field.path for start in (FROM, REFERENCE, STATE))}
    made = Change(field, way, {name: texts for name, texts in values.items() if name in names})
    if way != "clear" and not any(_read(made).values()) and not text_of(values, STATE + field.path):
        raise Invalid(_("Give a value first."))
    return made


def _read(change: Change) -> dict[str, Any]:
    try:
        return WIDGETS[change.field.widget].read(change.field, change.values)
    except Unreadable as error:
        raise Invalid(str(error)) from error


def apply(change: Change, record: Mapping[str, Any]) -> Applied:
    """A published record with the change, as far as it can be sent."""
    draft = _set(change, record) if change.way == "set" else _with(change, record)
    found = tuple(one for one in differences(record, draft) if not one.path.startswith("provenance."))
    if not found:
        return Applied(dict(record), ())
    published = DatasetRecord.model_validate(record)
    findings = look_over(draft, published=published)
    problems = tuple(dict.fromkeys(one.message for one in findings if one.severity == "error"))
    return Applied(draft, found, problems)


def _set(change: Change, record: Mapping[str, Any]) -> dict[str, Any]:
    return parse(change.values, record, record).draft


def _with(change: Change, record: Mapping[str, Any]) -> dict[str, Any]:
    """The record with words added to a list or removed from it, or without any value."""
    path = change.field.path
    values = flat(record)
    before = list(values.get(path) or ())
    after = _listed(change, before)
    if after == before:
        return dict(record)
    for fact in change.field.paths:
        values.pop(fact, None)
        values.pop(f"provenance.{fact}", None) if not after else None
    if after:
        values[path] = after
        said = origin(*_source(change), _origin_of(record, path))
        if said:
            values[f"provenance.{path}"] = said
    return {"uuid": record["uuid"], **nested(values)}


def _listed(change: Change, before: list[Any]) -> list[Any]:
    if change.way == "clear":
        return []
    given = list(_read(change).get(change.field.path) or ())
    if change.way == "add":
        return list(dict.fromkeys([*before, *given]))
    return [value for value in before if value not in given]


def _source(change: Change) -> tuple[str, str]:
    path = change.field.path
    return text_of(change.values, FROM + path), text_of(change.values, REFERENCE + path)


def _origin_of(record: Mapping[str, Any], path: str) -> Mapping[str, Any] | None:
    entries = record.get("provenance") or {}
    found = entries.get(path)
    return found if isinstance(found, Mapping) else None

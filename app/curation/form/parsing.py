"""From what a browser sends to a draft record: nothing that was typed is lost, and every fault has its path.

A field whose text is still what the form showed keeps its value as it is, however it is written there, so
that a correction changes nothing but what somebody changed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.base.language import _
from app.curation.form import origins
from app.curation.form.fields import Field, Values
from app.curation.form.filling import FROM, LACKS, REFERENCE, STATE, fill, listed, origin_of
from app.curation.form.reading import Unreadable
from app.curation.form.registry import FIELDS
from app.curation.form.widgets import WIDGETS, text_of
from app.curation.merging import flat, is_same, nested

Record = Mapping[str, Any]
_CONTROLS = (*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F)
_HALVES_OF_PAIRS = range(0xD800, 0xE000)
_FORBIDDEN = dict.fromkeys((*_CONTROLS, *_HALVES_OF_PAIRS))
KEPT_AS_THEY_ARE = ("uuid",)


@dataclass(frozen=True)
class Parsed:
    """A draft record, and what is wrong with it by the path of the field."""

    draft: dict[str, Any]
    errors: Mapping[str, str] = field(default_factory=dict)


def clean(sent: Mapping[str, Iterable[str]]) -> Values:
    """What a browser sent, without characters that no text holds, and with plain ends of lines."""
    return {name: tuple(_clean(text) for text in texts) for name, texts in sent.items()}


def _clean(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(_FORBIDDEN)


def parse(values: Values, onto: Record, base: Record | None = None) -> Parsed:
    """The draft `onto` with the values of every field that was sent.

    Args:
        values: from `clean`.
        base: the published record that a correction started from; what is put back gets its source back.
    """
    shown = fill(onto, base)
    known = flat(onto)
    published = flat(base or {})
    lacking = {name: set(listed(onto, name)) for name in LACKS.values()}
    errors: dict[str, str] = {}
    for one in FIELDS:
        if not any(name in values for name in WIDGETS[one.widget].names(one)):
            continue
        before = dict(known)
        if fault := _take(one, values, shown, known):
            errors[one.path] = fault
        _take_origin(one, values, before, known, published)
        if fault := _take_lack(one, values, known, lacking):
            errors.setdefault(one.path, fault)
    known |= {name: sorted(found) for name, found in lacking.items()}
    kept = {path: value for path, value in known.items() if value not in (None, [])}
    return Parsed({key: onto[key] for key in KEPT_AS_THEY_ARE if key in onto} | nested(kept), errors)


def faults(draft: Record) -> Mapping[str, str]:
    """What is wrong with what stands in a draft as it was typed, by path."""
    return parse(fill(draft), draft).errors


def _take(one: Field, values: Values, shown: Values, known: dict[str, Any]) -> str:
    """Put what was sent for one field into the draft; the fault, if it cannot be read."""
    widget = WIDGETS[one.widget]
    is_untouched = all(_texts(values, name) == _texts(shown, name) for name in widget.names(one))
    try:
        read = widget.read(one, values)
    except Unreadable as problem:
        if not is_untouched:
            known[one.path] = widget.kept(one, values)
            for path in one.also:
                known.pop(path, None)
        return str(problem)
    if not is_untouched:
        for path, value in read.items():
            known[path] = value
    return ""


def _texts(values: Values, name: str) -> tuple[str, ...]:
    """The texts of an input that say something."""
    return tuple(text.strip() for text in values.get(name, ()) if text.strip())


def _take_origin(
    one: Field, values: Values, before: Mapping[str, Any], known: dict[str, Any], published: Mapping[str, Any]
) -> None:
    """Put the source of a field into the draft, for each fact that the field writes."""
    if FROM + one.path not in values:
        return
    choice, reference = text_of(values, FROM + one.path), text_of(values, REFERENCE + one.path)
    for path in one.paths:
        key = f"provenance.{path}"
        if known.get(path) is None:
            known.pop(key, None)
            continue
        earlier = _origin(before.get(key)) or origin_of(before, one)
        is_changed = not is_same(known[path], before.get(path))
        if not is_changed and (choice, reference.strip()) == origins.chosen(
            origin_of(before, one), origin_of(published, one)
        ):
            continue
        if choice == origins.KEPT and is_changed:
            is_back = is_same(known[path], published.get(path))
            made = published.get(key) if is_back else {"sources": ["suggestion"]}
        else:
            made = origins.origin(choice, reference, earlier)
        known[key] = made


def _origin(value: Any) -> dict[str, Any] | None:
    return value if isinstance(value, dict) else None


def _take_lack(one: Field, values: Values, known: Mapping[str, Any], lacking: Mapping[str, set[str]]) -> str:
    """Note why a field has no value; the fault, if it has one all the same."""
    if STATE + one.path not in values:
        return ""
    said = text_of(values, STATE + one.path)
    for lack, name in LACKS.items():
        if lack == said and (one.waivable or lack == "not-stated"):
            lacking[name].add(one.path)
        else:
            lacking[name].discard(one.path)
    if not said or known.get(one.path) is None:
        return ""
    if said == "not-stated":
        return _(
            "There is a value, and it is said not to be stated. Clear the value, or say that it is known."
        )
    return _("There is a value, and it is said not to apply. Clear the value, or say that it applies.")

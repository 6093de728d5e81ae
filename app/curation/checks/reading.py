"""A draft read as a record, however much of it is missing or wrong.

Whoever fills in a form wants to hear of everything at once. So what cannot be read is told in plain words and
left out, and all other checks are asked about the rest.
"""

from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from app.base.errors import Invalid
from app.base.sentences import Sentence
from app.base.sentences import sentence as _
from app.catalogue.record import DatasetRecord
from app.curation.checks import geography, times, wording
from app.curation.findings import Finding

UNREADABLE = "not-readable"
IMPOSSIBLE = "impossible"
# What stands for identifiers that a draft lacks while it is looked at.
STAND_INS: Mapping[str, Any] = {"uuid": str(UUID(int=0)), "slug": "draft", "name": "?", "kind": "ml-dataset"}
GIVEN_LATER = ("uuid", "slug")
"""Identifiers that the catalogue gives; a draft may lack them."""
NESTED = frozenset(
    {"publication", "contact", "radar", "spatial", "labelling", "sensitivity", "licence", "licence_labels",
     "urls", "libraries"}
)  # fmt: skip
MOST_ROUNDS = 3

Location = tuple[int | str, ...]


class Unready(Invalid):
    """A draft that is no record yet; `findings` say what to mend, by path."""

    code = "unready"

    def __init__(self, findings: Sequence[Finding]) -> None:
        first = findings[0].message if findings else ""
        super().__init__(
            str(_("%(n)s things are to be mended first. %(first)s", n=len(findings), first=first))
        )
        self.findings = tuple(findings)


@dataclass(frozen=True)
class Read:
    """What could be read of a draft, and what could not. Identifiers that it lacks are stand-ins."""

    record: DatasetRecord
    findings: tuple[Finding, ...]


def record_of(draft: Mapping[str, Any]) -> DatasetRecord:
    """The record that a draft is, when it is one.

    Raises:
        Unready: something is missing that every record has, or cannot be read.
    """
    found = list(_given_later(draft))
    read_ = read(draft)
    if found or read_.findings:
        raise Unready([*read_.findings, *found])
    return read_.record


def _given_later(draft: Any) -> Iterator[Finding]:
    for name in GIVEN_LATER:
        if not isinstance(draft, Mapping) or draft.get(name) in (None, ""):
            yield Finding(UNREADABLE, name, "error", _("The catalogue gives this; save the draft once more."))


def read(draft: Any) -> Read:
    """Read as much of a draft as makes sense; any value at all may be given."""
    if not isinstance(draft, Mapping):
        finding = Finding(UNREADABLE, "", "error", _("This is no record: a record is an object with fields."))
        return Read(DatasetRecord.model_validate(STAND_INS), (finding,))
    left, findings = _without_broken_text(dict(draft))
    findings += [
        Finding(UNREADABLE, name, "error", _missing(name))
        for name in ("name", "kind")
        if left.get(name) in (None, "")
    ]
    left = {
        **left,
        **{name: stand_in for name, stand_in in STAND_INS.items() if left.get(name) in (None, "")},
    }
    for _round in range(MOST_ROUNDS):
        try:
            record = DatasetRecord.model_validate(left)
        except ValidationError as error:
            findings += _told(error, left)
            left = _without(left, [detail["loc"] for detail in error.errors(include_url=False)])
        else:
            return _without_impossible(record, findings)
    return Read(DatasetRecord.model_validate(STAND_INS), tuple(findings))


def _without_impossible(record: DatasetRecord, findings: list[Finding]) -> Read:
    """The record without dates that no calendar has and boxes that no map can show."""
    found = [
        Finding(IMPOSSIBLE, path, "error", told)
        for impossible in (times.impossible, geography.impossible)
        for path, told in impossible(record)
    ]
    if found:
        # A list of places is one fact; the drawing of all waits for the one that is wrong.
        left = _without(record.model_dump(mode="json"), [tuple(one.path.split(".")) for one in found])
        record = DatasetRecord.model_validate(left)
    return Read(record, (*findings, *found))


def _without_broken_text(draft: dict[str, Any]) -> tuple[dict[str, Any], list[Finding]]:
    """Leave out values with characters that no database keeps, such as NUL or half of a pair."""
    findings: list[Finding] = []
    broken = [location for location, text in _texts(draft) if not _is_kept(text)]
    for path in dict.fromkeys(path_of(location) for location in broken):
        findings.append(
            Finding(
                UNREADABLE, path, "error", _("The text holds a character that cannot be kept. Type it again.")
            )
        )
    return _without(draft, broken), findings


def _texts(draft: Any) -> Iterator[tuple[Location, str]]:
    """Every text in a value, keys included, with the way to it; without recursion, for it may be deep."""
    waiting: list[tuple[Location, Any]] = [((), draft)]
    while waiting:
        location, value = waiting.pop()
        if isinstance(value, str):
            yield location, value
        elif isinstance(value, Mapping):
            yield from ((location or (str(key),), str(key)) for key in value)
            waiting += [
                ((*location, key) if len(location) < 4 else location, part) for key, part in value.items()
            ]
        elif isinstance(value, list | tuple):
            waiting += [(location, part) for part in value]


def _is_kept(text: str) -> bool:
    return "\0" not in text and not any("\ud800" <= sign <= "\udfff" for sign in text)


def path_of(location: Location) -> str:
    """The path of the fact that a place in a draft belongs to; "" where there is no such fact."""
    head = str(location[0]) if location else ""
    if head == "provenance" and len(location) > 1:
        return str(location[1])
    if head not in DatasetRecord.model_fields:
        return ""
    inner = location[1] if len(location) > 1 else None
    return f"{head}.{inner}" if head in NESTED and isinstance(inner, str) else head


def _without(draft: Mapping[str, Any], locations: Sequence[Location]) -> dict[str, Any]:
    """A draft without the facts at some places."""
    left = dict(draft)
    for location in locations:
        if not location:
            continue
        head, inner = location[0], location[1] if len(location) > 1 else None
        part = left.get(str(head))
        if isinstance(part, Mapping) and inner in part and (head in NESTED or head == "provenance"):
            smaller = dict(copy(part))
            del smaller[inner]
            left[str(head)] = smaller
        else:
            left.pop(str(head), None)
    return {name: left.get(name, STAND_INS[name]) for name in STAND_INS} | left


def _told(error: ValidationError, draft: Mapping[str, Any]) -> list[Finding]:
    """What pydantic found, once for each fact, in plain words."""
    found: dict[tuple[str, str], Finding] = {}
    for detail in error.errors(include_url=False):
        path = path_of(detail["loc"])
        told = wording.message(detail)
        found.setdefault((path, str(told)), Finding(UNREADABLE, path, "error", told))
    return list(found.values())


def _missing(name: str) -> Sentence:
    if name == "name":
        return _("Give the name under which people know the dataset.")
    return _("Choose what it is: a dataset, a part of one, a benchmark suite or a product.")

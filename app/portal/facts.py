"""The facts of a record in groups: where each comes from, what contradicts it, and which are missing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.base import html
from app.base.language import N_, _
from app.catalogue import naming
from app.catalogue.record import DatasetRecord, Provenance
from app.catalogue.sources import credit
from app.portal.fact_lines import GROUPS, OPTIONAL, Line, Piece
from app.portal.rows import image_size

LETTERS = {
    "P": N_("the dataset's own publication or documentation"),
    "L": N_("a public list"),
    "M": N_("a machine-readable catalogue"),
    "C": N_("computed"),
    "A": N_("asserted by the curators"),
    "I": N_("read from an identifier"),
}


def letters() -> dict[str, str]:
    """What the boxed letters of sources mean."""
    return {letter: _(words) for letter, words in LETTERS.items()}


SET_ASIDE = N_("%(source)s says %(value)s; set aside: it looked wrong, or counts something else.")
SAID = N_("%(source)s says %(value)s.")

# Fields whose values are codes, with the vocabulary that names them.
CODED = {
    "tasks": "task",
    "themes": "theme",
    "modalities": "modality",
    "platforms": "platform",
    "sensors": "sensor",
    "label_type": "label_type",
    "spatial.extent": "extent",
    "spatial.countries": "country",
    "spatial.continents": "continent",
}


@dataclass(frozen=True)
class Mark:
    """A boxed letter that says where a fact comes from."""

    letter: str
    words: str


@dataclass(frozen=True)
class Fact:
    """One line of the table; without pieces the value is missing and `missing` says so."""

    label: str
    pieces: tuple[Piece, ...]
    marks: tuple[Mark, ...] = ()
    doubts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    missing: str = N_("not stated")


def groups(record: DatasetRecord) -> list[tuple[str, list[Fact]]]:
    """The groups of facts in reading order."""
    found = [(_(title), [fact for line in known if (fact := _fact(record, line))]) for title, known in GROUPS]
    return [(title, facts) for title, facts in found if facts]


def _fact(record: DatasetRecord, line: Line) -> Fact | None:
    pieces = tuple(line.read(record))
    notes = tuple(conflict_notes(record, line.paths))
    if not pieces and line.label in OPTIONAL and not notes:
        return None
    origin = origin_of(record, line.paths) if pieces else None
    return Fact(
        label=_(line.label),
        pieces=pieces,
        marks=tuple(marks(origin)) if origin else (),
        doubts=tuple(doubts(origin)) if origin else (),
        notes=notes,
        missing=_(line.missing),
    )


def origin_of(record: DatasetRecord, paths: Sequence[str]) -> Provenance | None:
    """The provenance of the first of these paths that has one; the size measure is always computed."""
    if paths == ("size_measure",):
        return Provenance(sources=("computed",), how="computed")
    return next((record.provenance[path] for path in paths if path in record.provenance), None)


def marks(origin: Provenance) -> Iterable[Mark]:
    """One letter for each kind of source, with the names behind it."""
    if origin.how == "computed":
        yield Mark("C", _("Source: computed from other facts of this record"))
        return
    named: dict[str, list[str]] = {}
    for key in origin.sources:
        named.setdefault(credit(key).letter, []).append(naming.source(key))
    for letter, names in named.items():
        if origin.exact:
            yield Mark(letter, _("Source: %(names)s", names=", ".join(names)))
        else:
            among = _("Source: one of those of this record; among them %(names)s", names=", ".join(names))
            yield Mark(letter, among)


def doubts(origin: Provenance) -> Iterable[str]:
    """How far to trust a fact, in words."""
    if origin.how == "inferred":
        yield _("inferred")
    if origin.unconfirmed:
        yield _("unconfirmed")


def conflict_notes(record: DatasetRecord, paths: Sequence[str]) -> Iterable[str]:
    """What other sources say about the same fact."""
    for conflict in record.conflicts:
        if conflict.field in paths:
            name = naming.source(conflict.source)
            value = in_words(conflict.field, conflict.value)
            yield _(SET_ASIDE if conflict.set_aside else SAID, source=name, value=value)


def in_words(field: str, value: Any) -> str:
    """A value of any field, written as the page writes it."""
    if field == "gsd_m" and isinstance(value, Mapping):
        return html.gsd(value)
    if field == "image_size_px" and isinstance(value, Mapping):
        return image_size(value)
    if field == "volume_gb":
        return html.gigabytes(value)
    if field == "year":
        return str(value)
    if isinstance(value, bool | int | float):
        return html.number(value)
    if isinstance(value, Mapping):
        return ", ".join(f"{html.words(key)} {in_words('', part)}" for key, part in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(in_words(field, part) for part in value)
    return naming.term(CODED[field], str(value)) if field in CODED else str(value)


def other_conflicts(record: DatasetRecord) -> list[str]:
    """Conflicts about facts that stand in no line of the table, with the field's name."""
    shown = {path for _, lines in GROUPS for line in lines for path in line.paths}
    return [
        f"{html.words(path.replace('.', ', '))}: {note}"
        for path in dict.fromkeys(conflict.field for conflict in record.conflicts)
        if path not in shown
        for note in conflict_notes(record, (path,))
    ]

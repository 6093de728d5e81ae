"""What of a record waits for a curator: facts that are missing, contradicted, or confirmed by nobody.

The codes are kept beside the record (`missing:licence`, `conflict:gsd_m`, `unconfirmed:tasks`), so that work
lists count and filter without reading records.
"""

from collections.abc import Iterator

from app.catalogue.completeness import Criterion, completeness
from app.catalogue.record import DatasetRecord

MISSING, CONFLICT, UNCONFIRMED = "missing", "conflict", "unconfirmed"


def work_of(record: DatasetRecord) -> tuple[str, ...]:
    """The codes of a record, each once."""
    return tuple(dict.fromkeys([*_missing(record), *_conflicts(record), *_unconfirmed(record)]))


def _missing(record: DatasetRecord) -> Iterator[str]:
    """What completeness asks for, but for what somebody looked for in vain."""
    for criterion in completeness(record).missing:
        if not _is_answered(record, criterion):
            yield f"{MISSING}:{criterion.key}"
    if record.year is None and not {"year", "published_on"} & _looked_for(record):
        yield f"{MISSING}:year"
    if not record.themes and "themes" not in _looked_for(record):
        yield f"{MISSING}:theme"


def _is_answered(record: DatasetRecord, criterion: Criterion) -> bool:
    """Whether somebody answered that it does not apply, or is stated nowhere."""
    licence = record.licence
    if criterion.key == "licence" and licence is not None and licence.text:
        return True
    return bool(set(criterion.paths) & _looked_for(record))


def _looked_for(record: DatasetRecord) -> set[str]:
    return {*record.not_applicable, *record.not_stated}


def _conflicts(record: DatasetRecord) -> Iterator[str]:
    for conflict in record.conflicts:
        if not conflict.set_aside:
            yield f"{CONFLICT}:{conflict.field}"


def _unconfirmed(record: DatasetRecord) -> Iterator[str]:
    for path, provenance in record.provenance.items():
        if provenance.unconfirmed:
            yield f"{UNCONFIRMED}:{path}"

"""Records in the words of today: codes that curators merged are replaced wherever a record is published."""

from collections.abc import Callable, Mapping
from typing import Any

from app.catalogue import vocabulary
from app.catalogue.record import DatasetRecord

LISTED = {
    "tasks": "task",
    "themes": "theme",
    "modalities": "modality",
    "platforms": "platform",
    "sensors": "sensor",
}
SINGLE = {"label_type": "label_type"}
CHANGEABLE = (*LISTED.values(), *SINGLE.values())
"""The vocabularies whose codes only records and searches name, so that curators can add and merge them."""

Merged = Mapping[str, Mapping[str, str]]


def renewed(record: DatasetRecord, merged: Merged | None = None) -> DatasetRecord:
    """The record with current codes, each once; the same object where nothing changes.

    Args:
        merged: by vocabulary, the code that stands for an old one; those in force unless given.
    """
    in_force: Callable[[str], Mapping[str, str]] = (
        vocabulary.merged if merged is None else lambda name: merged.get(name, {})
    )
    changes: dict[str, Any] = {}
    for field, name in LISTED.items():
        codes, now = getattr(record, field), in_force(name)
        if now and not now.keys().isdisjoint(codes):
            changes[field] = tuple(dict.fromkeys(now.get(code, code) for code in codes))
    for field, name in SINGLE.items():
        code, now = getattr(record, field), in_force(name)
        if code in now:
            changes[field] = now[code]
    return record.model_copy(update=changes) if changes else record

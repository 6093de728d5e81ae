"""Lists that two people changed at once, put together entry by entry where nobody's meaning is lost. Pure.

An entry is known by its name (a split, a class, a place), by its address (a file), or by itself (a task).
Where both changed the same entry, or where the order has a meaning and both added to it, the lists stay two
values between which somebody chooses.
"""

import json
from collections.abc import Sequence
from typing import Any

NAMED = {
    "class_details": "name",
    "band_details": "name",
    "splits": "name",
    "files": "url",
    "creators": "name",
    "spatial.places": "name",
}
"""Lists of objects, with the part that tells which one it is."""
WORDS = frozenset(
    {
        "aliases", "keywords", "languages", "tasks", "themes", "modalities", "platforms", "sensors",
        "image_sources", "processing_levels", "polarisations", "formats", "derived_from", "notes",
        "not_applicable", "not_stated", "spatial.countries",
    }
)  # fmt: skip
"""Lists of texts whose order says nothing."""
ORDERED = frozenset({"bands", "classes", "creators", "class_details", "band_details"})
"""Lists whose order says something, such as the value of a class in a file."""


def together(path: str, before: Any, theirs: Any, ours: Any) -> list[Any] | None:
    """Our list with what they added, changed and took out since `before`; None where somebody must choose."""
    if path not in NAMED and path not in WORDS | ORDERED:
        return None
    keyed = [_keyed(path, entries) for entries in (before, theirs, ours)]
    if None in keyed:
        return None
    old, new, here = (one or {} for one in keyed)
    if not _is_safe(path, old, new, here):
        return None
    kept = {key: _newer(key, old, new, here) for key in here if key in new or key not in old}
    return list({**kept, **{key: entry for key, entry in new.items() if key not in old}}.values())


def _keyed(path: str, entries: Any) -> dict[str, Any] | None:
    """Entries by what tells them apart; None where that does not."""
    entries, name = entries or [], NAMED.get(path)
    if not isinstance(entries, Sequence) or isinstance(entries, str):
        return None
    keyed: dict[str, Any] = {}
    for entry in entries:
        key = entry.get(name) if name and isinstance(entry, dict) else entry
        if not isinstance(key, str) or not key or key in keyed:
            return None
        keyed[key] = entry
    return keyed


def _is_safe(path: str, old: dict[str, Any], new: dict[str, Any], here: dict[str, Any]) -> bool:
    for key in old.keys() | (new.keys() & here.keys()):
        theirs, ours = (_written(side.get(key)) for side in (new, here))
        if theirs != ours and _written(old.get(key)) not in (theirs, ours):
            return False
    if path in WORDS:
        return True
    is_moved = any(_moved(old, side) for side in (new, here))
    both_added = all(side.keys() - old.keys() for side in (new, here))
    return not is_moved and not (both_added and path in ORDERED)


def _moved(old: dict[str, Any], side: dict[str, Any]) -> bool:
    """Whether entries that were there before stand in another order."""
    return [key for key in old if key in side] != [key for key in side if key in old]


def _newer(key: str, old: dict[str, Any], new: dict[str, Any], here: dict[str, Any]) -> Any:
    if key not in new or _written(new[key]) == _written(old.get(key)):
        return here[key]
    return new[key]


def _written(entry: Any) -> str:
    return json.dumps(entry, sort_keys=True)

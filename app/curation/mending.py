"""Answers to what a work list asks about a record: confirm it, decide between sources. Pure, on JSON."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from app.curation.merging import flat, nested

Record = Mapping[str, Any]
KEEP, TAKE = "keep", "take"
ASSERTED = "asserted"
_KEY = re.compile(r"^[a-z0-9]+([-_][a-z0-9]+)*$")


def confirmed(record: Record, paths: Iterable[str], day: date) -> dict[str, Any]:
    """The record with some facts marked as checked on a day."""
    provenance = dict(record.get("provenance") or {})
    for path in paths:
        if path in provenance:
            provenance[path] = {**provenance[path], "checked_on": day.isoformat()}
    return {**record, "provenance": provenance}


def decided(record: Record, choices: Mapping[int, str], day: date) -> dict[str, Any]:
    """The record after somebody decided about contradictions.

    Args:
        choices: by the place in `conflicts`, "keep" for the published value, "take" for that of the other
            source; what is not there stays open.
    """
    values = flat(record)
    provenance = dict(record.get("provenance") or {})
    conflicts = []
    for place, conflict in enumerate(record.get("conflicts") or ()):
        choice = choices.get(place)
        path = conflict["field"]
        if choice == TAKE:
            values[path] = conflict["value"]
            provenance[path] = {"sources": [_key(conflict["source"])], "checked_on": day.isoformat()}
        elif choice == KEEP:
            conflicts.append({**conflict, "set_aside": True})
        else:
            conflicts.append(conflict)
    values = {path: value for path, value in values.items() if not path.startswith("provenance.")}
    kept = {key: record[key] for key in ("uuid",) if key in record}
    return {**kept, **nested(values), "conflicts": conflicts, "provenance": provenance}


def _key(source: str) -> str:
    """A source as provenance names it; one that is no key was put in by curators."""
    return source if _KEY.match(source) else ASSERTED

"""The report of an import as documents: a table for people, objects for programs."""

import csv
import io
from collections.abc import Iterable
from typing import Any

from app.base.spreadsheet import defused
from app.curation.imports.queries import Line
from app.curation.imports.tables import Import

MOST = 20_000
COLUMNS = ("where", "outcome", "name", "slug", "revision", "state", "reasons")


def as_csv(lines: Iterable[Line]) -> bytes:
    """One row a record. What a spreadsheet would run as a formula gets an apostrophe in front."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for one in lines:
        shown = line(one)
        cells = [shown[name] for name in COLUMNS[:-1]]
        reasons = "; ".join(
            f"{reason['path']}: {reason['message']}".removeprefix(": ") for reason in shown["reasons"]
        )
        writer.writerow([defused(str(cell or "")) for cell in (*cells, reasons)])
    return text.getvalue().encode()


def line(one: Line) -> dict[str, Any]:
    """One line of the report."""
    return {
        "where": one.line.label,
        "outcome": one.line.outcome,
        "name": one.line.name,
        "slug": one.line.slug,
        "revision": str(one.line.revision_id) if one.line.revision_id else None,
        "state": one.state or None,
        "reasons": one.line.reasons,
    }


def document(one: Import, counts: dict[str, int]) -> dict[str, Any]:
    """An import as programs read it."""
    return {
        "id": str(one.id),
        "name": one.name,
        "state": one.state,
        "total": one.total,
        "done": one.done,
        "counts": counts,
        "failure": one.failure or None,
        "created": one.created.isoformat(),
        "finished": one.finished.isoformat() if one.finished else None,
        "lines": f"/api/imports/{one.id}/lines",
    }

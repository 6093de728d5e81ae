"""The registry of checks: what is asked of every draft, in the order in which it is told."""

from app.curation.checks import (
    addresses,
    codes,
    counts,
    exports,
    geography,
    identifiers,
    licences,
    relations,
    required,
    sensors,
    texts,
    times,
)
from app.curation.checks.check import Check
from app.curation.checks.reading import IMPOSSIBLE, UNREADABLE
from app.curation.checks.stored import STORED, StoredCheck

CHECKS: tuple[Check, ...] = (
    *required.CHECKS,
    *licences.CHECKS,
    *codes.CHECKS,
    *counts.CHECKS,
    *times.CHECKS,
    *sensors.CHECKS,
    *geography.CHECKS,
    *addresses.CHECKS,
    *identifiers.CHECKS,
    *texts.CHECKS,
    *relations.CHECKS,
)
"""Asked about every record that can be read at all."""

EXPORT_CHECKS: tuple[Check, ...] = exports.CHECKS
"""Asked only where nothing above is an error, because they write the record in other formats."""

STORED_CHECKS: tuple[StoredCheck, ...] = STORED
"""Asked of the database."""

OF_READING = (
    (UNREADABLE, "error", "Can every value be read: known fields, right kinds, within their bounds?"),
    (IMPOSSIBLE, "error", "Are there only dates that a calendar has, and boxes the right way up?"),
)
"""What is asked while a draft is read as a record."""


def as_markdown() -> str:
    """The table of all checks as the documentation shows it."""
    lines = ["| code | severity | what it asks |", "|---|---|---|"]
    registered: list[Check | StoredCheck] = [*CHECKS, *EXPORT_CHECKS, *STORED_CHECKS]
    asked = [*OF_READING, *((one.code, one.severity, one.asks) for one in registered)]
    lines += [f"| `{code}` | {severity} | {asks} |" for code, severity, asks in asked]
    return "\n".join(lines)

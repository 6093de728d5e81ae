"""All checks asked at once: what is wrong with a draft, what it may repeat, and where it would stand."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.orm import Session

from app.base.sentences import sentence as _
from app.catalogue.completeness import completeness
from app.catalogue.record import DatasetRecord
from app.curation import levels
from app.curation.checks import duplicates, reading
from app.curation.checks.check import Check, Subject
from app.curation.checks.registry import CHECKS, EXPORT_CHECKS, STORED_CHECKS
from app.curation.findings import SEVERITIES, Finding, Report


def examine(
    session: Session, draft: Mapping[str, Any], *, published: DatasetRecord | None, today: date | None = None
) -> Report:
    """Everything that is to be said about a draft; any value at all may be given.

    Args:
        published: the record that the draft would change. Errors that it has, too, become warnings: whoever
            adds a licence need not supply everything else that was missing before.
        today: the day of the checks; the current one in UTC unless a test says otherwise.
    """
    today = today or datetime.now(UTC).date()
    read, findings = _looked_over(draft, published, today)
    subject = Subject(read.record, today)
    alike = duplicates.find(session, read.record) if read.record.name != reading.STAND_INS["name"] else ()
    for check in STORED_CHECKS:
        findings += check.findings(session, read.record, alike)
    findings += _exported(subject, findings)
    findings.sort(key=lambda finding: SEVERITIES.index(finding.severity))
    return Report(
        findings=tuple(findings),
        duplicates=alike,
        score_before=completeness(published).score if published else None,
        score_after=completeness(read.record).score,
        level=levels.of_record(session, read.record, findings, today=today).code,
    )


def look_over(
    draft: Mapping[str, Any], *, published: DatasetRecord | None, today: date | None = None
) -> tuple[Finding, ...]:
    """What the checks that need no database say about a draft; for the preview of many."""
    _read, findings = _looked_over(draft, published, today or datetime.now(UTC).date())
    return tuple(findings)


def _looked_over(
    draft: Mapping[str, Any], published: DatasetRecord | None, today: date
) -> tuple[reading.Read, list[Finding]]:
    read = reading.read(draft)
    unread = {one.path.partition(".")[0] for one in read.findings if one.path}
    asked = _asked(CHECKS, Subject(read.record, today))
    # What somebody gave, and nobody could read, is not missing as well.
    told = [
        one for one in asked if not (one.code.endswith("-missing") and one.path.partition(".")[0] in unread)
    ]
    return read, list(_softened([*read.findings, *told], published, today))


def examine_record(record: DatasetRecord, *, today: date | None = None) -> tuple[Finding, ...]:
    """What the checks that need no database say about a record; for lists of many."""
    subject = Subject(record, today or datetime.now(UTC).date())
    findings = list(_asked(CHECKS, subject))
    return (*findings, *_exported(subject, findings))


def _asked(checks: Iterable[Check], subject: Subject) -> Iterator[Finding]:
    for check in checks:
        yield from check.findings(subject)


def _exported(subject: Subject, findings: Iterable[Finding]) -> Iterator[Finding]:
    """What other formats would make of the record; nothing while it holds what none of them can write."""
    if not any(finding.code in levels.VALIDITY for finding in findings):
        yield from _asked(EXPORT_CHECKS, subject)


def _softened(findings: list[Finding], published: DatasetRecord | None, today: date) -> Iterator[Finding]:
    """Findings, with errors that the published record has as well as warnings."""
    standing = set()
    if published is not None:
        found = _asked(CHECKS, Subject(published, today))
        standing = {(one.code, one.path) for one in found if one.severity == "error"}
    for finding in findings:
        if finding.severity == "error" and (finding.code, finding.path) in standing:
            told = _("%(told)s The published record lacks it, too.", told=finding.told)
            yield replace(finding, severity="warning", told=told)
        else:
            yield finding

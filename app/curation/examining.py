"""What the checks say about a revision, written where the queue and the audit find it."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from sqlalchemy.orm import Session

from app.base.errors import Invalid
from app.catalogue.completeness import completeness
from app.catalogue.record import DatasetRecord
from app.curation.findings import Finding, Report
from app.curation.tables import Revision


class Unready(Invalid):
    """A draft that cannot go on as it is; `findings` say what to mend."""

    code = "unready"

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__("; ".join(f"{one.path or 'record'}: {one.message}" for one in findings[:3]))
        self.findings = findings


def record_of(draft: Mapping[str, Any]) -> DatasetRecord:
    """The record that a draft makes.

    Raises:
        Unready: it makes none yet.
    """
    try:
        return DatasetRecord.model_validate(draft)
    except ValidationError as error:
        findings = [
            Finding(one["type"], ".".join(map(str, one["loc"][:2])), "error", one["msg"])
            for one in error.errors()
        ]
        raise Unready(tuple(findings)) from error


def examine(_session: Session, draft: Mapping[str, Any], *, published: DatasetRecord | None) -> Report:
    """What is to be said about a draft."""
    before = completeness(published).score if published else None
    try:
        record = record_of(draft)
    except Unready as error:
        return Report(findings=error.findings, score_before=before)
    return Report(score_before=before, score_after=completeness(record).score, level="Q1")


def note(revision: Revision, report: Report) -> None:
    """Keep a report with the revision it is about."""
    revision.checks = report.as_json()
    revision.score_before, revision.score_after = report.score_before, report.score_after
    revision.level = report.level

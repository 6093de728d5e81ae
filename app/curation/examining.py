"""What the checks say about a revision, written where the queue and the audit find it."""

from sqlalchemy.orm import Session

from app.base.language import SOURCE, language, speaking
from app.catalogue.record import DatasetRecord
from app.curation import checks, standing
from app.curation.findings import Report
from app.curation.tables import Revision


def examine(session: Session, revision: Revision) -> Report:
    """Ask all checks about a revision as it stands, and keep with it what they say, for readers of any
    language; who is stopped by an error is told in their own."""
    now = standing.of_dataset(session, revision.dataset_uuid)
    published = DatasetRecord.model_validate(now.record) if now else None
    with speaking(SOURCE):
        report = checks.examine(session, revision.record, published=published)
    revision.checks = report.as_json()
    revision.score_before, revision.score_after = report.score_before, report.score_after
    revision.level = report.level
    if report.errors and language() != SOURCE:
        return checks.examine(session, revision.record, published=published)
    return report

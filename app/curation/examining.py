"""What the checks say about a revision, written where the queue and the audit find it, and read there."""

from sqlalchemy.orm import Session

from app.catalogue.record import DatasetRecord
from app.curation import checks, standing
from app.curation.findings import Report
from app.curation.tables import Revision


def examine(session: Session, revision: Revision) -> Report:
    """Ask all checks about a revision as it stands, and keep with it what they say."""
    now = standing.of_dataset(session, revision.dataset_uuid)
    published = DatasetRecord.model_validate(now.record) if now else None
    report = checks.examine(session, revision.record, published=published)
    revision.checks = report.as_json()
    revision.score_before, revision.score_after = report.score_before, report.score_after
    revision.level = report.level
    return report


def kept(revision: Revision) -> Report:
    """What the checks said about a revision when it was handed in, in the language of its reader."""
    return Report.from_json(revision.checks or {})

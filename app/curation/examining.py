"""What the checks say about a revision, written where the queue and the audit find it, and read there."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from app.base.language import SOURCE, language, speaking
from app.catalogue.record import DatasetRecord
from app.curation import checks, standing
from app.curation.findings import Finding, Report
from app.curation.tables import Revision


def examine(session: Session, revision: Revision) -> Report:
    """Ask all checks about a revision as it stands, and keep with it what they say, for readers of any
    language; who is stopped by an error is told in their own."""
    published = _published(session, revision)
    with speaking(SOURCE):
        report = checks.examine(session, revision.record, published=published)
    revision.checks = report.as_json()
    revision.score_before, revision.score_after = report.score_before, report.score_after
    revision.level = report.level
    if report.errors and language() != SOURCE:
        return checks.examine(session, revision.record, published=published)
    return report


def kept(session: Session, revision: Revision) -> Report:
    """What the checks said about a revision when it was handed in, in the language of whoever reads it.

    The words are kept in English. For readers of another language the checks are asked once more, and what
    they say again is said in the words of now; what is no longer found stays as it was written.
    """
    report = Report.from_json(revision.checks or {})
    if language() == SOURCE or not (report.findings or report.duplicates):
        return report
    again = checks.examine(session, revision.record, published=_published(session, revision))
    reasons = {one.slug: one.why for one in again.duplicates}
    return replace(
        report,
        findings=tuple(_said_again(report.findings, again.findings)),
        duplicates=tuple(replace(one, why=reasons.get(one.slug, one.why)) for one in report.duplicates),
    )


def _said_again(findings: Sequence[Finding], again: Sequence[Finding]) -> Iterator[Finding]:
    """Findings in the words of those that were found again; a check finds its own in the same order."""
    words: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in again:
        words[one.code, one.path].append(one.message)
    before = Counter((one.code, one.path) for one in findings)
    for one in findings:
        said = words[one.code, one.path]
        is_same = len(said) == before[one.code, one.path]
        before[one.code, one.path] -= 1
        yield replace(one, message=said.pop(0)) if is_same else one


def _published(session: Session, revision: Revision) -> DatasetRecord | None:
    now = standing.of_dataset(session, revision.dataset_uuid)
    return DatasetRecord.model_validate(now.record) if now else None

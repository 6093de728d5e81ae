"""How a dataset stands to others: never to itself, and never twice."""

from collections.abc import Iterator

from app.base.sentences import sentence as _
from app.curation.checks.check import Check, Said, Subject


def _itself(subject: Subject) -> Iterator[Said]:
    record = subject.record
    if record.slug in record.derived_from:
        yield "derived_from", _("A dataset cannot be derived from itself. Remove %(slug)s.", slug=record.slug)
    if any(relation.slug == record.slug for relation in record.relations):
        yield "relations", _("A dataset has no relation to itself. Remove %(slug)s.", slug=record.slug)


def _subset_of_nothing(subject: Subject) -> Iterator[Said]:
    record = subject.record
    if record.kind == "subset" and not record.derived_from and not record.relations:
        yield "derived_from", _("Name the dataset that it is a part of.")


CHECKS = (
    Check("derived-from-itself", "error", "Is it not derived from itself?", _itself),
    Check("subset-of-nothing", "warning", "Does a subset name what it is a part of?", _subset_of_nothing),
)

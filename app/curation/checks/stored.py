"""What a record says of others, held against the published catalogue."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.base.sentences import sentence as _
from app.catalogue.record import DatasetRecord
from app.catalogue.tables import Dataset, SlugRedirect, Tombstone
from app.curation.checks.check import Said
from app.curation.findings import Duplicate, Finding, Severity


@dataclass(frozen=True)
class StoredCheck:
    """A check that asks the database; otherwise as `Check`."""

    code: str
    severity: Severity
    asks: str
    run: Callable[[Session, DatasetRecord, tuple[Duplicate, ...]], Iterator[Said]]

    def findings(
        self, session: Session, record: DatasetRecord, duplicates: tuple[Duplicate, ...]
    ) -> Iterator[Finding]:
        """What it has to say about a record."""
        for path, told in self.run(session, record, duplicates):
            yield Finding(self.code, path, self.severity, told)


def _related(session: Session, record: DatasetRecord, _duplicates: tuple[Duplicate, ...]) -> Iterator[Said]:
    named = [("derived_from", slug) for slug in record.derived_from]
    named += [("relations", relation.slug) for relation in record.relations]
    if not named:
        return
    slugs = [slug for _path, slug in named]
    known = set(session.scalars(select(Dataset.slug).where(Dataset.slug.in_(slugs))))
    known |= set(session.scalars(select(SlugRedirect.slug).where(SlugRedirect.slug.in_(slugs))))
    for path, slug in named:
        if slug not in known and slug != record.slug:
            yield (
                path,
                _("There is no dataset “%(slug)s” here. Suggest it first, or mend the name.", slug=slug),
            )


def _slug(session: Session, record: DatasetRecord, _duplicates: tuple[Duplicate, ...]) -> Iterator[Said]:
    owners = [
        select(Dataset.uuid).where(Dataset.slug == record.slug),
        select(SlugRedirect.dataset_uuid).where(SlugRedirect.slug == record.slug),
        select(Tombstone.dataset_uuid).where(Tombstone.slug == record.slug),
    ]
    if any(owner != record.uuid for owner in session.scalars(owners[0].union(*owners[1:]))):
        yield (
            "slug",
            _(
                "The short name “%(slug)s” belongs to another dataset. If it is the same, correct that one; "
                "if not, choose another, such as %(slug)s-2.",
                slug=record.slug,
            ),
        )


def _identical(
    _session: Session, _record: DatasetRecord, duplicates: tuple[Duplicate, ...]
) -> Iterator[Said]:
    for duplicate in duplicates:
        if duplicate.likeness == 1.0:
            yield (
                "name",
                _(
                    "“%(name)s” is here already with %(why)s. Correct that record if it is the same; else "
                    "say that this is a variant or a part of it.",
                    name=duplicate.name,
                    why=duplicate.told,
                ),
            )


STORED = (
    StoredCheck("slug-taken", "error", "Does its address belong to no other dataset?", _slug),
    StoredCheck("related-unknown", "error", "Are the datasets it names in the catalogue?", _related),
    StoredCheck("duplicate-likely", "warning", "Is it not in the catalogue yet, by name or DOI?", _identical),
)

"""Favourites as pages show them: the datasets behind the numbers that an account keeps, and their files."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalogue.record import DatasetRecord
from app.catalogue.search import Row
from app.catalogue.tables import Dataset
from app.exchange.formats import bibtex
from app.exchange.formats.citations import citations
from app.portal import api
from app.portal.answers import json_bytes

MOST_AT_ONCE = 200
"""How many favourites of a browser are taken over together."""


@dataclass(frozen=True)
class Kept:
    """A favourite that is still in the catalogue."""

    slug: str
    name: str


def kept(session: Session, numbers: Sequence[UUID]) -> list[Kept]:
    """Those of some datasets that are in the catalogue now, in the order given."""
    asked = select(Dataset.uuid, Dataset.slug, Dataset.name).where(Dataset.uuid.in_(numbers))
    found = {number: Kept(slug, name) for number, slug, name in session.execute(asked)}
    return [found[number] for number in numbers if number in found]


def numbers_of(session: Session, slugs: Collection[str]) -> list[UUID]:
    """The numbers of datasets by slug, in the order given; a slug that is gone is passed over."""
    asked = select(Dataset.slug, Dataset.uuid).where(Dataset.slug.in_(slugs))
    found = {slug: number for slug, number in session.execute(asked)}
    return [found[slug] for slug in slugs if slug in found]


def as_bibtex(session: Session, numbers: Sequence[UUID]) -> bytes:
    """One file with the entries of every favourite."""
    entries = [bibtex.entry(one) for row in _rows(session, numbers) for one in citations(row.record)]
    return "\n".join(entries).encode()


def as_json(session: Session, numbers: Sequence[UUID], base: str) -> bytes:
    """One list with every favourite as `/api/datasets/{slug}` has it."""
    return json_bytes([api.document(row, base) for row in _rows(session, numbers)])


def _rows(session: Session, numbers: Sequence[UUID]) -> list[Row]:
    found = {row.uuid: row for row in session.scalars(select(Dataset).where(Dataset.uuid.in_(numbers)))}
    present = [found[number] for number in numbers if number in found]
    return [Row(row.id, DatasetRecord.model_validate(row.record), row.card, row.updated) for row in present]

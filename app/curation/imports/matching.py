"""Which published dataset a piece is about, asked once for many pieces."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import ARRAY, Text, cast, or_, select
from sqlalchemy.orm import Session

from app.catalogue.tables import Dataset
from app.curation.checks.duplicates import keys_of
from app.curation.imports.drafting import Said
from app.curation.standing import Standing


def published(session: Session, said: Sequence[Said]) -> list[Standing | None]:
    """For each piece the dataset with its uuid, else with its slug, else with its DOI; None for a new one.

    Three questions however many pieces there are. A slug alone counts only in records of our own, since
    others name their datasets without knowing ours.
    """
    named = [one.identifiers for one in said]
    uuids = _valid(one.get("uuid", "") for one in named)
    slugs = {one["slug"] for one, piece in zip(named, said, strict=True) if piece.is_whole and "slug" in one}
    dois = {f"doi:{one['data_doi'].lower()}" for one in named if "data_doi" in one}
    by_name = _by_name(session, uuids, slugs)
    by_doi = _by_doi(session, dois)
    return [_best(one, piece, by_name, by_doi) for one, piece in zip(named, said, strict=True)]


def _best(
    named: Mapping[str, str], said: Said, by_name: Mapping[str, Standing], by_doi: Mapping[str, Standing]
) -> Standing | None:
    slug = named.get("slug", "") if said.is_whole else ""
    doi = f"doi:{named.get('data_doi', '').lower()}"
    return by_name.get(named.get("uuid", "").lower()) or by_name.get(slug) or by_doi.get(doi)


def _valid(texts: Iterable[str]) -> set[UUID]:
    found = set()
    for text in texts:
        try:
            found.add(UUID(text))
        except ValueError:
            continue
    return found


_COLUMNS = (Dataset.id, Dataset.uuid, Dataset.slug, Dataset.name, Dataset.record, Dataset.revision)


def _by_name(session: Session, uuids: set[UUID], slugs: set[str]) -> dict[str, Standing]:
    asked = select(*_COLUMNS).where(or_(Dataset.uuid.in_(uuids), Dataset.slug.in_(slugs)))
    found = [Standing(*row) for row in session.execute(asked)]
    return {key: one for one in found for key in (one.slug, str(one.uuid))}


def _by_doi(session: Session, dois: set[str]) -> dict[str, Standing]:
    if not dois:
        return {}
    keys = keys_of(Dataset.record)
    asked = select(keys, *_COLUMNS).where(keys.op("&&")(cast(sorted(dois), ARRAY(Text))))
    return {key: Standing(*row) for theirs, *row in session.execute(asked) for key in theirs if key in dois}

"""The one way into the published catalogue, for bundled files, imports and accepted revisions alike."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import islice
from typing import Any

from geoalchemy2.shape import from_shape
from shapely.geometry.base import BaseGeometry
from sqlalchemy import ColumnElement, Insert, Text, bindparam, delete, func, insert, literal_column, select
from sqlalchemy import Sequence as DatabaseSequence
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from app.catalogue.quality import Mark, put_mark, rename
from app.catalogue.record import DatasetRecord
from app.catalogue.renewing import renewed
from app.catalogue.rows import Prepared, prepare
from app.catalogue.tables import Change, Dataset, DatasetArea, DatasetText, Outline, OutlinePart
from app.catalogue.terms import follow

BATCH = 250
CHANGE_LOCK = 5_320_117
VERSIONS = DatabaseSequence("catalogue_version")
WEIGHTED = (("eo_names", "a"), ("eo_english", "b"), ("eo_english", "c"), ("eo_english", "d"))
MERCATOR_LIMIT = 85.05
LOW_ZOOM_TOLERANCE = 20_000.0
MOST_CORNERS = 48


@dataclass
class Published:
    """How many records were new, changed and the same."""

    new: int = 0
    changed: int = 0
    same: int = 0


def publish(session: Session, record: DatasetRecord, *, mark: Mark | None = None) -> Published:
    """Publish one record: a new dataset, or a new state of the one with its slug.

    Args:
        mark: of a reviewed publication. The dataset is then known by its identifier, so it may have another
            slug than before, and the former one leads to it.
    Raises:
        Conflict: another dataset has the slug.
    """
    if mark is None:
        return publish_many(session, [record])
    if mark.former_slug not in ("", record.slug):
        rename(session, record, mark.former_slug)
    outcome = publish_many(session, [record])
    put_mark(session, record, mark)
    if outcome.same:
        # Pages show the mark, and are kept by their readers until the version changes.
        draw_version(session)
    return outcome


def publish_many(
    session: Session, records: Iterable[DatasetRecord], *, progress: Callable[[int], None] | None = None
) -> Published:
    """Publish many records as one change; records that are published already in this state are left alone.

    Args:
        progress: called after each batch with the number of records dealt with in it.
    """
    # Records are found under the words of the vocabularies, so the newest must be in force here.
    follow(session)
    outcome = Published()
    version = None
    for batch in _batches(records):
        prepared = [prepare(renewed(record)) for record in batch]
        known = _known(session, [one.dataset["slug"] for one in prepared])
        changed = [one for one in prepared if known.get(one.dataset["slug"]) != one.dataset["content_hash"]]
        if changed:
            version = version or draw_version(session)
            _write(session, changed, version)
        replaced = sum(one.dataset["slug"] in known for one in changed)
        outcome.new += len(changed) - replaced
        outcome.changed += replaced
        outcome.same += len(prepared) - len(changed)
        if progress:
            progress(len(batch))
    return outcome


def withdraw(session: Session, slugs: Sequence[str]) -> int:
    """Take datasets out of the published catalogue; returns how many there were."""
    statement = delete(Dataset).where(Dataset.slug.in_(slugs)).returning(Dataset.id)
    removed = list(session.scalars(statement))
    if removed:
        draw_version(session, removed)
    return len(removed)


def replace_outlines(session: Session, outlines: Iterable[tuple[str, str, str, BaseGeometry]]) -> int:
    """Store the outlines (code, kind, name, geometry in degrees) of countries and continents anew."""
    session.execute(delete(Outline))
    rows = [
        {"code": code, "kind": kind, "name": name, "geometry": from_shape(geometry, srid=4326)}
        for code, kind, name, geometry in outlines
    ]
    geometry = bindparam("geometry", type_=Outline.geometry.type)
    statement = Outline.__table__.insert().values(  # type: ignore[attr-defined]
        code=bindparam("code"),
        kind=bindparam("kind"),
        name=bindparam("name"),
        geometry=geometry,
        mercator=_mercator(geometry),
        mercator_low=func.st_simplifypreservetopology(_mercator(geometry), LOW_ZOOM_TOLERANCE),
    )
    session.execute(statement, rows)
    parts = select(Outline.code, func.st_subdivide(Outline.geometry, MOST_CORNERS))
    session.execute(insert(OutlinePart).from_select(["code", "geometry"], parts))
    return len(rows)


def _batches(records: Iterable[DatasetRecord]) -> Iterator[list[DatasetRecord]]:
    remaining = iter(records)
    while batch := list(islice(remaining, BATCH)):
        yield batch


def _known(session: Session, slugs: list[str]) -> dict[str, str]:
    rows = session.execute(select(Dataset.slug, Dataset.content_hash).where(Dataset.slug.in_(slugs)))
    return dict(rows.all())


def draw_version(session: Session, removed: Sequence[int] = ()) -> int:
    """Draw the next version; the lock, held to the end of the transaction, makes versions rise in commit
    order."""
    session.execute(select(func.pg_advisory_xact_lock(CHANGE_LOCK)))
    version = session.scalar(select(VERSIONS.next_value()))
    session.execute(insert(Change).values(version=version, removed=list(removed)))
    return int(version or 0)


def _write(session: Session, prepared: Sequence[Prepared], version: int) -> None:
    ids = _write_datasets(session, prepared, version)
    session.execute(delete(DatasetText).where(DatasetText.dataset_id.in_(ids.values())))
    session.execute(delete(DatasetArea).where(DatasetArea.dataset_id.in_(ids.values())))
    texts = [{"dataset_id": ids[one.dataset["slug"]], **one.texts} for one in prepared]
    session.execute(_text_row(), texts)
    areas = [
        {**area, "dataset_id": ids[one.dataset["slug"]], "geometry": from_shape(area["geometry"], srid=4326)}
        for one in prepared
        for area in one.areas
    ]
    if areas:
        session.execute(_area_row(), areas)


def _write_datasets(session: Session, prepared: Sequence[Prepared], version: int) -> dict[str, int]:
    rows = [{**one.dataset, "version": version} for one in prepared]
    statement = upsert(Dataset)
    kept = ("id", "slug", "uuid", "updated")
    replaced = {column.name: statement.excluded[column.name] for column in Dataset.__table__.columns}
    statement = statement.on_conflict_do_update(
        index_elements=["slug"],
        set_={**{name: value for name, value in replaced.items() if name not in kept}, "updated": func.now()},
    )
    written = session.execute(statement.returning(Dataset.slug, Dataset.id), rows)
    return dict(written.all())


def _text_row() -> Insert:
    """Insert words weighted by where they stand; the database stems and folds them."""
    parts: list[ColumnElement[Any]] = [
        func.setweight(
            func.to_tsvector(config, bindparam(weight, type_=Text)), literal_column(f"'{weight.upper()}'")
        )
        for config, weight in WEIGHTED
    ]
    return DatasetText.__table__.insert().values(  # type: ignore[attr-defined,no-any-return]
        dataset_id=bindparam("dataset_id"),
        words=reduce(lambda so_far, part: so_far.concat(part), parts),
        name_words=func.to_tsvector("eo_names", bindparam("a", type_=Text)),
        compact_names=bindparam("compact_names"),
        names=bindparam("names"),
    )


def _area_row() -> Insert:
    geometry = bindparam("geometry", type_=DatasetArea.geometry.type)
    return DatasetArea.__table__.insert().values(  # type: ignore[attr-defined,no-any-return]
        dataset_id=bindparam("dataset_id"),
        kind=bindparam("kind"),
        name=bindparam("name"),
        precision=bindparam("precision"),
        geometry=geometry,
        mercator=_mercator(geometry),
    )


def _mercator(geometry: ColumnElement[Any]) -> ColumnElement[Any]:
    """The geometry on the web map, cut at the latitude where that map ends."""
    band = func.st_makeenvelope(-180, -MERCATOR_LIMIT, 180, MERCATOR_LIMIT, 4326)
    return func.st_transform(func.st_intersection(geometry, band), 3857)

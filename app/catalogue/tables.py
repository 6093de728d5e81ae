"""The rows of the published catalogue.

`Dataset.record` keeps the whole record; columns repeat only what is searched, sorted or joined, so that a new
metadata field needs no migration. Every change draws a new version from one sequence, which readers compare
with the version of the columns they hold in memory.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import BigInteger, Computed, ForeignKey, Index, Integer, SmallInteger, Text, func, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TIMESTAMP, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from app.base.tables import Table as Table


class Dataset(Table):
    """One published dataset, with the codes and numbers that searches compare."""

    __tablename__ = "dataset"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    slug: Mapped[str] = mapped_column(Text, unique=True)
    uuid: Mapped[UUID] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(Text)
    record: Mapped[dict[str, Any]] = mapped_column(JSONB)
    card: Mapped[dict[str, Any]] = mapped_column(JSONB)
    content_hash: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(BigInteger, index=True)
    updated: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True), server_default=func.now())

    tasks: Mapped[list[str]] = mapped_column(ARRAY(Text))
    modalities: Mapped[list[str]] = mapped_column(ARRAY(Text))
    sensors: Mapped[list[str]] = mapped_column(ARRAY(Text))
    platforms: Mapped[list[str]] = mapped_column(ARRAY(Text))
    themes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    label_types: Mapped[list[str]] = mapped_column(ARRAY(Text))
    licence_classes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    kinds: Mapped[list[str]] = mapped_column(ARRAY(Text))
    extents: Mapped[list[str]] = mapped_column(ARRAY(Text))
    countries: Mapped[list[str]] = mapped_column(ARRAY(Text))
    continents: Mapped[list[str]] = mapped_column(ARRAY(Text))
    geo_statuses: Mapped[list[str]] = mapped_column(ARRAY(Text))
    libraries: Mapped[list[str]] = mapped_column(ARRAY(Text))
    outlines: Mapped[list[str]] = mapped_column(ARRAY(Text))
    work: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))

    gsd_min: Mapped[float | None]
    gsd_max: Mapped[float | None]
    year: Mapped[int | None] = mapped_column(SmallInteger)
    samples: Mapped[int | None] = mapped_column(BigInteger)
    classes: Mapped[int | None] = mapped_column(BigInteger)
    volume: Mapped[float | None]
    images: Mapped[int | None] = mapped_column(BigInteger)
    size_measure: Mapped[float | None]
    first_day: Mapped[date | None]
    last_day: Mapped[date | None]
    completeness: Mapped[int] = mapped_column(SmallInteger)
    prominence: Mapped[int] = mapped_column(SmallInteger)

    # The number of the reviewed state that is shown; 0 for what came bundled and was never curated.
    revision: Mapped[int] = mapped_column(Integer, server_default=text("0"))


# An expression over a column of the class above, so it can only be declared after it.
Index(
    "ix_dataset_derived_from",
    Dataset.__table__.c.record.op("->")(text("'derived_from'")).label("derived_from"),
    postgresql_using="gin",
    postgresql_ops={"derived_from": "jsonb_path_ops"},
)
Index("ix_dataset_keys", func.eo_keys(Dataset.__table__.c.record).label("keys"), postgresql_using="gin")


class DatasetText(Table):
    """The words of a dataset, in rows so narrow that the hits of a common word lie on few pages.

    `filler` makes PostgreSQL move the words out of the row; the migration tells how.
    """

    __tablename__ = "dataset_text"

    dataset_id: Mapped[int] = mapped_column(ForeignKey("dataset.id", ondelete="CASCADE"), primary_key=True)
    words: Mapped[str] = mapped_column(TSVECTOR)
    name_words: Mapped[str] = mapped_column(TSVECTOR)
    compact_names: Mapped[list[str]] = mapped_column(ARRAY(Text))
    names: Mapped[str] = mapped_column(Text)
    filler: Mapped[str] = mapped_column(Text, server_default=text("repeat(' ', 2100)"))

    __table_args__ = (
        Index("ix_dataset_text_words", "words", postgresql_using="gin"),
        Index("ix_dataset_text_name_words", "name_words", postgresql_using="gin"),
        Index(
            "ix_dataset_text_names", "names", postgresql_using="gin", postgresql_ops={"names": "gin_trgm_ops"}
        ),
    )


class DatasetArea(Table):
    """One known footprint or place of a dataset; outlines of countries stand in `Outline`, once for all."""

    __tablename__ = "dataset_area"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    dataset_id: Mapped[int] = mapped_column(ForeignKey("dataset.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(Text)
    name: Mapped[str | None] = mapped_column(Text)
    precision: Mapped[str] = mapped_column(Text)
    geometry: Mapped[WKBElement] = mapped_column(Geometry("GEOMETRY", 4326, spatial_index=False))
    mercator: Mapped[WKBElement] = mapped_column(Geometry("GEOMETRY", 3857, spatial_index=False))
    centre: Mapped[WKBElement] = mapped_column(
        Geometry("POINT", 3857, spatial_index=False),
        Computed("st_pointonsurface(mercator)", persisted=True),
    )

    __table_args__ = (
        Index("ix_dataset_area_geometry", "geometry", postgresql_using="gist"),
        Index("ix_dataset_area_mercator", "mercator", postgresql_using="gist"),
        Index("ix_dataset_area_centre", "centre", postgresql_using="gist"),
    )


class Outline(Table):
    """The outline of a country or continent (Natural Earth), which stands in where no footprint is known."""

    __tablename__ = "outline"

    code: Mapped[str] = mapped_column(Text, primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    geometry: Mapped[WKBElement] = mapped_column(Geometry("GEOMETRY", 4326, spatial_index=False))
    mercator: Mapped[WKBElement] = mapped_column(Geometry("GEOMETRY", 3857, spatial_index=False))
    mercator_low: Mapped[WKBElement] = mapped_column(Geometry("GEOMETRY", 3857, spatial_index=False))

    __table_args__ = (Index("ix_outline_mercator", "mercator", postgresql_using="gist"),)


class OutlinePart(Table):
    """A piece of an outline with few corners, so that asking which outlines touch an area is quick."""

    __tablename__ = "outline_part"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    code: Mapped[str] = mapped_column(ForeignKey("outline.code", ondelete="CASCADE"), index=True)
    geometry: Mapped[WKBElement] = mapped_column(Geometry("GEOMETRY", 4326, spatial_index=False))

    __table_args__ = (Index("ix_outline_part_geometry", "geometry", postgresql_using="gist"),)


class Change(Table):
    """One committed change of the catalogue; versions rise in commit order and are never used twice."""

    __tablename__ = "catalogue_change"

    version: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True), server_default=func.now())
    removed: Mapped[list[int]] = mapped_column(ARRAY(Integer))


class DatasetQuality(Table):
    """How good a published record is, and who looked at it last.

    `level` is Q0 to Q3; `reasons` says what each higher one lacks, as `{"Q2": [{"words": "…"}]}`. The mark
    of a review (`reviewed`, by `reviewer`) belongs to the state with the number `reviewed_number` and stays
    with it.
    """

    __tablename__ = "dataset_quality"

    dataset_id: Mapped[int] = mapped_column(ForeignKey("dataset.id", ondelete="CASCADE"), primary_key=True)
    level: Mapped[str] = mapped_column(Text)
    reasons: Mapped[dict[str, list[Any]]] = mapped_column(JSONB)
    examined: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True), index=True)
    reviewed: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))
    reviewed_number: Mapped[int | None] = mapped_column(Integer)
    reviewer: Mapped[str] = mapped_column(Text, server_default=text("''"))


class SlugRedirect(Table):
    """A slug that a dataset had before; it points to the dataset, so that renaming twice needs no chain."""

    __tablename__ = "slug_redirect"

    slug: Mapped[str] = mapped_column(Text, primary_key=True)
    dataset_uuid: Mapped[UUID] = mapped_column(index=True)
    created: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True), server_default=func.now())


class Tombstone(Table):
    """What is left of a dataset that was taken back: its name, when and why, and what to use instead."""

    __tablename__ = "tombstone"

    dataset_uuid: Mapped[UUID] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    successor: Mapped[str | None] = mapped_column(Text)
    withdrawn: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True), server_default=func.now())

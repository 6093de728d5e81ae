"""The rows of tiles; their files lie in the storage."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, LargeBinary, Text, func, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from app.base.tables import Table

SCHEMA = {"schema": "tile"}
USER = "accounts.user.id"
MOMENT = TIMESTAMP(timezone=True)
NONE = text("'{}'")


class SampleTile(Table):
    """A sample tile, or an upload, which belongs to no dataset and expires.

    `document` is its STAC Item as `documents` writes it; the columns beside it repeat what is searched.
    Whoever holds the secret of the digest may do with an upload what its owner may. `bytes` are those of all
    files. `recipe` tells by which version of the simulation a tile was made.
    """

    __tablename__ = "sample_tile"

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    dataset_slug: Mapped[str | None] = mapped_column(Text)
    simulated: Mapped[bool]
    split: Mapped[str | None] = mapped_column(Text)
    imitates: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=NONE)
    bands: Mapped[list[str]] = mapped_column(ARRAY(Text))
    answers: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=NONE)
    document: Mapped[dict[str, Any]] = mapped_column(JSONB)
    owner_id: Mapped[int | None] = mapped_column(
        ForeignKey(USER, ondelete="CASCADE"), index=True, type_=Integer
    )
    secret_digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    bytes: Mapped[int] = mapped_column(BigInteger)
    recipe: Mapped[str | None] = mapped_column(Text)
    created: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())
    expires: Mapped[datetime | None] = mapped_column(MOMENT)

    __table_args__ = (
        Index("ix_sample_tile_dataset_slug", "dataset_slug", "id"),
        Index("ix_sample_tile_imitates", "imitates", postgresql_using="gin"),
        Index("ix_sample_tile_expires", "expires", postgresql_where=text("expires is not null")),
        SCHEMA,
    )

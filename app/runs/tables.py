"""The rows of runs, in a schema of their own that the reading role has no access to."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, LargeBinary, SmallInteger, Text, func, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from app.base.tables import Table

MOMENT = TIMESTAMP(timezone=True)
EMPTY_LIST, EMPTY_OBJECT = text("'[]'"), text("'{}'")
IS_OPEN = text("state in ('queued', 'running')")


class Run(Table):
    """One or more models applied to one tile.

    `asker` is "user" and a number, or "visitor" and a digest. `is_private` runs are of uploads: only those
    see them who may see the tile. `attempts` counts the starts; what an earlier one still writes is refused.
    `key` and `request` let the same request come twice. `outcome` holds the reports of the models, `receipt`
    what is needed to repeat them.
    """

    __tablename__ = "run"
    __table_args__ = (
        CheckConstraint("state in ('queued', 'running', 'succeeded', 'failed', 'cancelled')"),
        CheckConstraint("progress between 0 and 100"),
        Index("ix_run_asker_key", "asker", "key", unique=True, postgresql_where=text("key is not null")),
        Index("ix_run_tile_id", "tile_id", "created"),
        Index("ix_run_models", "models", postgresql_using="gin"),
        Index("ix_run_expires", "expires"),
        Index("ix_run_open", "created", postgresql_where=IS_OPEN),
        {"schema": "run"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    tile_id: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, server_default=text("'queued'"))
    progress: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    stage: Mapped[str] = mapped_column(Text, server_default=text("''"))
    log: Mapped[list[dict[str, str]]] = mapped_column(JSONB, server_default=EMPTY_LIST)
    models: Mapped[list[str]] = mapped_column(ARRAY(Text))
    options: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=EMPTY_OBJECT)
    asker: Mapped[str] = mapped_column(Text)
    is_private: Mapped[bool] = mapped_column(server_default=text("false"))
    key: Mapped[str | None] = mapped_column(Text)
    request: Mapped[bytes] = mapped_column(LargeBinary)
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    error: Mapped[str] = mapped_column(Text, server_default=text("''"))
    outcome: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    receipt: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    created: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())
    started: Mapped[datetime | None] = mapped_column(MOMENT)
    ended: Mapped[datetime | None] = mapped_column(MOMENT)
    expires: Mapped[datetime] = mapped_column(MOMENT)

    @property
    def is_open(self) -> bool:
        """Whether something is still to be expected of it."""
        return self.state in ("queued", "running")

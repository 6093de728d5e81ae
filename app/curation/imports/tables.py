"""The rows of imports: the file as it came, and one line for each record in it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary, Text, func, text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.orm import Mapped, deferred, mapped_column

from app.base.tables import Table
from app.curation.tables import REVISION, SCHEMA, USER

MOMENT = TIMESTAMP(timezone=True)


class Import(Table):
    """One file on its way into drafts; `content` is dropped once it is cut into lines."""

    __tablename__ = "import"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey(USER, ondelete="SET NULL"))
    actor_name: Mapped[str] = mapped_column(Text)
    actor_role: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    content: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
    total: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    done: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    failure: Mapped[str] = mapped_column(Text, server_default=text("''"))
    created: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())
    finished: Mapped[datetime | None] = mapped_column(MOMENT)

    __table_args__ = (Index("ix_curation_import_created", "created", "id"), SCHEMA)


class ImportLine(Table):
    """One record of a file: where it stands there, what became of it, and why.

    `reasons` are findings as objects of path and message. `piece` is dropped once it is dealt with; its
    digest tells whether the same piece came before.
    """

    __tablename__ = "import_line"

    import_id: Mapped[UUID] = mapped_column(
        ForeignKey("curation.import.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    label: Mapped[str] = mapped_column(Text)
    piece: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    outcome: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text, server_default=text("''"))
    slug: Mapped[str] = mapped_column(Text, server_default=text("''"))
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=text("'[]'"))
    revision_id: Mapped[UUID | None] = mapped_column(ForeignKey(REVISION, ondelete="SET NULL"), index=True)

    __table_args__ = (
        Index("ix_curation_import_line_digest", "digest", postgresql_where=text("revision_id is not null")),
        SCHEMA,
    )

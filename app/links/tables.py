"""The rows of links. Visitors see their states, so they lie where the reading role reads."""

from datetime import date, datetime

from sqlalchemy import (
    REAL,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    Integer,
    SmallInteger,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from app.base.tables import Table
from app.catalogue.tables import Dataset

MOMENT = TIMESTAMP(timezone=True)
LINK = "link.id"
UNKNOWN = text("'unknown'")
NEVER = text("'epoch'")


class Link(Table):
    """One address that records name, whoever names it.

    `state` was found last; `shown` is what visitors are told, which changes for the worse only after failures
    on two days. `size` (bytes) and `checksum` are those of the first success, which later ones are held
    against; `seen_size` and `seen_checksum` are the last ones told.
    """

    __tablename__ = "link"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    address: Mapped[str] = mapped_column(Text, unique=True)
    host: Mapped[str] = mapped_column(Text)
    is_file: Mapped[bool] = mapped_column(server_default=text("false"))
    state: Mapped[str] = mapped_column(Text, server_default=UNKNOWN)
    shown: Mapped[str] = mapped_column(Text, server_default=UNKNOWN)
    status: Mapped[int | None] = mapped_column(SmallInteger)
    note: Mapped[str] = mapped_column(Text, server_default=text("''"))
    target: Mapped[str | None] = mapped_column(Text)
    size: Mapped[int | None] = mapped_column(BigInteger)
    checksum: Mapped[str | None] = mapped_column(Text)
    seen_size: Mapped[int | None] = mapped_column(BigInteger)
    seen_checksum: Mapped[str | None] = mapped_column(Text)
    failed_days: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    failing_since: Mapped[datetime | None] = mapped_column(MOMENT)
    last_failed: Mapped[date | None]
    checked: Mapped[datetime | None] = mapped_column(MOMENT)
    succeeded: Mapped[datetime | None] = mapped_column(MOMENT)
    next_check: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())
    added: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())

    __table_args__ = (
        Index("ix_link_due", "host", "next_check"),
        Index("ix_link_shown", "shown", postgresql_where=text("shown not in ('ok', 'unknown')")),
    )


class LinkUse(Table):
    """A published dataset names an address, under the path of a fact."""

    __tablename__ = "link_use"

    dataset_id: Mapped[int] = mapped_column(
        ForeignKey(Dataset.id, ondelete="CASCADE"), primary_key=True, type_=Integer
    )
    link_id: Mapped[int] = mapped_column(
        ForeignKey(LINK, ondelete="CASCADE"), primary_key=True, index=True, type_=BigInteger
    )
    path: Mapped[str] = mapped_column(Text, primary_key=True)


class LinkCheck(Table):
    """One look at an address; `seconds` is how long it took, `size` in bytes where it was told."""

    __tablename__ = "link_check"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    link_id: Mapped[int] = mapped_column(ForeignKey(LINK, ondelete="CASCADE"), type_=BigInteger)
    moment: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())
    state: Mapped[str] = mapped_column(Text)
    status: Mapped[int | None] = mapped_column(SmallInteger)
    note: Mapped[str] = mapped_column(Text, server_default=text("''"))
    size: Mapped[int | None] = mapped_column(BigInteger)
    seconds: Mapped[float] = mapped_column(REAL)

    __table_args__ = (Index("ix_link_check_link", "link_id", "moment"),)


class LinkHost(Table):
    """A server: when it may be asked again, and until when somebody is asking it."""

    __tablename__ = "link_host"

    host: Mapped[str] = mapped_column(Text, primary_key=True)
    troubles: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    not_before: Mapped[datetime] = mapped_column(MOMENT, server_default=NEVER)
    busy_until: Mapped[datetime] = mapped_column(MOMENT, server_default=NEVER)


class LinkMirror(Table):
    """The same file at another address, as an operator says."""

    __tablename__ = "link_mirror"

    link_id: Mapped[int] = mapped_column(
        ForeignKey(LINK, ondelete="CASCADE"), primary_key=True, type_=BigInteger
    )
    mirror_id: Mapped[int] = mapped_column(
        ForeignKey(LINK, ondelete="CASCADE"), primary_key=True, index=True, type_=BigInteger
    )

    __table_args__ = (CheckConstraint("link_id <> mirror_id"),)


class LinkCollection(Table):
    """One row: the version of the catalogue whose addresses are known."""

    __tablename__ = "link_collection"

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, server_default=text("1"))
    version: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (CheckConstraint("id = 1"),)

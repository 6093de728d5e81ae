"""The rows of curation, in a schema of their own that the reading role has no access to.

A revision is a record on its way into the catalogue, or a state that was published once. Audit rows are only
ever added; each holds the digest of the one before it.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, Integer, LargeBinary, Text, func, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from app.base.tables import Table

SCHEMA = {"schema": "curation"}
USER = "accounts.user.id"
REVISION = "curation.revision.id"
MOMENT = TIMESTAMP(timezone=True)


class Revision(Table):
    """A proposed record, what it started from, and how far it has come.

    `number` counts the published states of a dataset from 1; `base` is the record that was published when
    this began, `base_number` its number (0: bundled, or nothing). `lock` grows with every change. Whoever
    holds the secret of one of the digests may act as the visitor who submitted it; mails to them are in
    `submitter_language`, "" where it is not known.
    """

    __tablename__ = "revision"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    dataset_uuid: Mapped[UUID]
    slug: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    number: Mapped[int | None] = mapped_column(Integer)
    base_number: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    record: Mapped[dict[str, Any]] = mapped_column(JSONB)
    base: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    lock: Mapped[int] = mapped_column(Integer, server_default=text("1"))

    submitter_id: Mapped[int | None] = mapped_column(ForeignKey(USER, ondelete="SET NULL"), index=True)
    submitter_name: Mapped[str] = mapped_column(Text, server_default=text("''"))
    submitter_email: Mapped[str] = mapped_column(Text, server_default=text("''"))
    submitter_language: Mapped[str] = mapped_column(Text, server_default=text("''"))
    writers: Mapped[list[int]] = mapped_column(ARRAY(Integer), server_default=text("'{}'"))
    secret_digest: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    mailed_digest: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    confirm_digest: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    confirm_until: Mapped[datetime | None] = mapped_column(MOMENT)
    confirmed: Mapped[datetime | None] = mapped_column(MOMENT)
    assigned_id: Mapped[int | None] = mapped_column(ForeignKey(USER, ondelete="SET NULL"), index=True)

    created: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())
    changed: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())
    submitted: Mapped[datetime | None] = mapped_column(MOMENT)
    decided: Mapped[datetime | None] = mapped_column(MOMENT)
    publish_at: Mapped[datetime | None] = mapped_column(MOMENT)
    published: Mapped[datetime | None] = mapped_column(MOMENT)
    reviewer_name: Mapped[str] = mapped_column(Text, server_default=text("''"))
    reason: Mapped[str] = mapped_column(Text, server_default=text("''"))
    change_set: Mapped[UUID | None] = mapped_column(index=True)

    checks: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    score_before: Mapped[int | None] = mapped_column(Integer)
    score_after: Mapped[int | None] = mapped_column(Integer)
    level: Mapped[str | None] = mapped_column(Text)
    audit_head: Mapped[bytes | None] = mapped_column(LargeBinary)

    __table_args__ = (
        Index("ix_curation_revision_number", "dataset_uuid", "number", unique=True),
        Index(
            "ix_curation_revision_published",
            "dataset_uuid",
            unique=True,
            postgresql_where=text("state = 'published'"),
        ),
        Index("ix_curation_revision_state", "state", "submitted", "id"),
        Index("ix_curation_revision_due", "publish_at", postgresql_where=text("state = 'accepted'")),
        SCHEMA,
    )

    @property
    def waits_for_mail(self) -> bool:
        """Whether a visitor has submitted it and has yet to open the link that was mailed."""
        return self.confirm_digest is not None


class AuditEntry(Table):
    """One step of a revision: who, what, why, and what the checks said; `digest` covers all of it."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    revision_id: Mapped[UUID] = mapped_column(ForeignKey(REVISION))
    position: Mapped[int] = mapped_column(Integer)
    moment: Mapped[datetime] = mapped_column(MOMENT, index=True)
    actor_id: Mapped[int | None] = mapped_column(Integer)
    actor_name: Mapped[str] = mapped_column(Text)
    actor_role: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(Text)
    from_state: Mapped[str | None] = mapped_column(Text)
    to_state: Mapped[str] = mapped_column(Text)
    lock: Mapped[int] = mapped_column(Integer)
    reason: Mapped[str] = mapped_column(Text)
    checks: Mapped[dict[str, Any]] = mapped_column(JSONB)
    record_digest: Mapped[bytes] = mapped_column(LargeBinary)
    previous: Mapped[bytes | None] = mapped_column(LargeBinary)
    digest: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (
        Index("ix_curation_audit_position", "revision_id", "position", unique=True),
        SCHEMA,
    )


class Comment(Table):
    """One remark in the thread of a revision; `path` names the fact it is about, "" the whole."""

    __tablename__ = "comment"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    revision_id: Mapped[UUID] = mapped_column(ForeignKey(REVISION, ondelete="CASCADE"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey(USER, ondelete="SET NULL"))
    author_name: Mapped[str] = mapped_column(Text)
    author_role: Mapped[str] = mapped_column(Text)
    path: Mapped[str] = mapped_column(Text, server_default=text("''"))
    text: Mapped[str] = mapped_column(Text)
    created: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())

    __table_args__ = (Index("ix_curation_comment_revision_id", "revision_id", "id"), SCHEMA)


class IdempotencyKey(Table):
    """What a request with a key was answered, for as long as the same request may come again."""

    __tablename__ = "idempotency_key"

    who: Mapped[str] = mapped_column(Text, primary_key=True)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    request: Mapped[bytes] = mapped_column(LargeBinary)
    status: Mapped[int] = mapped_column(Integer)
    headers: Mapped[dict[str, str]] = mapped_column(JSONB)
    body: Mapped[str] = mapped_column(Text)
    created: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now(), index=True)

    __table_args__ = SCHEMA

"""The rows of accounts, in a schema of their own that the reading role has no access to.

No secret stands here as it is: passwords are argon2 hashes, everything else that opens a door is a digest of
256 random bits. The one exception is the key of a second factor, which must be known to check a code.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from app.base.tables import Table

SCHEMA = {"schema": "accounts"}
USER = "accounts.user.id"
MOMENT = TIMESTAMP(timezone=True)


class User(Table):
    """A person with an account; `email_key` is the address in the form in which it is compared.

    `language` is the one last chosen on a page, for mails; None is that of whoever causes the mail.
    """

    __tablename__ = "user"
    __table_args__ = SCHEMA

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    email: Mapped[str] = mapped_column(Text)
    email_key: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text)
    password: Mapped[str | None] = mapped_column(Text)
    totp: Mapped[str | None] = mapped_column(Text)
    totp_step: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))
    created: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())
    language: Mapped[str | None] = mapped_column(Text)


class UserSession(Table):
    """A browser that is signed in; `stage` says what is still asked of it."""

    __tablename__ = "session"
    __table_args__ = SCHEMA

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(USER, ondelete="CASCADE"), index=True)
    stage: Mapped[str] = mapped_column(Text)
    agent: Mapped[str] = mapped_column(Text)
    network: Mapped[str] = mapped_column(Text)
    created: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())
    used: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())
    expires: Mapped[datetime] = mapped_column(MOMENT)


class ApiToken(Table):
    """A token for programs; `start` are its first characters, by which its owner knows it again."""

    __tablename__ = "token"
    __table_args__ = SCHEMA

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(USER, ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(Text)
    start: Mapped[str] = mapped_column(Text)
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    created: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())
    expires: Mapped[datetime] = mapped_column(MOMENT)
    used: Mapped[datetime | None] = mapped_column(MOMENT)


class MailedLink(Table):
    """A link that was mailed: to a new password, or to a new account where `user_id` is missing."""

    __tablename__ = "mailed_link"
    __table_args__ = SCHEMA

    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    email: Mapped[str] = mapped_column(Text)
    user_id: Mapped[int | None] = mapped_column(ForeignKey(USER, ondelete="CASCADE"), index=True)
    expires: Mapped[datetime] = mapped_column(MOMENT)


class RecoveryCode(Table):
    """A code that stands in once for a lost second factor."""

    __tablename__ = "recovery_code"
    __table_args__ = SCHEMA

    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(USER, ondelete="CASCADE"), index=True)


class LinkedIdentity(Table):
    """Who a user is at another provider of identities."""

    __tablename__ = "identity"
    __table_args__ = SCHEMA

    provider: Mapped[str] = mapped_column(Text, primary_key=True)
    subject: Mapped[str] = mapped_column(Text, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(USER, ondelete="CASCADE"), index=True)


class Attempts(Table):
    """How often something was tried since a moment; `key` does not tell by whom."""

    __tablename__ = "attempts"
    __table_args__ = SCHEMA

    key: Mapped[str] = mapped_column(Text, primary_key=True)
    count: Mapped[int]
    until: Mapped[datetime] = mapped_column(MOMENT, index=True)


class Event(Table):
    """What happened to an account: sign-ins, failed ones too, and changes of what guards it."""

    __tablename__ = "event"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey(USER, ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(Text)
    agent: Mapped[str] = mapped_column(Text)
    network: Mapped[str] = mapped_column(Text)
    moment: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now(), index=True)

    __table_args__ = (Index("ix_accounts_event_user", "user_id", "id"), SCHEMA)


class Favourite(Table):
    """A dataset that somebody keeps, by the number that it has whatever its slug becomes."""

    __tablename__ = "favourite"
    __table_args__ = SCHEMA

    user_id: Mapped[int] = mapped_column(ForeignKey(USER, ondelete="CASCADE"), primary_key=True)
    dataset_uuid: Mapped[UUID] = mapped_column(primary_key=True)
    created: Mapped[datetime] = mapped_column(MOMENT, server_default=func.clock_timestamp())


class SavedSearch(Table):
    """A search that somebody keeps under a name; `parameters` are those of its address."""

    __tablename__ = "saved_search"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(USER, ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(Text)
    parameters: Mapped[str] = mapped_column(Text)
    created: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())

    __table_args__ = (UniqueConstraint("user_id", "name"), SCHEMA)


class Mail(Table):
    """A message that waits to be sent."""

    __tablename__ = "mail"
    __table_args__ = SCHEMA

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    recipient: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    created: Mapped[datetime] = mapped_column(MOMENT, server_default=func.now())

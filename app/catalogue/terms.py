"""What curators changed in the vocabularies, as the database has it, taken into use by every process.

Each change draws a version of the catalogue. Whoever finds a version that this process has not followed yet
reads the terms anew, so that no service needs to be started again.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import BigInteger, Text, func, select
from sqlalchemy.dialects.postgresql import ARRAY, TIMESTAMP
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.base.tables import Table
from app.catalogue import vocabulary
from app.catalogue.vocabulary import Overlay, Term


class VocabularyTerm(Table):
    """A term that curators added or changed; it stands before the one of the file with the same code.

    `status` is active, deprecated (kept, not offered) or merged; then `merged_into` holds the code that
    stands for it now.
    """

    __tablename__ = "vocabulary_term"

    vocabulary: Mapped[str] = mapped_column(Text, primary_key=True)
    code: Mapped[str] = mapped_column(Text, primary_key=True)
    label: Mapped[str] = mapped_column(Text)
    definition: Mapped[str] = mapped_column(Text, server_default="")
    synonyms: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    grouping: Mapped[str | None] = mapped_column(Text)
    parent: Mapped[str | None] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text)
    merged_into: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(BigInteger, index=True)
    changed: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True), server_default=func.now())


def follow(session: Session) -> bool:
    """Take the terms that the session sees into use, unless they are; returns whether they were new."""
    version = session.scalar(select(func.coalesce(func.max(VocabularyTerm.version), 0))) or 0
    if version == vocabulary.version():
        return False
    rows = session.scalars(select(VocabularyTerm).order_by(VocabularyTerm.vocabulary, VocabularyTerm.code))
    vocabulary.lay(overlay_of(rows, version))
    return True


def overlay_of(rows: Iterable[VocabularyTerm], version: int) -> Overlay:
    """The rows as the vocabularies take them in."""
    terms: dict[str, dict[str, Term]] = {}
    merged: dict[str, dict[str, str]] = {}
    for row in rows:
        if row.status == "merged" and row.merged_into:
            merged.setdefault(row.vocabulary, {})[row.code] = row.merged_into
        else:
            terms.setdefault(row.vocabulary, {})[row.code] = term_of(row)
    return Overlay(version, terms, merged)


def term_of(row: VocabularyTerm) -> Term:
    """A row as a term; what no curator can change comes from the file."""
    bundled = vocabulary.bundled(row.vocabulary).get(row.code)
    return Term(
        code=row.code,
        label=row.label,
        definition=row.definition,
        synonyms=tuple(row.synonyms),
        group=row.grouping,
        numeric=bundled.numeric if bundled else None,
        parent=row.parent,
        is_deprecated=row.status == "deprecated",
    )

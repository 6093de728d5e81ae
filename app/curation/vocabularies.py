"""The vocabularies as their editor shows them: terms, how many records hold each, and what was changed."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.base.errors import NotFound
from app.base.language import N_, _
from app.catalogue import vocabulary
from app.catalogue.index import current_index
from app.catalogue.renewing import CHANGEABLE
from app.catalogue.vocabulary import Term
from app.curation.vocabulary_tables import VocabularyChange
from app.portal.rail import FACET_TITLES

MOST_CHANGES = 50
ACTIONS: Mapping[str, str] = {
    "add": N_("added"),
    "edit": N_("edited"),
    "merge": N_("merged"),
    "deprecate": N_("no longer offered"),
    "restore": N_("offered again"),
}


@dataclass(frozen=True)
class Listed:
    """One vocabulary in the overview."""

    name: str
    title: str
    terms: int
    changed: int
    is_open: bool


@dataclass(frozen=True)
class Line:
    """One term with the number of records that hold it; `into` is the label of what it was merged into."""

    term: Term
    records: int
    is_changed: bool
    into: str = ""
    group: str = ""


def title(name: str) -> str:
    """A vocabulary in a word or two.

    Raises:
        NotFound: there is none of this name.
    """
    if name not in vocabulary.VOCABULARIES:
        raise NotFound(_("There is no vocabulary “%(name)s”.", name=name[:60]))
    return _(FACET_TITLES[name])


def overview() -> list[Listed]:
    """Every vocabulary, those that are open to new terms first."""
    names = sorted(vocabulary.VOCABULARIES, key=lambda name: name not in CHANGEABLE)
    return [
        Listed(name, title(name), len(vocabulary.terms(name)), len(changed(name)), name in CHANGEABLE)
        for name in names
    ]


def changed(name: str) -> set[str]:
    """The codes that curators changed, added or merged."""
    return {
        *vocabulary.merged(name),
        *(
            code
            for code, term in vocabulary.terms(name).items()
            if term != vocabulary.bundled(name).get(code)
        ),
    }


def lines(session: Session, name: str, words: str) -> list[Line]:
    """The terms of a vocabulary that have the words in any of their names, then those that were merged."""
    codes = current_index(session).codes.get(name)
    totals = codes.totals if codes else {}
    touched, groups = changed(name), vocabulary.groups(name)
    found = [
        Line(term, totals.get(code, 0), code in touched, group=groups.get(term.group or "", term.group or ""))
        for code, term in vocabulary.terms(name).items()
        if _fits(term, words)
    ]
    gone = [
        Line(Term(old, old), totals.get(old, 0), True, vocabulary.label(name, new))
        for old, new in vocabulary.merged(name).items()
        if words.casefold() in old.casefold()
    ]
    return [*found, *gone]


def _fits(term: Term, words: str) -> bool:
    wanted = words.casefold().strip()
    return not wanted or any(
        wanted in text.casefold() for text in (term.code, term.label, term.definition, *term.synonyms)
    )


def history(session: Session, name: str, code: str | None = None) -> list[VocabularyChange]:
    """The latest changes of a vocabulary, or of one term, the last one first."""
    asked = select(VocabularyChange).where(VocabularyChange.vocabulary == name)
    if code is not None:
        asked = asked.where(VocabularyChange.code == code)
    return list(session.scalars(asked.order_by(VocabularyChange.id.desc()).limit(MOST_CHANGES)))


def said(change: VocabularyChange) -> list[str]:
    """What a change did, one sentence a field."""
    before, after = change.before or {}, change.after or {}
    if "merged_into" in after:
        return [_("into “%(code)s”", code=after["merged_into"])]
    return [
        f"{_(FIELDS.get(key, key))}: {_text(before.get(key))} → {_text(after.get(key))}"
        for key in {**before, **after}
        if before.get(key) != after.get(key) and key in FIELDS
    ]


FIELDS: Mapping[str, str] = {
    "label": N_("Label"),
    "definition": N_("Definition"),
    "synonyms": N_("Synonyms"),
    "group": N_("Group"),
    "parent": N_("Wider term"),
}


def _text(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(str(part) for part in value) or "–"
    return str(value) if value else "–"

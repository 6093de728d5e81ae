"""Changes to the vocabularies: a term edited, added, merged into another, withdrawn from use, taken back.

Each change draws a version that every process follows, and writes an audit row. Records that hold the term
are written anew, because the search finds them under its words: a few at once, many by a job.
"""

import re
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app import jobs
from app.base.errors import Invalid, NotFound
from app.base.language import _
from app.catalogue import terms as stored
from app.catalogue import vocabulary
from app.catalogue.changes import draw_version, publish_many
from app.catalogue.index import CODED
from app.catalogue.record import DatasetRecord
from app.catalogue.renewing import CHANGEABLE, renewed
from app.catalogue.tables import Dataset
from app.catalogue.terms import VocabularyTerm
from app.catalogue.vocabulary import Term
from app.curation.actors import Actor
from app.curation.vocabulary_tables import VocabularyChange

RENEW = "renew_records"
AT_ONCE = 100
"""Records written anew in the request that changes a term; more are left to the worker."""
CHUNK = 250
LONGEST_LABEL = 100
LONGEST_DEFINITION = 500
MOST_SYNONYMS = 60
_CODE = re.compile(r"^[a-z0-9]+(-[a-z0-9]+)*$")
_SENSOR = re.compile(r"^\S(?:[^\x00-\x1f<>]{0,58}\S)?$")


class Wrong(Invalid):
    """A value of a term that cannot be kept; `field` is the one to mend."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class Given:
    """A term as somebody typed it."""

    label: str
    definition: str = ""
    synonyms: tuple[str, ...] = ()
    group: str | None = None
    parent: str | None = None


def edit(session: Session, actor: Actor, name: str, code: str, given: Given) -> VocabularyChange | None:
    """Give a term another label, definition, other synonyms, group or parent; None where nothing differs."""
    before = get(session, name, code)
    after = replace(before, **asdict(_checked(name, code, given)))
    if after == before:
        return None
    return _write(session, actor, "edit", name, before, after)


def add(session: Session, actor: Actor, name: str, code: str, given: Given) -> VocabularyChange:
    """Add a term to a vocabulary that is open to new ones."""
    _check_open(name)
    shape = _SENSOR if name == "sensor" else _CODE
    if not shape.match(code) or len(code) > 60:
        raise Wrong("code", _("Use small letters, digits and single hyphens, at most 60 characters."))
    stored.follow(session)
    if vocabulary.spellings(name).get(code.lower()):
        raise Wrong("code", _("This code or word is taken by another term."))
    term = Term(code, **asdict(_checked(name, code, given)))
    return _write(session, actor, "add", name, None, term)


def merge(session: Session, actor: Actor, name: str, old: str, new: str) -> VocabularyChange:
    """Let one term stand for another from now on: in records, in searches, in addresses of old.

    The words of the old term become synonyms of the new one.
    """
    _check_open(name)
    gone, kept = get(session, name, old), get(session, name, new)
    if gone.code == kept.code:
        raise Wrong("into", _("A term cannot be merged into itself. Choose another."))
    synonyms = dict.fromkeys([*kept.synonyms, gone.label, *gone.synonyms])
    synonyms.pop(kept.label, None)
    richer = replace(kept, synonyms=tuple(synonyms)[:MOST_SYNONYMS])
    version = draw_version(session)
    for row in session.scalars(_rows(name).where(VocabularyTerm.merged_into == gone.code)):
        row.merged_into, row.version = kept.code, version
    _put(session, name, richer, version)
    _put(session, name, gone, version, merged_into=kept.code)
    session.flush()
    return _log(
        session, actor, "merge", name, gone.code, _json(gone), {"merged_into": kept.code},
        _renew(session, name, gone.code, version, {name: {gone.code: kept.code}}),
    )  # fmt: skip


def deprecate(
    session: Session, actor: Actor, name: str, code: str, *, is_deprecated: bool
) -> VocabularyChange:
    """Offer a term no longer, or again; records keep it."""
    _check_open(name)
    before = get(session, name, code)
    action = "deprecate" if is_deprecated else "restore"
    return _write(session, actor, action, name, before, replace(before, is_deprecated=is_deprecated))


def get(session: Session, name: str, code: str) -> Term:
    """A term as it stands now, bundled or changed.

    Raises:
        NotFound: there is none.
    """
    if name in vocabulary.VOCABULARIES:
        stored.follow(session)
        found = vocabulary.terms(name).get(code)
        if found is not None:
            return found
    raise NotFound(_("There is no term “%(code)s” in this vocabulary.", code=code[:60]))


def _check_open(name: str) -> None:
    if name not in CHANGEABLE:
        raise Invalid(_("The codes of this vocabulary are fixed; only their words can be changed."))


def _checked(name: str, code: str, given: Given) -> Given:
    """What was typed, with plain blanks.

    Raises:
        Wrong: a field to mend.
    """
    label = " ".join(given.label.split())
    definition = " ".join(given.definition.split())
    synonyms = tuple(
        dict.fromkeys(word for word in (" ".join(one.split()) for one in given.synonyms) if word)
    )
    if not label or len(label) > LONGEST_LABEL:
        raise Wrong("label", _("Give a label of at most %(most)s characters.", most=LONGEST_LABEL))
    if len(definition) > LONGEST_DEFINITION:
        raise Wrong("definition", _("At most %(most)s characters fit.", most=LONGEST_DEFINITION))
    if len(synonyms) > MOST_SYNONYMS or any(len(word) > LONGEST_LABEL for word in synonyms):
        raise Wrong("synonyms", _("At most %(most)s short words are kept.", most=MOST_SYNONYMS))
    _check_words(name, code, label, synonyms)
    _check_place(name, code, given)
    return Given(label, definition, synonyms, given.group or None, given.parent or None)


def _check_words(name: str, code: str, label: str, synonyms: tuple[str, ...]) -> None:
    """No word may be the name of another term: a search for it could mean either."""
    taken = {
        word.lower(): one.code
        for one in vocabulary.terms(name).values()
        for word in (one.code, one.label)
        if one.code != code
    }
    if label.lower() in taken:
        raise Wrong(
            "label", _("This is the name of “%(other)s”. Choose another.", other=taken[label.lower()])
        )
    for word in synonyms:
        if word.lower() in taken:
            raise Wrong(
                "synonyms",
                _("“%(word)s” is the name of “%(other)s”. Merge the two, or leave it out.",
                  word=word, other=taken[word.lower()]),
            )  # fmt: skip


def _check_place(name: str, code: str, given: Given) -> None:
    groups = vocabulary.groups(name)
    if groups and given.group not in groups:
        raise Wrong("group", _("Choose a group."))
    seen, parent = {code}, given.parent or None
    while parent is not None:
        if parent in seen or parent not in vocabulary.terms(name):
            raise Wrong("parent", _("Choose another term that does not lie below this one."))
        seen.add(parent)
        parent = vocabulary.terms(name)[parent].parent


def _write(
    session: Session, actor: Actor, action: str, name: str, before: Term | None, after: Term
) -> VocabularyChange:
    version = draw_version(session)
    _put(session, name, after, version)
    session.flush()
    has_words = before is not None and (before.label, before.synonyms) != (after.label, after.synonyms)
    records = _renew(session, name, after.code, version, None) if has_words else 0
    return _log(session, actor, action, name, after.code, _json(before), _json(after), records)


def _rows(name: str) -> Any:
    return select(VocabularyTerm).where(VocabularyTerm.vocabulary == name)


def _put(session: Session, name: str, term: Term, version: int, merged_into: str | None = None) -> None:
    status = "merged" if merged_into else "deprecated" if term.is_deprecated else "active"
    values = {
        "label": term.label,
        "definition": term.definition,
        "synonyms": list(term.synonyms),
        "grouping": term.group,
        "parent": term.parent,
        "status": status,
        "merged_into": merged_into,
        "version": version,
        "changed": func.now(),
    }
    statement = insert(VocabularyTerm).values(vocabulary=name, code=term.code, **values)
    session.execute(statement.on_conflict_do_update(index_elements=["vocabulary", "code"], set_=values))


def _log(
    session: Session,
    actor: Actor,
    action: str,
    name: str,
    code: str,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    records: int,
) -> VocabularyChange:
    row = VocabularyChange(
        actor_id=actor.user_id,
        actor_name=actor.name,
        action=action,
        vocabulary=name,
        code=code,
        before=before,
        after=after,
        records=records,
    )
    session.add(row)
    session.flush()
    return row


def _json(term: Term | None) -> dict[str, Any] | None:
    """A term without what it does not say."""
    return {key: value for key, value in asdict(term).items() if value} if term else None


def _renew(session: Session, name: str, code: str, version: int, merged: Any) -> int:
    """Write the records that hold a code anew, or have the worker do it; returns how many there are."""
    holding = session.scalar(select(func.count()).select_from(Dataset).where(_holds(name, code))) or 0
    if holding > AT_ONCE:
        jobs.enqueue(session, RENEW, vocabulary=name, code=code)
    else:
        stored.follow(session)
        records = session.scalars(select(Dataset.record).where(_holds(name, code)).order_by(Dataset.id))
        publish_many(session, [renewed(DatasetRecord.model_validate(one), merged) for one in records.all()])
    return holding


def renew(session: Session, *, vocabulary: str, code: str, after: int = 0) -> None:
    """Write the next records that hold a code anew, and leave the rest to a job of its own."""
    stored.follow(session)
    asked = select(Dataset.id, Dataset.record).where(_holds(vocabulary, code), Dataset.id > after)
    rows = session.execute(asked.order_by(Dataset.id).limit(CHUNK)).all()
    publish_many(session, [renewed(DatasetRecord.model_validate(record)) for _id, record in rows])
    if len(rows) == CHUNK:
        jobs.enqueue(session, RENEW, vocabulary=vocabulary, code=code, after=rows[-1][0])


def _holds(name: str, code: str) -> ColumnElement[bool]:
    """Whether a record has a code; vocabularies that no column repeats are held by none."""
    column = CODED.get(name)
    return column.contains([code]) if column is not None else Dataset.id < 0

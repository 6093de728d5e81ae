"""Published datasets that a draft may describe once more, found by name, identifier and address."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from sqlalchemy import ARRAY, ColumnElement, Text, any_, bindparam, cast, func, select, true
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from app.base.sentences import Sentence
from app.base.sentences import sentence as _
from app.catalogue import words
from app.catalogue.record import DatasetRecord
from app.catalogue.tables import Dataset, DatasetText
from app.curation.findings import Duplicate

Answer = Literal["same", "variant", "subset", "different"]

LIKELY_NAME = 0.55
MOST = 8
MOST_ASKED = 60
MOST_NAMES = 6

# Kinds of keys that the database makes of a record: how likely two records with the same key are the same
# dataset, and what to say of it. A home page is often that of a family.
KEYS: Mapping[str, tuple[float, Sentence]] = {
    "doi": (1.0, _("the same DOI of the data")),
    "url": (0.9, _("the same home page or download")),
    "paper": (0.7, _("presented in the same paper")),
    "arxiv": (0.7, _("presented in the same paper")),
    "code": (0.6, _("the same repository of code")),
}


def find(session: Session, record: DatasetRecord) -> tuple[Duplicate, ...]:
    """The likeliest first, without the dataset itself and those whose relation is stated already."""
    answered = {record.slug, *record.derived_from, *(relation.slug for relation in record.relations)}
    found: dict[str, Duplicate] = {}
    for one in (*_by_key(session, record), *_by_name(session, record)):
        known = found.get(one.slug)
        if one.slug not in answered and (known is None or known.likeness < one.likeness):
            found[one.slug] = one
    return tuple(sorted(found.values(), key=lambda one: (-one.likeness, one.slug))[:MOST])


def answered(draft: Mapping[str, Any], slug: str, answer: Answer) -> dict[str, Any]:
    """The draft with what its author says of a likely duplicate.

    "variant" and "subset" become a relation to that dataset; a subset is also derived from it. "different"
    leaves the draft as it is, and so does "same": then the published dataset is the one to correct.
    """
    if answer not in ("variant", "subset"):
        return dict(draft)
    relation = {"kind": "subset-of" if answer == "subset" else "variant-of", "slug": slug}
    kept = [
        one
        for one in _listed(draft, "relations")
        if not (isinstance(one, Mapping) and one.get("slug") == slug)
    ]
    changed: dict[str, Any] = {**draft, "relations": [*kept, relation]}
    if answer == "subset":
        changed["kind"] = "subset"
        changed["derived_from"] = list(dict.fromkeys([*_listed(draft, "derived_from"), slug]))
    return changed


def _listed(draft: Mapping[str, Any], name: str) -> list[Any]:
    value = draft.get(name)
    return list(value) if isinstance(value, list | tuple) else []


def keys_of(record: Any) -> ColumnElement[Any]:
    """The keys of a record in the database, such as `doi:10.5281/zenodo.1` and `url:bigearth.net`."""
    return func.eo_keys(record, type_=ARRAY(Text))


def _by_key(session: Session, record: DatasetRecord) -> Iterator[Duplicate]:
    """Datasets with a key of this one; each key is looked up in the index, and no other record is read."""
    document = record.model_dump(
        mode="json", include={"data_doi", "publication", "urls"}, exclude_defaults=True
    )
    own = func.unnest(keys_of(bindparam("document", document, type_=JSONB))).table_valued("key")
    own = own.render_derived("own")
    theirs = keys_of(Dataset.record).op("@>")(func.array_append(cast([], ARRAY(Text)), own.c.key))
    asked = select(own.c.key, Dataset.slug, Dataset.name).join(Dataset, theirs).limit(MOST_ASKED)
    for key, slug, name in session.execute(asked.where(Dataset.uuid != record.uuid)):
        likeness, told = KEYS[key.partition(":")[0]]
        yield Duplicate(slug, name, told, likeness)


def _by_name(session: Session, record: DatasetRecord) -> Iterator[Duplicate]:
    names = [name for name in (record.name, *record.aliases)[:MOST_NAMES] if words.compact(name)]
    if not names:
        return
    given = ([words.plain(name) for name in names], [words.compact(name) for name in names])
    typed = func.unnest(*(cast(list_, ARRAY(Text)) for list_ in given)).table_valued("name", "compact")
    typed = typed.render_derived("typed")
    own = func.unnest(func.string_to_array(DatasetText.names, " | ")).table_valued("name").lateral("own")
    likeness = func.max(func.similarity(own.c.name, typed.c.name))
    is_same = func.bool_or(typed.c.compact == any_(DatasetText.compact_names))
    # The few likeliest are found among the narrow rows of names before any other row is looked at.
    likeliest = (
        select(DatasetText.dataset_id, likeness.label("likeness"), is_same.label("is_same"))
        .select_from(typed)
        .join(DatasetText, DatasetText.names.op("%>")(typed.c.name))
        .join(own, true())
        .group_by(DatasetText.dataset_id)
        .order_by(is_same.desc(), likeness.desc())
        .limit(MOST + 1)
        .subquery()
    )
    asked = select(Dataset.slug, Dataset.name, likeliest.c.likeness, likeliest.c.is_same)
    asked = asked.join(Dataset, Dataset.id == likeliest.c.dataset_id)
    for slug, name, alike, same in session.execute(asked.where(Dataset.uuid != record.uuid)):
        if same:
            yield Duplicate(slug, name, _("the same name"), 1.0)
        elif alike >= LIKELY_NAME:
            yield Duplicate(slug, name, _("a similar name"), round(float(alike), 2))

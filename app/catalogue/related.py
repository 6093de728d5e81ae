"""Which other datasets belong with one: ancestors, descendants, the family of its name, and what is alike."""

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.catalogue import vocabulary, words
from app.catalogue.index import Index, current_index
from app.catalogue.record import DatasetRecord
from app.catalogue.tables import Dataset, DatasetText

MOST_RELATED = 24
MOST_ALIKE = 5
LEAST_SHARED = 3.0

# What two datasets may share, how much it tells, and how a reason names it.
SHARED = (
    ("task", 2.0, "same task"),
    ("theme", 1.5, "same theme"),
    ("sensor", 1.5, "same sensor"),
    ("modality", 0.5, "same modality"),
    ("label_type", 0.5, "same kind of label"),
    ("country", 0.5, "same country"),
)


@dataclass(frozen=True)
class Like:
    """A similar dataset and what it shares."""

    card: dict[str, Any]
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Related:
    """Cards of the datasets around one."""

    parents: tuple[dict[str, Any], ...]
    children: tuple[dict[str, Any], ...]
    family: tuple[dict[str, Any], ...]
    like: tuple[Like, ...]


def related(session: Session, record: DatasetRecord) -> Related:
    """What a record derives from, what derives from it, its family by name, and similar datasets with
    reasons."""
    parents = _cards(session, Dataset.slug.in_(record.derived_from))
    children = _cards(session, Dataset.record["derived_from"].contains([record.slug]))
    known = {record.slug, *(card["slug"] for card in (*parents, *children))}
    family = tuple(card for card in _family(session, record) if card["slug"] not in known)
    known |= {card["slug"] for card in family}
    return Related(parents, children, family, _alike(session, record, known))


def _cards(session: Session, condition: Any) -> tuple[dict[str, Any], ...]:
    statement = select(Dataset.card).where(condition).order_by(Dataset.name).limit(MOST_RELATED)
    return tuple(session.scalars(statement))


def family_name(name: str) -> str | None:
    """The word that a family of datasets shares: SpaceNet for "SpaceNet 8", SEN12MS for "SEN12MS-CR".

    Only coined words tell a family; a plain word or a sensor heads names that have nothing in common.
    """
    head = re.split(r"[\s\-_.:(]", name, maxsplit=1)[0]
    coined = (
        len(head) >= 3 and re.search(r"\d|[A-Z].*[A-Z]|[a-z][A-Z]", head) and re.search(r"[A-Za-z]", head)
    )
    sensors = {
        words.compact(text) for code in vocabulary.terms("sensor") for text in (code, code.split("-")[0])
    }
    return words.plain(head) if coined and words.compact(head) not in sensors else None


def _family(session: Session, record: DatasetRecord) -> tuple[dict[str, Any], ...]:
    head = family_name(record.name)
    if head is None:
        return ()
    exact = DatasetText.names == head
    longer = [DatasetText.names.like(f"{_escaped(head)}{more}") for more in (" %", " |%")]
    same = select(DatasetText.dataset_id).where(or_(exact, *longer))
    return _cards(session, Dataset.id.in_(same))


def _escaped(text: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", text)


def _alike(session: Session, record: DatasetRecord, known: set[str]) -> tuple[Like, ...]:
    """The datasets that share most, better described ones first among equals; nothing where little is
    shared."""
    index = current_index(session)
    if record.slug not in index.slugs:
        return ()
    own = index.slugs.index(record.slug)
    shared = {name: _sharing(index, name, own) for name, _, _ in SHARED}
    scores = np.sum([weight * shared[name] for name, weight, _ in SHARED], axis=0)
    for row, slug in enumerate(index.slugs):
        if slug in known:
            scores[row] = 0
    best = np.lexsort((index.ids, -index.prior, -scores))[:MOST_ALIKE]
    rows = [int(row) for row in best if scores[row] >= LEAST_SHARED]
    cards = {
        card["slug"]: card for card in _cards(session, Dataset.slug.in_([index.slugs[row] for row in rows]))
    }
    return tuple(
        Like(cards[index.slugs[row]], tuple(reason for name, _, reason in SHARED if shared[name][row]))
        for row in rows
    )


def _sharing(index: Index, name: str, own: int) -> NDArray[np.float64]:
    """1 for each dataset that has any of the codes of the row `own`, else 0."""
    codes = index.codes[name]
    mine = [codes.names[value] for value in codes.values[codes.rows == own]]
    return codes.holding(mine, index.size).astype(np.float64)

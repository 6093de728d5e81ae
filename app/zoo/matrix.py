"""Model × dataset: all published datasets held against a model, read once for each catalogue version."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.base.errors import Invalid
from app.base.kept import shelf_of
from app.catalogue import vocabulary
from app.catalogue.index import CURRENT_VERSION
from app.catalogue.record import DatasetRecord
from app.catalogue.search import get_record
from app.catalogue.tables import Dataset
from app.zoo.cards import ModelCard
from app.zoo.compatibility import VERDICTS, Fit, Holding, Verdict, fit, holding_of

PER_PAGE, MOST_PER_PAGE = 25, 200
BYTES_EACH = 2_000


@dataclass(frozen=True)
class FitPage:
    """Some datasets of one verdict in the order of their slugs, and how many there are of each verdict.

    `following` is the slug after which the next page begins, None on the last one.
    """

    fits: tuple[Fit, ...]
    counts: dict[Verdict, int]
    following: str | None


def datasets_for(
    session: Session, card: ModelCard, *, verdict: str | None = None, after: str = "", most: int = PER_PAGE
) -> FitPage:
    """One page of the datasets that a model fits, or of those with another verdict.

    Args:
        verdict: one of `VERDICTS`; None takes the best that any dataset has.
        after: slug behind which the page begins.
    Raises:
        Invalid: there is no such verdict, or more are asked for than a page holds.
    """
    if verdict is not None and verdict not in VERDICTS:
        raise Invalid(f"There is no verdict {verdict[:40]!r}; there are {', '.join(VERDICTS)}.")
    if not 1 <= most <= MOST_PER_PAGE:
        raise Invalid(f"A page holds 1 to {MOST_PER_PAGE} datasets.")
    fits = [fit(card, holding) for holding in _holdings(session)]
    counted = Counter(one.verdict for one in fits)
    shown = verdict or next((one for one in VERDICTS if counted[one]), "fits")
    behind = [one for one in fits if one.verdict == shown and one.slug > after]
    page = tuple(behind[:most])
    following = page[-1].slug if len(behind) > most else None
    return FitPage(page, {one: counted[one] for one in VERDICTS}, following)


def models_for(session: Session, cards: Iterable[ModelCard], slug: str) -> list[Fit]:
    """Every model held against one dataset, those that fit first.

    Raises:
        NotFound: there is no such dataset.
    """
    return models_of(get_record(session, slug).record, cards)


def models_of(record: DatasetRecord, cards: Iterable[ModelCard]) -> list[Fit]:
    """Every model held against the dataset of a record, those that fit first."""
    holding = holding_of(record)
    return sorted((fit(card, holding) for card in cards), key=lambda one: VERDICTS.index(one.verdict))


def _holdings(session: Session) -> tuple[Holding, ...]:
    """What all records promise, by slug; kept until the catalogue changes."""
    shelf, key = (
        shelf_of(session),
        ("holdings", session.scalar(select(CURRENT_VERSION)), vocabulary.version()),
    )
    held: tuple[Holding, ...] | None = shelf.get(key)
    if held is None:
        records = session.scalars(select(Dataset.record))
        made = (holding_of(DatasetRecord.model_validate(record)) for record in records)
        held = tuple(sorted(made, key=lambda one: one.slug))
        shelf.put(key, held, BYTES_EACH * len(held))
    return held

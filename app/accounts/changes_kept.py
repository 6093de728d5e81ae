"""What an account keeps for its owner: favourite datasets and saved searches.

Everything is asked for together with the number of the user, so that nobody meets what another keeps.
"""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts.tables import Favourite, SavedSearch
from app.base.errors import Conflict, Invalid, NotFound
from app.base.language import _

MOST_FAVOURITES, MOST_SEARCHES = 1000, 100
LONGEST_NAME, LONGEST_PARAMETERS = 100, 8000


def list_favourites(session: Session, user_id: int) -> list[UUID]:
    """The datasets a user keeps, the first one kept first."""
    asked = select(Favourite.dataset_uuid).where(Favourite.user_id == user_id).order_by(Favourite.created)
    return list(session.scalars(asked))


def keep(session: Session, user_id: int, datasets: Iterable[UUID]) -> None:
    """Keep datasets, in their order; those that are kept already stay where they are.

    Raises:
        Invalid: together they would be more than `MOST_FAVOURITES`.
    """
    kept = set(list_favourites(session, user_id))
    new = [dataset for dataset in dict.fromkeys(datasets) if dataset not in kept]
    if len(kept) + len(new) > MOST_FAVOURITES:
        raise Invalid(_("An account keeps at most %(n)s favourites. Remove some first.", n=MOST_FAVOURITES))
    for dataset in new:
        row = insert(Favourite).values(user_id=user_id, dataset_uuid=dataset)
        # Another page of the same person may have kept it since.
        session.execute(row.on_conflict_do_nothing())


def drop(session: Session, user_id: int, dataset: UUID) -> None:
    """Keep a dataset no longer."""
    is_it = (Favourite.user_id == user_id) & (Favourite.dataset_uuid == dataset)
    session.execute(delete(Favourite).where(is_it))


def list_searches(session: Session, user_id: int) -> list[SavedSearch]:
    """The searches a user keeps, by name."""
    asked = select(SavedSearch).where(SavedSearch.user_id == user_id).order_by(func.lower(SavedSearch.name))
    return list(session.scalars(asked))


def save_search(session: Session, user_id: int, name: str, parameters: str) -> SavedSearch:
    """Keep a search under a name.

    Raises:
        Invalid: the name is empty or too long, the search too long, or there are `MOST_SEARCHES` already.
        Conflict: there is a search of this name.
    """
    kept = list_searches(session, user_id)
    if len(kept) >= MOST_SEARCHES:
        raise Invalid(_("An account keeps at most %(n)s searches. Delete one first.", n=MOST_SEARCHES))
    if len(parameters) > LONGEST_PARAMETERS:
        raise Invalid(_("This search is too long to be saved. Choose fewer filters or a simpler outline."))
    search = SavedSearch(user_id=user_id, name=_checked(kept, name), parameters=parameters)
    session.add(search)
    session.flush()
    return search


def rename_search(session: Session, user_id: int, number: int, name: str) -> None:
    """Give a saved search another name.

    Raises:
        NotFound: the user keeps no such search.
        Invalid, Conflict: as for a new one.
    """
    others = {search.id: search for search in list_searches(session, user_id)}
    search = others.pop(number, None)
    if search is None:
        raise NotFound(_("There is no such saved search."))
    search.name = _checked(others.values(), name)
    session.flush()


def drop_search(session: Session, user_id: int, number: int) -> None:
    """Delete a saved search."""
    is_it = (SavedSearch.user_id == user_id) & (SavedSearch.id == number)
    session.execute(delete(SavedSearch).where(is_it))


def _checked(others: Iterable[SavedSearch], name: str) -> str:
    """A name in one line that no other search has."""
    found = " ".join("".join(sign if sign.isprintable() else " " for sign in name).split())
    if not found or len(found) > LONGEST_NAME:
        raise Invalid(_("The name needs 1 to %(n)s characters.", n=LONGEST_NAME))
    if any(other.name == found for other in others):
        raise Conflict(_("There is a saved search named “%(name)s” already.", name=found))
    return found

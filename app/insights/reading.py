"""The figures of a search, drawn once per request."""

from sqlalchemy.orm import Session

from app.catalogue.matching import match
from app.catalogue.query import SearchQuery
from app.insights.figures import Selection


def select_datasets(session: Session, query: SearchQuery) -> Selection:
    """The datasets that a search finds."""
    matched = match(session, query)
    return Selection(matched.index, matched.mask())

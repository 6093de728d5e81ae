"""The figures of a search, drawn once per request."""

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalogue.matching import match
from app.catalogue.query import SearchQuery
from app.catalogue.tables import Dataset
from app.insights.selection import Selection
from app.tiles.making import DATASET


def select_datasets(session: Session, query: SearchQuery) -> Selection:
    """The datasets that a search finds, but for the scenes that this service simulates.

    The figures tell what datasets there are in the world; ours would be counted among them.
    """
    matched = match(session, query)
    ours = session.scalars(select(Dataset.id).where(Dataset.slug == DATASET)).all()
    is_ours = matched.index.mask_of(np.array(ours, dtype=np.int64))
    return Selection(matched.index, matched.mask() & ~is_ours, int(np.count_nonzero(~is_ours)))

"""Selections to draw: the whole bundled catalogue, and small ones made of plain values."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy.orm import Session

from app.catalogue.codes import Codes
from app.catalogue.content import read_folder
from app.catalogue.index import CODED, NUMBERS, Index
from app.catalogue.parameters import parse_query
from app.catalogue.record import DatasetRecord
from app.insights.reading import select_datasets
from app.insights.selection import Selection

CATALOGUE = Path(__file__).parents[2] / "data" / "catalogue"


@pytest.fixture(scope="session")
def records() -> tuple[DatasetRecord, ...]:
    """Every record of the catalogue, read once."""
    found = tuple(read_folder(CATALOGUE))
    assert len(found) > 1000
    return found


@pytest.fixture
def select(seeded_session: Session) -> Callable[..., Selection]:
    """The datasets that a search finds, given as the pairs of its address."""

    def chosen(*pairs: tuple[str, str]) -> Selection:
        return select_datasets(seeded_session, parse_query(pairs))

    return chosen


@pytest.fixture
def everything(select: Callable[..., Selection]) -> Selection:
    """The whole bundled catalogue."""
    return select()


def codes(values: Sequence[Sequence[str]]) -> Codes:
    names = tuple(dict.fromkeys(code for some in values for code in some))
    pairs = [(row, names.index(code)) for row, some in enumerate(values) for code in some]
    rows, numbers = zip(*pairs, strict=True) if pairs else ((), ())
    return Codes(names, np.asarray(rows, dtype=np.int32), np.asarray(numbers, dtype=np.int32))


@pytest.fixture
def make_selection() -> Callable[..., Selection]:
    """A selection of datasets that know nothing but what the test states."""

    def make(*datasets: Mapping[str, Any]) -> Selection:
        size = len(datasets)
        index = Index(
            1,
            np.arange(size, dtype=np.int64),
            tuple(one.get("slug", f"set-{row}") for row, one in enumerate(datasets)),
            tuple(one.get("name", f"Set {row}") for row, one in enumerate(datasets)),
            {name: codes([one.get(name, ()) for one in datasets]) for name in CODED},
            {
                name: np.asarray([one.get(name, np.nan) for one in datasets], dtype=np.float64)
                for name in NUMBERS
            },
        )
        index.numbers["prominence"][:] = np.nan_to_num(index.numbers["prominence"])
        return Selection(index, np.ones(size, dtype=bool), size)

    return make

"""Records and a context that every format is tried on."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from app.catalogue.content import read_folder
from app.catalogue.record import DatasetRecord
from app.exchange.formats.context import Context

CATALOGUE = Path(__file__).parents[2] / "data" / "catalogue"
SITE = Context("https://eo.example.org", datetime(2025, 3, 4, 5, 6, 7, tzinfo=UTC))
HOSTILE = 'A </script><b>"%&#_$~^\\{} ; , and @misc{x,\n  TY  - JOUR\u2028 Ünïcode, 50 % {unclosed'


@pytest.fixture(scope="session")
def records() -> tuple[DatasetRecord, ...]:
    """Every record of the catalogue, read once."""
    found = tuple(read_folder(CATALOGUE))
    assert len(found) > 1000
    return found


@pytest.fixture(scope="session")
def by_slug(records: tuple[DatasetRecord, ...]) -> dict[str, DatasetRecord]:
    return {record.slug: record for record in records}


@pytest.fixture
def make_record() -> Callable[..., DatasetRecord]:
    """A record that knows nothing but what the test states."""

    def make(**facts: Any) -> DatasetRecord:
        plain = {"uuid": UUID(int=7), "slug": "example", "name": "Example", "kind": "ml-dataset"}
        return DatasetRecord.model_validate(plain | facts)

    return make


@pytest.fixture
def hostile(make_record: Callable[..., DatasetRecord]) -> DatasetRecord:
    """A record whose every free text tries to break out of the format it is written in."""
    return make_record(
        name=HOSTILE,
        aliases=[HOSTILE],
        description=HOSTILE,
        year=2020,
        publication={
            "title": f"Paper: {HOSTILE}",
            "first_author": HOSTILE,
            "venue": HOSTILE,
            "doi": "10.1000/a{b}%c_d",
            "url": "https://example.org/a{b}%20c_d",
        },
        publisher=HOSTILE,
        licence={"text": HOSTILE},
        sensors=[HOSTILE],
        bands=[HOSTILE],
        classes=[HOSTILE],
        spatial={"places": [{"name": HOSTILE, "lon": 1.5, "lat": 2.5, "precision": "city"}]},
        urls={"home": "https://example.org/{a}_%7D&b", "download": ["https://example.org/{a}.zip"]},
        notes=[HOSTILE],
    )


@pytest.fixture
def site() -> Context:
    return SITE

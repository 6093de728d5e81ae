"""Servers that play every state, and records that name their addresses."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.links import changes
from app.links.tables import Link
from tests.base.world import World, living

ZIP = b"PK\x03\x04" + bytes(600)
MONDAY = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Servers that play every host."""
    with living(tmp_path) as found:
        yield found


@pytest.fixture
def watched(session: Session, add_dataset: Callable[..., object]) -> Callable[..., Link]:
    """Publishes a record with one address, collects it, and gives the link."""

    def watch(address: str = "https://data.example.org/file.zip", slug: str = "one") -> Link:
        add_dataset(slug, urls={"download": (address,)})
        changes.collect(session)
        return session.scalars(select(Link).where(Link.address == address)).one()

    return watch

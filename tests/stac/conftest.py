from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pytest

from app.base.extent import BBox
from app.catalogue.record import DatasetRecord
from app.stac.documents import Context


@pytest.fixture
def context() -> Context:
    """A catalogue at example.org that knows the boxes of three countries."""
    boxes = {
        "DEU": BBox(5.9, 47.3, 15, 55.1),
        "FJI": BBox(177, -19, -178, -16),
        "CHL": BBox(-76, -56, -66, -17),
    }
    return Context("https://example.org", datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC), boxes)


@pytest.fixture
def make_record() -> Callable[..., DatasetRecord]:
    """Makes a record that is empty but for the fields given."""

    def make(slug: str = "plain", **fields: Any) -> DatasetRecord:
        given = {"uuid": uuid5(NAMESPACE_URL, slug), "name": slug, "kind": "ml-dataset", **fields}
        return DatasetRecord(slug=slug, **given)

    return make

"""Records for the tests of the catalogue: all of them, read once, and small ones made on the spot."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pytest

from app.catalogue.content import read_folder
from app.catalogue.record import DatasetRecord

CONTENT = Path(__file__).parents[2] / "data" / "catalogue"


class Records(dict[str, DatasetRecord]):
    """Records by slug, with a short name of its own: a failing property test writes out what it was given."""

    def __repr__(self) -> str:
        return f"<{len(self)} records>"


@pytest.fixture(scope="session")
def records() -> Mapping[str, DatasetRecord]:
    """Every record of the bundled catalogue by its slug."""
    return Records((record.slug, record) for record in read_folder(CONTENT))


@pytest.fixture
def make_record() -> Callable[..., DatasetRecord]:
    """Makes a record that is empty but for the fields given."""

    def make(**fields: Any) -> DatasetRecord:
        given = {"slug": "made", "name": "Made", "kind": "ml-dataset", **fields}
        return DatasetRecord.model_validate({"uuid": uuid5(NAMESPACE_URL, given["slug"]), **given})

    return make

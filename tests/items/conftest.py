"""Items made on the spot, and a collection to put them into."""

from collections.abc import Callable
from typing import Any

import pytest

from app.items.document import CheckedItem, check_item

Make = Callable[..., dict[str, Any]]


@pytest.fixture
def make_item() -> Make:
    """Makes a valid STAC Item: a square of 0.02 degrees at (lon, lat) with the properties given."""

    def make(name: str, lon: float = 10.0, lat: float = 50.0, **properties: Any) -> dict[str, Any]:
        ring = [[lon, lat], [lon + 0.02, lat], [lon + 0.02, lat + 0.02], [lon, lat + 0.02], [lon, lat]]
        return {
            "type": "Feature",
            "stac_version": "1.1.0",
            "id": name,
            "geometry": {"type": "Polygon", "coordinates": [ring]},
            "properties": {"datetime": "2020-06-01T10:00:00Z", **properties},
            "links": [{"rel": "self", "href": "elsewhere.json"}],
            "assets": {"data": {"href": f"{name}.tif"}},
        }

    return make


@pytest.fixture
def checked(make_item: Make) -> Callable[..., CheckedItem]:
    """Makes an item and checks it in."""

    def check(name: str, **fields: Any) -> CheckedItem:
        return check_item(make_item(name, **fields), "patches")

    return check

"""The published JSON Schemas of STAC 1.1, as the library pystac carries them, and what breaks them.

Schemas of extensions are not among them and nothing is fetched; the rules of an extension that a record can
break are asked in `exports`.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import jsonschema_rs
import orjson

FOLDER = "pystac/validation/jsonschemas"
STAC = "https://schemas.stacspec.org/v1.1.0"
GEOJSON = "https://geojson.org/schema"
FILES = {
    **{f"{STAC}/{name}-spec/json-schema/{name}.json": name for name in ("item", "catalog", "collection")},
    **{
        f"{STAC}/item-spec/json-schema/{name}.json": name
        for name in (
            "bands", "basics", "common", "data-values", "datetime", "instrument", "licensing", "provider"
        )
    },
}  # fmt: skip
COLLECTION = f"{STAC}/collection-spec/json-schema/collection.json"


def breaches(collection: Mapping[str, Any]) -> Iterator[tuple[str | int, ...]]:
    """The places in a STAC collection that break its schema, as keys and positions from its root."""
    plain = orjson.loads(orjson.dumps(collection))
    for error in _validator().iter_errors(plain):
        yield tuple(error.instance_path)


@cache
def _validator() -> jsonschema_rs.Validator:
    folder = Path(str(distribution("pystac-core").locate_file(FOLDER)))
    known = {
        address: _read(folder / "stac-spec" / "v1.1.0" / f"{name}.json") for address, name in FILES.items()
    }
    known |= {
        f"{GEOJSON}/{name}.json": _read(folder / "geojson" / f"{name}.json")
        for name in ("Feature", "Geometry")
    }
    registry = jsonschema_rs.Registry(list(known.items()))
    return jsonschema_rs.validator_for(known[COLLECTION], registry=registry, validate_formats=True)


def _read(path: Path) -> Any:
    return orjson.loads(path.read_bytes())

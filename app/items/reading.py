"""Files of STAC Items as a stream of lines: what is in them, one item at a time, in constant memory."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pyarrow.parquet as pq
import shapely
from shapely.geometry import mapping

from app.base.errors import Invalid

Line = tuple[int, bytes]
BATCH = 1_000


def read_lines(path: Path) -> Iterator[Line]:
    """(number, item as JSON) for each item of a file or folder; numbers count from 1.

    Reads ndjson, a FeatureCollection, one Item, a folder or static catalogue of item files, and
    stac-geoparquet.

    Raises:
        Invalid: none of these.
    """
    if path.is_dir():
        return _folder(path)
    if path.suffix in (".parquet", ".geoparquet"):
        return _parquet(path)
    if path.suffix in (".ndjson", ".jsonl", ".ndgeojson"):
        return _lines(path)
    if path.suffix in (".json", ".geojson"):
        return _document(path)
    raise Invalid(
        f"{path.name}: items are read from .ndjson, .json, .geojson, .parquet, or a folder of .json files."
    )


def _lines(path: Path) -> Iterator[Line]:
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                yield number, line


def _document(path: Path) -> Iterator[Line]:
    """One Item or a FeatureCollection; a `.json` file whose first line is a whole object holds one a line."""
    with path.open("rb") as file:
        first = file.readline()
    if _is_object(first) and path.stat().st_size > len(first) + 1:
        yield from _lines(path)
        return
    try:
        document = json.loads(path.read_bytes())
    except ValueError as error:
        raise Invalid(f"{path.name} is not JSON: {error}.") from None
    features = document.get("features") if isinstance(document, dict) else None
    for number, feature in enumerate(features if isinstance(features, list) else [document], 1):
        yield number, orjson.dumps(feature)


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(orjson.loads(line), dict)
    except orjson.JSONDecodeError:
        return False


def _folder(path: Path) -> Iterator[Line]:
    """Every item file below a folder; catalogues and collections among them only lead to others."""
    number = 0
    for file in sorted(path.rglob("*.json")):
        content = file.read_bytes()
        if b'"Feature"' in content:
            number += 1
            yield number, content


def _parquet(path: Path) -> Iterator[Line]:
    """stac-geoparquet: properties are columns of their own, the geometry is WKB."""
    file = pq.ParquetFile(path)
    number = 0
    for batch in file.iter_batches(BATCH):
        for row in batch.to_pylist():
            number += 1
            yield number, orjson.dumps(_item_of(row))


TOP_LEVEL = ("type", "stac_version", "stac_extensions", "id", "assets", "links", "collection")


def _item_of(row: dict[str, Any]) -> dict[str, Any]:
    outline, box = row.pop("geometry", None), row.pop("bbox", None)
    item: dict[str, Any] = {"type": "Feature"}
    item |= {name: row.pop(name) for name in TOP_LEVEL if row.get(name) is not None}
    item["geometry"] = mapping(shapely.from_wkb(outline)) if outline else None
    if isinstance(box, dict):
        item["bbox"] = [box["xmin"], box["ymin"], box["xmax"], box["ymax"]]
    item["properties"] = {name: _plain(value) for name, value in row.items() if value is not None}
    return item


def _plain(value: Any) -> Any:
    """Moments as STAC writes them; all else as it is."""
    if isinstance(value, datetime):
        moment = value if value.tzinfo else value.replace(tzinfo=UTC)
        return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value

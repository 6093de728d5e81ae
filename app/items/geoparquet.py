"""Items as stac-geoparquet 1.0: one row an item, one column a property, outlines as WKB.

A table cannot say all that JSON can: which numbers were written as whole ones, what was null and what was
not there, values of mixed kinds, names that columns already bear. An item that would not come back from its
row as it was is kept beside the row as text, in a column of its own, so that out and in again changes
nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from shapely.geometry import mapping, shape

from app.items.lines import Unreadable
from app.items.tabular import Column, fit

VERSION = "1.0.0"
GEOPARQUET = "1.1.0"
BATCH = 5_000
ORIGINAL = "eod:document"
"""The column of items whose row does not say all."""
ORDER = "eod:order"
"""Where a file keeps the order in which its items name their parts, so that they come back in it."""

BOXES = {4: ("xmin", "ymin", "xmax", "ymax"), 6: ("xmin", "ymin", "zmin", "xmax", "ymax", "zmax")}
BOX = pa.struct([(name, pa.float64()) for name in BOXES[4]])
LINK = pa.struct([(name, pa.string()) for name in ("href", "rel", "type", "title")])
FIXED = {
    "type": pa.string(),
    "stac_version": pa.string(),
    "stac_extensions": pa.list_(pa.string()),
    "id": pa.string(),
    "collection": pa.string(),
    "geometry": pa.binary(),
    "bbox": BOX,
    "links": pa.list_(LINK),
}
# `proj:geometry` is an outline of its own, which readers expect as WKB in coordinates that vary by row.
TAKEN = {*FIXED, "assets", "proj:geometry", ORIGINAL}
MOMENTS = ("datetime", "start_datetime", "end_datetime", "created", "updated", "published", "expires")
TEXTS = ("type", "stac_version", "stac_extensions", "id", "collection")


@dataclass
class Written:
    """What a file holds: items, those of them whose row does not say all, and properties written as JSON."""

    items: int = 0
    kept_as_text: int = 0
    as_json: tuple[str, ...] = ()


@dataclass
class Survey:
    """What the items of a file hold together: its columns, kinds of outlines, and the box around all."""

    assets: Column = field(default_factory=Column)
    properties: dict[str, Column] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    outlines: set[str] = field(default_factory=set)
    box: list[float] = field(default_factory=list)

    def note(self, item: Mapping[str, Any]) -> None:
        """Look at one more item."""
        self.order = self.order or list(item)
        self.assets.note(item.get("assets"))
        for name, value in item["properties"].items():
            if name not in TAKEN:
                self.properties.setdefault(name, Column(is_moment=name in MOMENTS)).note(value)
        outline, box = item.get("geometry"), _flat(item.get("bbox"))
        if outline:
            self.outlines.add(outline["type"])
        if box:
            # A box across 180 degrees reaches around the globe, as far as the box around all is concerned.
            west, south, east, north = box if box[0] <= box[2] else (-180.0, box[1], 180.0, box[3])
            self.box = _around(self.box, (west, south, east, north))

    def schema(self) -> pa.Schema:
        """The columns of the file, with what readers of GeoParquet look for."""
        types = {**FIXED, "assets": self.assets.settle(), ORIGINAL: pa.string()}
        types |= {name: column.settle() for name, column in self.properties.items()}
        fields = [pa.field(name, one) for name, one in types.items() if one is not None]
        told = {"geo": self._geo(), "stac-geoparquet": {"version": VERSION}, ORDER: self.order}
        return pa.schema(fields, metadata={name: orjson.dumps(value) for name, value in told.items()})

    def _geo(self) -> Mapping[str, Any]:
        covering = {name: ["bbox", name] for name in BOXES[4]}
        column: dict[str, Any] = {
            "encoding": "WKB",
            "geometry_types": sorted(self.outlines),
            "covering": {"bbox": covering},
        }
        if self.box:
            column["bbox"] = self.box
        return {"version": GEOPARQUET, "primary_column": "geometry", "columns": {"geometry": column}}

    @cached_property
    def fitting(self) -> Sequence[tuple[str, Column]]:
        """The columns whose values do not go in as they are."""
        columns = {**self.properties, "assets": self.assets}
        return [(name, one) for name, one in columns.items() if one.settle() is not None and not one.is_plain]

    def json_columns(self) -> tuple[str, ...]:
        """Properties whose values are of kinds that no type holds together."""
        return tuple(name for name, column in self.fitting if column.is_json)


def write(path: Path, documents: Callable[[], Iterable[str]], progress: Callable[[int], None]) -> Written:
    """Write items into a file, in constant memory.

    Args:
        documents: gives the same items each time; they are read twice, for the columns and for the rows.
        progress: called with the number of items after each batch of either reading.
    """
    survey = Survey()
    for batch in _batches(documents()):
        for item in batch:
            survey.note(item)
        progress(len(batch))
    schema, written = survey.schema(), Written(as_json=survey.json_columns())
    with pq.ParquetWriter(path, schema, compression="zstd") as file:
        for batch in _batches(documents()):
            file.write_batch(_rows(batch, schema, survey, written))
            progress(len(batch))
    return written


def _batches(documents: Iterable[str]) -> Iterator[list[dict[str, Any]]]:
    items = (orjson.loads(document) for document in documents)
    while batch := list(islice(items, BATCH)):
        yield batch


def _rows(
    items: Sequence[Mapping[str, Any]], schema: pa.Schema, survey: Survey, written: Written
) -> pa.RecordBatch:
    """Items as rows; those that would not come back as they were are kept as text as well."""
    order = order_of(schema)
    rows = [_row(item, schema, survey) for item in items]
    batch = pa.RecordBatch.from_pylist(rows, schema)
    lost = {
        number: orjson.dumps(item).decode()
        for number, (item, row) in enumerate(zip(items, batch.to_pylist(), strict=True))
        if orjson.dumps(as_item(row, order)) != orjson.dumps(item)
    }
    written.items += len(items)
    written.kept_as_text += len(lost)
    texts = pa.array([lost.get(number) for number in range(len(items))], pa.string())
    return batch.set_column(schema.names.index(ORIGINAL), ORIGINAL, texts)


def _row(item: Mapping[str, Any], schema: pa.Schema, survey: Survey) -> Mapping[str, Any]:
    outline, box = item.get("geometry"), _flat(item.get("bbox"))
    row = {name: item.get(name) for name in TEXTS}
    row["geometry"] = shapely.to_wkb(shape(outline)) if outline else None
    row["bbox"] = dict(zip(BOXES[4], box, strict=True)) if box else None
    row["links"] = []
    values = {**item["properties"], "assets": item.get("assets")}
    for name, column in survey.fitting:
        if name in values:
            values[name] = fit(values[name], schema.field(name).type, column.is_json)
    return {**values, **row}


def _flat(box: Any) -> list[float] | None:
    """West, south, east and north of a box, with or without heights."""
    if not isinstance(box, list) or len(box) not in BOXES:
        return None
    half = len(box) // 2
    return [float(value) for value in (*box[:2], *box[half : half + 2])]


def _around(one: list[float], other: Sequence[float]) -> list[float]:
    if not one:
        return list(other)
    return [*map(min, one[:2], other[:2]), *map(max, one[2:], other[2:])]


def read(path: Path) -> Iterator[bytes]:
    """The items of a file as JSON, from whoever wrote it; a row that cannot be one is text that says why."""
    file = pq.ParquetFile(path)
    order = order_of(file.schema_arrow)
    for batch in file.iter_batches(BATCH):
        for row in batch.to_pylist():
            yield _as_json(row, order)


def _as_json(row: Mapping[str, Any], order: Sequence[str]) -> bytes:
    original = row.get(ORIGINAL)
    if isinstance(original, str):
        return original.encode()
    try:
        return orjson.dumps(as_item(row, order), default=str)
    except (shapely.GEOSException, TypeError, ValueError, KeyError) as error:
        return Unreadable(f"The row {str(row.get('id'))[:80]!r} holds no item: {error}".encode())


def order_of(schema: pa.Schema) -> list[str]:
    """The order in which the items of a file name their parts; empty where it does not say."""
    try:
        order = orjson.loads((schema.metadata or {}).get(ORDER.encode(), b"[]"))
    except orjson.JSONDecodeError:
        return []
    return [str(name) for name in order] if isinstance(order, list) else []


def as_item(row: Mapping[str, Any], order: Sequence[str] = ()) -> dict[str, Any]:
    """The item of a row: its own columns, and every other one a property; what is null is not there."""
    outline, box = row.get("geometry"), row.get("bbox")
    item: dict[str, Any] = {"type": "Feature"}
    item |= {name: row[name] for name in TEXTS[1:] if row.get(name) is not None}
    item["geometry"] = mapping(shapely.from_wkb(outline)) if outline else None
    if isinstance(box, dict):
        names = BOXES[6] if box.get("zmin") is not None else BOXES[4]
        item["bbox"] = [box[name] for name in names]
    item["properties"] = _properties(row)
    item["assets"] = _plain(row.get("assets") or {})
    return {name: item[name] for name in (*order, *item) if name in item}


def _properties(row: Mapping[str, Any]) -> dict[str, Any]:
    """What is no column of all items; `datetime` is there even where it is null."""
    names = [name for name in row if name not in TAKEN or name == "proj:geometry"]
    if "datetime" not in row:
        names.insert(0, "datetime")
    return {name: _plain(row.get(name)) for name in names if row.get(name) is not None or name == "datetime"}


def _plain(value: Any) -> Any:
    """Moments as STAC writes them, objects without what is null; all else as it is."""
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if isinstance(value, bytes):
        return mapping(shapely.from_wkb(value))
    if isinstance(value, datetime):
        moment = value if value.tzinfo else value.replace(tzinfo=UTC)
        return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value

"""GeoParquet: the column of geometries, batch by batch, as well-known binary."""

import json
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from pyproj import CRS
from shapely.errors import ShapelyError

from app.base.errors import Invalid, TooLarge
from app.base.language import _
from app.curation.footprints import systems
from app.curation.footprints.geojson import NAMES
from app.curation.footprints.geopackage import plain_parts
from app.curation.footprints.shapes import LARGEST_UNPACKED, MOST_SHAPES, Gathered, Shape

MAGIC = b"PAR1"
# Few, because each may be unpacked from a dictionary to a megabyte before it is counted.
ROWS = 50
LARGEST_HEADERS = 1_000_000


def read(content: bytes) -> Gathered:
    """The geometries of the primary column, in degrees.

    Raises:
        Invalid: no GeoParquet, an encoding other than WKB, or damage.
        TooLarge: more geometries, or more bytes, than are read.
    """
    try:
        file = pq.ParquetFile(
            pa.BufferReader(content),
            thrift_string_size_limit=LARGEST_HEADERS,
            thrift_container_size_limit=LARGEST_HEADERS,
        )
        column, described = _described(file)
        shapes = _shapes(file, column)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as fault:
        said = str(fault).splitlines()[0][:120] if str(fault) else type(fault).__name__
        raise Invalid(_("The GeoParquet file cannot be read: %(fault)s.", fault=said)) from None
    return systems.in_degrees(shapes, _system(described))


def _described(file: pq.ParquetFile) -> tuple[str, Mapping[str, Any]]:
    """Name and description of the primary column."""
    try:
        geo = json.loads((file.schema_arrow.metadata or {})[b"geo"])
        column = geo["primary_column"]
        described = geo["columns"][column]
        encoding = described["encoding"]
    except (KeyError, TypeError, ValueError, RecursionError):
        raise Invalid(
            _("The Parquet file does not say which column holds geometries; write it as GeoParquet.")
        ) from None
    if encoding != "WKB":
        raise Invalid(
            _("The geometries are encoded as %(encoding)s; write them as WKB.", encoding=repr(encoding)[:40])
        )
    if column not in file.schema_arrow.names:
        raise Invalid(_("The file lacks the column of geometries that it names."))
    return str(column), described


def _system(described: Mapping[str, Any]) -> CRS | None:
    """Longitude latitude unless the column says otherwise; null says that nobody knows."""
    if "crs" not in described:
        return None
    if described["crs"] is None:
        raise Invalid(
            _("The GeoParquet file says that its coordinate system is unknown; set it, such as OGC:CRS84.")
        )
    return systems.system(described["crs"])


def _shapes(file: pq.ParquetFile, column: str) -> list[Shape]:
    if file.metadata.num_rows > MOST_SHAPES:
        raise TooLarge(
            _("The file holds more than %(most)s geometries. Dissolve them first.", most=f"{MOST_SHAPES:,}")
        )
    called = next((name for name in NAMES if name in file.schema_arrow.names), None)
    columns = [column, *([called] if called else [])]
    shapes: list[Shape] = []
    unpacked = 0
    for batch in file.iter_batches(ROWS, columns=columns, use_threads=False):
        unpacked += batch.nbytes
        if unpacked > LARGEST_UNPACKED:
            raise TooLarge(
                _("The file unpacks to more than %(most)s MB.", most=f"{LARGEST_UNPACKED / 1e6:g}")
            )
        names = batch.column(called).to_pylist() if called else [None] * len(batch)
        shapes.extend(_row_shapes(batch.column(column).to_pylist(), names))
    return shapes


def _row_shapes(blobs: list[Any], names: list[Any]) -> list[Shape]:
    try:
        geometries = [None if blob is None else shapely.from_wkb(blob) for blob in blobs]
    except (ShapelyError, TypeError, ValueError, NotImplementedError):
        raise Invalid(_("A geometry of the file is damaged, or of a kind with curves.")) from None
    return [
        Shape(part, None if name is None else str(name))
        for geometry, name in zip(geometries, names, strict=True)
        if geometry is not None and not geometry.is_empty
        for part in plain_parts(geometry)
    ]

"""GeoPackage: a SQLite file, opened from memory, read only, by statements that are all ours.

A file may define views and triggers of its own; the authoriser lets nothing but plain reading of columns
through, and a count of steps ends what would go on for ever.
"""

import sqlite3
import struct
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import shapely
from pyproj import CRS
from shapely.errors import ShapelyError
from shapely.geometry.base import BaseGeometry

from app.base.errors import Invalid, TooLarge
from app.base.language import _
from app.curation.footprints import systems
from app.curation.footprints.geojson import NAMES
from app.curation.footprints.shapes import MOST_SHAPES, Gathered, Shape

MAGIC = b"SQLite format 3\0"
STEPS_BETWEEN_LOOKS = 10_000
MOST_LOOKS = 20_000
MOST_LAYERS = 20
# Bytes 18 and 19 name the journal; a file in memory has none, and one that says "write-ahead" is not opened.
JOURNAL = slice(18, 20)
ENVELOPES = (0, 32, 48, 48, 64)
ALLOWED = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ})


def read(content: bytes) -> Gathered:
    """The geometries of all layers, in degrees.

    Raises:
        Invalid: no GeoPackage, or a layer that cannot be read.
        TooLarge: more geometries than are read.
    """
    try:
        with closing(_opened(content)) as database:
            read_layers = [_layer(database, *layer) for layer in _layers(database)]
    except sqlite3.Error as fault:
        raise Invalid(_("The GeoPackage cannot be read: %(fault)s.", fault=str(fault)[:120])) from None
    if not read_layers:
        raise Invalid(_("The GeoPackage has no layer with geometries."))
    notes = tuple(dict.fromkeys(note for layer in read_layers for note in layer.notes))
    return Gathered(tuple(shape for layer in read_layers for shape in layer.shapes), notes)


def _opened(content: bytes) -> sqlite3.Connection:
    database = sqlite3.connect(":memory:")
    plain = bytearray(content)
    plain[JOURNAL] = b"\x01\x01"
    database.deserialize(bytes(plain))
    database.execute("pragma trusted_schema = off")
    database.execute("pragma cell_size_check = on")
    looks = iter(range(MOST_LOOKS))
    database.set_progress_handler(lambda: next(looks, None) is None, STEPS_BETWEEN_LOOKS)
    database.set_authorizer(_allows)
    return database


def _allows(action: int, *_details: Any) -> int:
    return sqlite3.SQLITE_OK if action in ALLOWED else sqlite3.SQLITE_DENY


def _layers(database: sqlite3.Connection) -> list[tuple[str, str, int]]:
    """Table, column and number of the system of each layer."""
    found = database.execute("select table_name, column_name, srs_id from gpkg_geometry_columns").fetchmany(
        MOST_LAYERS + 1
    )
    if len(found) > MOST_LAYERS:
        raise TooLarge(_("The GeoPackage has more than %(most)s layers.", most=MOST_LAYERS))
    return [(str(table), str(column), int(number)) for table, column, number in found]


def _layer(database: sqlite3.Connection, table: str, column: str, number: int) -> Gathered:
    system = _system(database, number)
    rows = database.execute(f"select * from {_quoted(table)}")
    names = [entry[0] for entry in rows.description]
    if column not in names:
        raise Invalid(_("The layer %(table)s lacks its column of geometries.", table=table[:80]))
    place = names.index(column)
    called = next((names.index(name) for name in NAMES if name in names), None)
    shapes: list[Shape] = []
    for row in rows:
        if len(shapes) >= MOST_SHAPES:
            raise TooLarge(
                _(
                    "The file holds more than %(most)s geometries. Dissolve them first.",
                    most=f"{MOST_SHAPES:,}",
                )
            )
        name = None if called is None or row[called] is None else str(row[called])
        shapes.extend(Shape(part, name) for part in _parts(row[place]))
    return systems.in_degrees(shapes, system)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _system(database: sqlite3.Connection, number: int) -> CRS:
    """The system by the authority that the file names, or by the definition it carries."""
    row = database.execute(
        "select organization, organization_coordsys_id, definition from gpkg_spatial_ref_sys "
        "where srs_id = ?",
        (number,),
    ).fetchone()
    if row is None or number in (-1, 0):
        raise Invalid(
            _("The GeoPackage does not say in which coordinate system a layer is; set it, such as EPSG:4326.")
        )
    organisation, code, definition = row
    if str(organisation).upper() == "EPSG":
        return systems.system(f"EPSG:{int(code)}")
    return systems.system(str(definition))


def _parts(blob: Any) -> Iterator[BaseGeometry]:
    """The polygons and points of one value; an empty one has none."""
    if blob is None:
        return
    geometry = _geometry(blob)
    if geometry.is_empty:
        return
    yield from plain_parts(geometry)


def _geometry(blob: Any) -> BaseGeometry:
    """A value of a GeoPackage: "GP", version, flags, system, an envelope, then well-known binary."""
    try:
        magic, _version, flags = struct.unpack_from("<2sBB", blob)
        envelope = ENVELOPES[(flags >> 1) & 0b111]
        if magic != b"GP":
            raise ValueError("no GeoPackage geometry")
        geometry: BaseGeometry = shapely.from_wkb(blob[8 + envelope :])
    except (struct.error, ValueError, TypeError, IndexError, ShapelyError, NotImplementedError):
        raise Invalid(_("A geometry of the file is damaged, or of a kind with curves.")) from None
    return geometry


def plain_parts(geometry: BaseGeometry) -> Iterator[BaseGeometry]:
    """The single polygons and points of a geometry, in the plane.

    Raises:
        Invalid: it holds a line.
    """
    for part in shapely.get_parts(shapely.force_2d(geometry)):
        if hasattr(part, "geoms"):
            yield from plain_parts(part)
        elif part.geom_type in ("Polygon", "Point"):
            yield part
        else:
            raise Invalid(_("The file holds lines, which have no area. Buffer them first."))

"""A Shapefile in a zip archive: the rings and points of its .shp, the system of its .prj, and nothing else.

The archive is never unpacked to disk. The format: ESRI Shapefile Technical Description, July 1998.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

import numpy as np
import shapely
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from app.base.errors import Invalid, TooLarge
from app.base.language import _
from app.curation.footprints import systems
from app.curation.footprints.geopackage import plain_parts
from app.curation.footprints.shapes import LARGEST_UNPACKED, MOST_SHAPES, Gathered, Shape

MAGIC = b"PK\x03\x04"
CODE = 9994
HEADER = 100
MOST_MEMBERS = 200
LARGEST_PRJ = 20_000
# No system counts in more than this; what is no number fails the comparison as well.
FARTHEST = 1e12
NOTHING = 0
POINTS = (1, 11, 21)
MULTIPOINTS = (8, 18, 28)
POLYGONS = (5, 15, 25)


def read(content: bytes) -> Gathered:
    """The geometries of every Shapefile in the archive, in degrees.

    Raises:
        Invalid: no zip archive, no .shp or .prj in it, paths that lead out of it, or damage.
        TooLarge: it unpacks to more than is read.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = _members(archive)
            found = [_one(archive, name, members) for name in sorted(members) if _ends(name, ".shp")]
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError):
        raise Invalid(_("The zip archive is damaged, encrypted or packed in an unusual way.")) from None
    if not found:
        raise Invalid(_("The zip archive holds no .shp file; zip the .shp together with its .prj."))
    notes = tuple(dict.fromkeys(note for one in found for note in one.notes))
    return Gathered(tuple(shape for one in found for shape in one.shapes), notes)


def _ends(name: str, ending: str) -> bool:
    # Copies that macOS makes of every file hold no shapes.
    return name.lower().endswith(ending) and not name.startswith("__MACOSX/")


def _members(archive: zipfile.ZipFile) -> set[str]:
    """The names in the archive, after a look at how many and where they lead."""
    names = archive.namelist()
    if len(names) > MOST_MEMBERS:
        raise TooLarge(_("The zip archive holds more than %(most)s files.", most=MOST_MEMBERS))
    for name in names:
        path = PurePosixPath(name.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in name:
            raise Invalid(
                _("The zip archive holds a path that leads out of it: %(name)s.", name=repr(name[:80]))
            )
    return set(names)


def _one(archive: zipfile.ZipFile, name: str, members: set[str]) -> Gathered:
    stem = name[: -len(".shp")]
    prj = next((one for one in members if one.lower() == f"{stem}.prj".lower()), None)
    if prj is None:
        raise Invalid(
            _(
                "%(name)s has no .prj beside it, which says its coordinate system. Add it to the archive.",
                name=repr(PurePosixPath(name).name[:80]),
            )
        )
    system = systems.system(_unpacked(archive, prj, LARGEST_PRJ).decode("utf-8", "replace").strip())
    shapes = list(_shapes(_unpacked(archive, name, LARGEST_UNPACKED)))
    return systems.in_degrees(shapes, system)


def _unpacked(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    """A member, never more than `most` bytes of it, whatever the archive says its size is."""
    with archive.open(name) as member:
        content = member.read(most + 1)
    if len(content) > most:
        raise TooLarge(
            _("%(name)s unpacks to more than %(most)s MB.", name=repr(name[:80]), most=f"{most / 1e6:g}")
        )
    return content


def _shapes(content: bytes) -> Iterator[Shape]:
    """The polygons and points of a .shp.

    Raises:
        Invalid: lines, patches, or damage.
        TooLarge: more shapes than are read.
    """
    if len(content) < HEADER or struct.unpack_from(">i", content)[0] != CODE:
        raise Invalid(_("The .shp in the archive is no Shapefile."))
    number = 0
    for body in _records(content):
        for geometry in _geometries(body):
            number += 1
            if number > MOST_SHAPES:
                raise TooLarge(
                    _(
                        "The file holds more than %(most)s geometries. Dissolve them first.",
                        most=f"{MOST_SHAPES:,}",
                    )
                )
            yield Shape(geometry)


def _records(content: bytes) -> Iterator[bytes]:
    """The bodies of the records; each tells its length in words of 16 bits."""
    place = HEADER
    while place + 12 <= len(content):
        words = struct.unpack_from(">i", content, place + 4)[0]
        body = content[place + 8 : place + 8 + 2 * words]
        if words < 2 or len(body) < 2 * words:
            raise _damaged()
        yield body
        place += 8 + 2 * words


def _geometries(body: bytes) -> Iterator[BaseGeometry]:
    kind = struct.unpack_from("<i", body)[0]
    try:
        if kind in POLYGONS:
            yield from plain_parts(_polygons(body))
        elif kind in POINTS:
            yield Point(struct.unpack_from("<2d", body, 4))
        elif kind in MULTIPOINTS:
            number = struct.unpack_from("<i", body, 36)[0]
            yield from (Point(x, y) for x, y in _positions(body, 40, number))
        elif kind != NOTHING:
            raise Invalid(_("The Shapefile holds lines or patches, which have no area. Buffer them first."))
    except (struct.error, ValueError):
        raise _damaged() from None


def _polygons(body: bytes) -> Any:
    """The polygons of a record: its rings, told apart from holes by what lies in what."""
    parts, number = struct.unpack_from("<2i", body, 36)
    if not 0 < parts <= number:
        raise ValueError("no rings")
    starts = np.frombuffer(body, "<i4", parts, 44)
    positions = _positions(body, 44 + 4 * parts, number)
    if starts[0] != 0 or (np.diff(starts) < 1).any() or starts[-1] >= number:
        raise ValueError("rings out of order")
    rings = [ring for ring in np.split(positions, starts[1:]) if len(ring) > 3]
    if not rings:
        raise ValueError("no rings")
    return _nested([shapely.make_valid(shapely.Polygon(ring)) for ring in rings])


def _nested(filled: list[Any]) -> Any:
    """What an odd number of rings encloses: outer rings, less their holes, with the islands in those."""
    inside, around = shapely.STRtree(filled).query(shapely.point_on_surface(filled), predicate="within")
    area = shapely.area(filled)
    depth = np.bincount(inside[area[around] > area[inside]], minlength=len(filled))
    whole = shapely.union_all([])
    for level in range(int(depth.max()) + 1):
        rings = shapely.union_all([one for one, at in zip(filled, depth, strict=True) if at == level])
        whole = whole.difference(rings) if level % 2 else whole.union(rings)
    return whole


def _positions(body: bytes, place: int, number: int) -> Any:
    if number < 0:
        raise ValueError("fewer than no positions")
    positions = np.frombuffer(body, "<f8", 2 * number, place).reshape(-1, 2)
    if not (np.abs(positions) < FARTHEST).all():
        raise ValueError("no position on any map")
    return positions


def _damaged() -> Invalid:
    return Invalid(_("The .shp is damaged: a record does not hold what it says."))

"""Coordinate systems: which one a file names, and its shapes in degrees of WGS 84."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError
from pyproj.network import set_network_enabled  # type: ignore[attr-defined]
from shapely.geometry.base import BaseGeometry

from app.base.errors import Invalid
from app.base.language import _
from app.curation.footprints.shapes import Gathered, Shape

# Grids would be fetched from other hosts; without them a change of datum is right to a few metres.
set_network_enabled(False)

DEGREES = CRS.from_epsg(4326)
LONGEST_TEXT = 20_000
# A straight edge of another system is a curve in degrees: it gets corners in between.
PIECES = 64
SHORTEST_CURVED = 20_000.0
# Of those, only corners that change the outline by more than about a metre stay.
STRAIGHT = 1e-5
FARTHEST_DEGREE = 540.0


def system(said: str | int | Mapping[str, Any]) -> CRS:
    """The system that a file names: a number of EPSG, a name such as `EPSG:25832`, WKT or PROJJSON.

    Raises:
        Invalid: it is not known, or has no place on the earth.
    """
    try:
        if isinstance(said, str) and len(said) > LONGEST_TEXT:
            raise CRSError("longer than any system is")
        found = CRS.from_json_dict(dict(said)) if isinstance(said, Mapping) else CRS.from_user_input(said)
    except (CRSError, ValueError, TypeError, KeyError):
        name = str(said)[:80]
        raise Invalid(
            _(
                "The coordinate system %(name)s is not known. Transform to WGS 84 (EPSG:4326) first.",
                name=repr(name),
            )
        ) from None
    if not (found.is_geographic or found.is_projected or found.is_bound or found.is_compound):
        raise Invalid(
            _(
                "The coordinate system %(name)s has no place on the earth. Transform to WGS 84 (EPSG:4326).",
                name=found.name,
            )
        )
    return found


def in_degrees(shapes: Sequence[Shape], found: CRS | None) -> Gathered:
    """Shapes in degrees, longitude first; None is a source that is longitude latitude already.

    Raises:
        Invalid: positions that are no degrees, or lie outside what the system is made for.
    """
    if found is None or _is_plain(found):
        check(shapes)
        return Gathered(tuple(shapes))
    change = Transformer.from_crs(found, DEGREES, always_xy=True)
    moved = tuple(Shape(_moved(shape.geometry, change, found), shape.name) for shape in shapes)
    note = _("Transformed from %(name)s to WGS 84.", name=_named(found))
    return Gathered(moved, (note,))


def _is_plain(found: CRS) -> bool:
    return found.equals(DEGREES, ignore_axis_order=True)


def _named(found: CRS) -> str:
    authority = found.to_authority(min_confidence=100)
    return f"{found.name} ({':'.join(authority)})" if authority else found.name


def _moved(geometry: BaseGeometry, change: Transformer, found: CRS) -> Any:
    west, south, east, north = geometry.bounds
    length = max(east - west, north - south)
    is_curved = found.is_projected and length > SHORTEST_CURVED
    if is_curved:
        geometry = shapely.segmentize(geometry, length / PIECES)

    def transform(positions: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(change.transform(positions[:, 0], positions[:, 1]))

    try:
        moved = shapely.transform(shapely.force_2d(geometry), transform)
    except ProjError:
        moved = None
    if moved is None or not np.isfinite(shapely.get_coordinates(moved)).all():
        raise Invalid(
            _(
                "Positions lie outside the part of the earth that %(name)s is made for. "
                "Check that the file names its coordinate system rightly.",
                name=_named(found),
            )
        )
    return shapely.simplify(moved, STRAIGHT) if is_curved else moved


def check(shapes: Sequence[Shape]) -> None:
    """See that positions are longitude latitude in degrees.

    Raises:
        Invalid: they are not; the message says what they look like instead.
    """
    if not shapes:
        return
    positions = shapely.get_coordinates([shape.geometry for shape in shapes])
    if not np.isfinite(positions).all():
        raise Invalid(_("A position is not a finite number."))
    across, up = np.abs(positions[:, 0]), np.abs(positions[:, 1])
    wrong = (across > FARTHEST_DEGREE) | (up > 90)
    if wrong.any():
        raise Invalid(_what_is_wrong(positions, positions[np.argmax(wrong)]))


def _what_is_wrong(positions: NDArray[np.float64], first: NDArray[np.float64]) -> str:
    shown = f"{first[0]:.10g} {first[1]:.10g}"
    if (np.abs(positions[:, 0]) <= 90).all() and (np.abs(positions[:, 1]) <= 360).all():
        return _(
            "%(position)s looks like latitude before longitude. Write longitude first, then latitude.",
            position=shown,
        )
    if (np.abs(positions) > 1000).any():
        return _(
            "%(position)s looks like metres of a projected coordinate system, not degrees. Transform to "
            "WGS 84 (EPSG:4326), upload a file that names its system, or paste EWKT: SRID=32632;POLYGON…",
            position=shown,
        )
    return _(
        "%(position)s lies beyond the globe: longitudes lie between -180 and 180, latitudes between -90 "
        "and 90.",
        position=shown,
    )

"""From shapes to the one outline that a record holds: mended, dissolved, cut at 180 degrees, small enough."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

from app.base.errors import Invalid, TooLarge
from app.base.language import _, ngettext
from app.catalogue.footprint import MOST_VERTICES
from app.curation.footprints import turning
from app.curation.footprints.measuring import area_km2, distance, rounded
from app.curation.footprints.shapes import (
    MOST_POSITIONS,
    MOST_SPOTS,
    Footprint,
    Gathered,
    spot_of,
)

DECIMALS = 6
GRID = 10.0**-DECIMALS
"""Positions are kept to a millionth of a degree, about 0.1 m."""
FINEST = 1e-5
COARSEST = 4.0
FINEST_CELL = 0.005
COARSER = 1.4
MOST_CELLS = 4_000_000
# Rings that cannot all be kept: each needs four vertices, and some room for its form.
MOST_RINGS = MOST_VERTICES // 5
TELLING = 0.0005

Outline = Polygon | MultiPolygon


@dataclass(frozen=True)
class _Smaller:
    """An outline with fewer vertices; `step` in degrees; `is_grid` when squares cover what was there."""

    outline: Outline
    step: float
    is_grid: bool


def outline(gathered: Gathered) -> Footprint:
    """The outline of all polygons read; points become places.

    Raises:
        Invalid: nothing was read, or nothing of it has an area.
        TooLarge: more positions or points than are read.
    """
    _check_size(gathered)
    points = [(one.geometry, one.name) for one in gathered.shapes if isinstance(one.geometry, Point)]
    spots = tuple(spot_of(point, name, number) for number, (point, name) in enumerate(points, start=1))
    polygons = [shape.geometry for shape in gathered.shapes if not isinstance(shape.geometry, Point)]
    if not polygons:
        return Footprint(None, _spots_said(len(spots)), notes=gathered.notes, spots=spots)
    whole, notes = _whole([part for one in polygons for part in shapely.get_parts(one) if not part.is_empty])
    kept, simplified, told = _small_enough(whole)
    return Footprint(
        geometry=kept,
        summary=said(kept),
        simplified=simplified,
        vertices=int(shapely.get_num_coordinates(kept)),
        area_km2=area_km2(kept),
        notes=(*gathered.notes, *notes, *told),
        spots=spots,
    )


def _check_size(gathered: Gathered) -> None:
    if not gathered.shapes:
        raise Invalid(_("The source holds no geometry."))
    positions = int(sum(shapely.get_num_coordinates([shape.geometry for shape in gathered.shapes])))
    if positions > MOST_POSITIONS:
        raise TooLarge(
            _(
                "%(number)s positions; at most %(most)s are read. Simplify the outline first.",
                number=f"{positions:,}",
                most=f"{MOST_POSITIONS:,}",
            )
        )
    points = sum(isinstance(shape.geometry, Point) for shape in gathered.shapes)
    if points > MOST_SPOTS:
        raise TooLarge(
            _(
                "%(number)s points; a record names at most %(most)s places. Give an outline round them.",
                number=f"{points:,}",
                most=MOST_SPOTS,
            )
        )


def _spots_said(number: int) -> str:
    return ngettext("1 point, which becomes a place.", "%(num)s points, which become places.", number)


def _whole(polygons: Sequence[Polygon]) -> tuple[Outline, list[str]]:
    """All polygons as one valid outline within one turn of the globe, and what was done to them."""
    if not polygons:
        raise Invalid(_("Nothing of this has an area: every ring is a line or a point."))
    parts = [part for polygon in polygons for part in turning.cut(polygon)]
    broken = int((~shapely.is_valid(parts)).sum())
    joined = _plain(shapely.union_all([_valid(part) for part in parts], grid_size=GRID))
    if joined.is_empty:
        raise Invalid(_("Nothing of this has an area: every ring is a line or a point."))
    return joined, [*_mended_said(broken), *_turned_said(polygons), *_dissolved_said(len(polygons), joined)]


def _plain(geometry: BaseGeometry) -> Outline:
    """Polygons only, within the globe and valid, outer rings counter-clockwise."""
    west, south, east, north = geometry.bounds if not geometry.is_empty else turning.HALF.bounds
    is_within = west >= -180 and south >= -90 and east <= 180 and north <= 90
    parts = turning.polygons_of(_valid(geometry if is_within else geometry.intersection(turning.HALF)))
    wound = shapely.orient_polygons(parts[0] if len(parts) == 1 else MultiPolygon(parts))
    # A grid alone leaves 0.34641000000000005, which is long to write and compares as another position.
    made = shapely.transform(wound, lambda positions: np.round(positions, DECIMALS))
    return made if isinstance(made, Polygon) else MultiPolygon(shapely.get_parts(made).tolist())


def _valid(geometry: BaseGeometry) -> BaseGeometry:
    """The geometry itself where nothing is wrong with it: mending takes long where there are many parts."""
    if geometry.is_valid:
        return geometry
    return shapely.make_valid(geometry, method="structure", keep_collapsed=False)


def _mended_said(broken: int) -> list[str]:
    if not broken:
        return []
    return [
        ngettext(
            "1 polygon crossed itself and was mended.",
            "%(num)s polygons crossed themselves and were mended.",
            broken,
        )
    ]


def _turned_said(polygons: Sequence[Polygon]) -> list[str]:
    told = []
    if any(turning.jumps(one) for one in polygons):
        told.append(_("An edge spans more than half the globe; it was read as crossing 180 degrees."))
    if any(_is_long_box(one) for one in polygons):
        told.append(
            _(
                "A box spans more than half the globe. If it should cross 180 degrees instead, type it with "
                "its west above its east."
            )
        )
    return told


def _is_long_box(polygon: Polygon) -> bool:
    west, _south, east, _north = polygon.bounds
    return 180 < east - west < 360 and polygon.equals(polygon.envelope)


def _dissolved_said(number: int, joined: Outline) -> list[str]:
    parts = shapely.get_num_geometries(joined)
    if number <= parts:
        return []
    return [
        _(
            "%(number)s polygons that touch or overlap were dissolved into %(parts)s.",
            number=f"{number:,}",
            parts=f"{parts:,}",
        )
    ]


def _small_enough(whole: Outline) -> tuple[Outline, bool, list[str]]:
    """The outline with at most `MOST_VERTICES` vertices, whether it lost anything, and what."""
    before = int(shapely.get_num_coordinates(whole))
    if before <= MOST_VERTICES:
        return whole, False, []
    found = _simplified(whole) or _covered(whole)
    after = int(shapely.get_num_coordinates(found.outline))
    share = area_km2(found.outline) / area_km2(whole) - 1
    told = _grid_said(found, whole) if found.is_grid else _simplified_said(found, before, after)
    return found.outline, True, [told, *_change_said(share)]


def _change_said(share: float) -> list[str]:
    if abs(share) < TELLING:
        return []
    change = rounded(abs(share) * 100)
    if share > 0:
        return [_("That makes the area larger by %(share)s %%.", share=change)]
    return [_("That makes the area smaller by %(share)s %%.", share=change)]


def _simplified_said(found: _Smaller, before: int, after: int) -> str:
    return _(
        "Simplified from %(before)s to %(after)s vertices; the outline moves by at most %(distance)s.",
        before=f"{before:,}",
        after=f"{after:,}",
        distance=distance(found.step),
    )


def _grid_said(found: _Smaller, whole: Outline) -> str:
    return _(
        "%(parts)s separate parts are too many to keep; squares of %(degrees)s degrees (%(side)s) that touch "
        "them stand for them.",
        parts=f"{shapely.get_num_geometries(whole):,}",
        degrees=f"{found.step:g}",
        side=distance(found.step),
    )


def _simplified(whole: Outline) -> _Smaller | None:
    """Fewer vertices along the same rings; None where there are too many rings for that."""
    if len(shapely.get_rings(shapely.get_parts(whole))) > MOST_RINGS:
        return None
    step = FINEST
    while step <= COARSEST:
        less = _plain(shapely.simplify(whole, step, preserve_topology=True))
        if shapely.get_num_coordinates(less) <= MOST_VERTICES:
            return _Smaller(less, step, is_grid=False)
        step *= 1.5
    return None


def _covered(whole: Outline) -> _Smaller:
    """Squares of a grid that touch any part, dissolved: never less than the outline, coarser as need be."""
    west, south, east, north = whole.bounds
    cell = max(FINEST_CELL, np.sqrt((east - west) * (north - south) / MOST_CELLS))
    while True:
        cell = float(f"{cell * COARSER:.2g}")
        grid = _grid(whole, cell)
        if _corners(grid) <= MOST_VERTICES:
            joined = _plain(shapely.simplify(shapely.coverage_union_all(_squares(whole, grid, cell)), 0))
            if shapely.get_num_coordinates(joined) <= MOST_VERTICES:
                return _Smaller(joined, cell, is_grid=True)


def _grid(whole: Outline, cell: float) -> NDArray[np.bool_]:
    """Which squares of `cell` degrees the box of a part touches [row from the south, column], with a margin
    of one square."""
    bounds = shapely.bounds(shapely.get_parts(whole))
    west, south = bounds[:, 0].min(), bounds[:, 1].min()
    first = np.floor((bounds[:, :2] - [west, south]) / cell).astype(np.int64) + 1
    last = np.ceil((bounds[:, 2:] - [west, south]) / cell).astype(np.int64) + 1
    columns, rows = last.max(axis=0) + 1
    grid = np.zeros((rows, columns), dtype=np.bool_)
    for (left, low), (right, high) in zip(first.tolist(), last.tolist(), strict=True):
        grid[low : max(high, low + 1), left : max(right, left + 1)] = True
    return grid


def _corners(grid: NDArray[np.bool_]) -> int:
    """How many vertices the outline of the squares has, about: two where two squares meet by a corner."""
    low, high = grid[:-1].astype(np.int8), grid[1:].astype(np.int8)
    around = low[:, :-1] + low[:, 1:] + high[:, :-1] + high[:, 1:]
    crossed = (around == 2) & (low[:, :-1] == high[:, 1:])
    return int(((around == 1) | (around == 3)).sum() + 2 * crossed.sum())


def _squares(whole: Outline, grid: NDArray[np.bool_], cell: float) -> list[Polygon]:
    """The squares that touch a part itself, not only its box."""
    west, south, _east, _north = whole.bounds
    rows, columns = np.nonzero(grid)
    # Neighbours take their common edge from the same sum, so that it is the same to the last digit.
    across = west + (np.arange(grid.shape[1] + 1) - 1) * cell
    up = south + (np.arange(grid.shape[0] + 1) - 1) * cell
    squares: Any = shapely.box(across[columns], up[rows], across[columns + 1], up[rows + 1])
    touching = np.unique(shapely.STRtree(squares).query(shapely.get_parts(whole), predicate="intersects")[1])
    return list(squares[touching])


def said(kept: Outline) -> str:
    """One sentence: parts, vertices, area, and how far it reaches."""
    parts = int(shapely.get_num_geometries(kept))
    reach = _(
        "%(area)s km² with %(vertices)s vertices",
        area=rounded(area_km2(kept)),
        vertices=f"{shapely.get_num_coordinates(kept):,}",
    )
    what = ngettext("One polygon", "%(num)s polygons", parts)
    return _("%(what)s, %(reach)s.", what=what, reach=reach)

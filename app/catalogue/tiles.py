"""Vector tiles of the datasets a query finds, made in PostGIS.

Three layers: `outlines` (countries and continents with the number of datasets that are known by them only),
`footprints` (areas with a known box, largest first), and `points` (places, and footprints too small or too
many to draw, gathered where they lie close). What is not drawn as a footprint is counted in a point.
"""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import (
    ARRAY,
    CTE,
    ColumnElement,
    Integer,
    LargeBinary,
    Select,
    Subquery,
    Text,
    and_,
    any_,
    case,
    distinct,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from app.base.errors import Invalid
from app.base.kept import shelf_of
from app.catalogue.index import CURRENT_VERSION
from app.catalogue.matching import Matched, match
from app.catalogue.query import DEFAULT_LIMIT, SearchQuery
from app.catalogue.tables import Dataset, DatasetArea, Outline

DEEPEST_ZOOM = 22
WORLD_WIDTH = 40_075_016.685578488
GRID = 4096
BUFFER = 64
CLUSTERS_PER_SIDE = 8
CLUSTERS_PER_SIDE_NEAR = 64
FIRST_ZOOM_NEAR = 7
DRAWN_PER_SIDE = 96
MOST_FOOTPRINTS = 300
LAST_ZOOM_LOW = 4


@dataclass(frozen=True)
class TileAddress:
    """Zoom, column from the west, row from the north, as web maps count them."""

    z: int
    x: int
    y: int

    @property
    def width(self) -> float:
        """Side of the tile in metres of the web map."""
        return float(WORLD_WIDTH / 2**self.z)


def tile_address(z: int, x: int, y: int) -> TileAddress:
    """A tile that exists.

    Raises:
        Invalid: zoom beyond 22, or a column or row beyond its zoom.
    """
    if not 0 <= z <= DEEPEST_ZOOM:
        raise Invalid(f"Tiles have zooms from 0 to {DEEPEST_ZOOM}; got {z}.")
    if not (0 <= x < 2**z and 0 <= y < 2**z):
        raise Invalid(f"At zoom {z} columns and rows run from 0 to {2**z - 1}; got {x}, {y}.")
    return TileAddress(z, x, y)


def find_tile(session: Session, query: SearchQuery, tile: TileAddress) -> bytes:
    """The Mapbox vector tile of a search, drawn once per version of the catalogue.

    Every visitor's map starts from the same few tiles, and those of the whole world cost the most.
    """
    filters = replace(query, sort=None, limit=DEFAULT_LIMIT, cursor=None, facets=None)
    key = ("dataset tile", session.scalar(select(CURRENT_VERSION)), filters, tile)
    shelf = shelf_of(session)
    drawn: bytes | None = shelf.get(key)
    if drawn is None:
        drawn = draw_tile(session, match(session, query), tile)
        shelf.put(key, drawn, len(drawn))
    return drawn


def draw_tile(session: Session, matched: Matched, tile: TileAddress) -> bytes:
    """The Mapbox vector tile of what a query found; empty where nothing lies."""
    # A plan kept for any list of datasets would look up each area by walking the whole list.
    session.execute(select(func.set_config("plan_cache_mode", "force_custom_plan", True)))
    layers = [_outlines(matched, tile), *_areas(matched, tile)]
    parts = [select(layer.c.mvt) for layer in layers]
    return b"".join(bytes(part) for part in session.scalars(union_all(*parts)) if part)


def _envelope(tile: TileAddress) -> ColumnElement[Any]:
    return func.st_tileenvelope(tile.z, tile.x, tile.y)


def _drawn(geometry: Any, tile: TileAddress) -> ColumnElement[Any]:
    return func.st_asmvtgeom(geometry, _envelope(tile), GRID, BUFFER, True)


def _layer(features: Select[*tuple[Any, ...]], name: str) -> Subquery:
    """The bytes of one layer from rows with a column `geom`."""
    rows = features.subquery(f"{name}_rows")
    packed = func.st_asmvt(rows.table_valued(), name, GRID, "geom", type_=LargeBinary)
    return (
        select(packed.label("mvt"))
        .select_from(rows)
        .where(rows.c.geom.is_not(None))
        .subquery(f"{name}_layer")
    )


def _outlines(matched: Matched, tile: TileAddress) -> Subquery:
    """Countries and continents that stand in for datasets without a closer location."""
    counts = matched.index.codes["outline"].count(matched.mask())
    counted = (
        func.unnest(literal(list(counts), ARRAY(Text)), literal(list(counts.values()), ARRAY(Integer)))
        .table_valued("code", "n", name="counted")
        .render_derived()
    )
    geometry = Outline.mercator_low if tile.z <= LAST_ZOOM_LOW else Outline.mercator
    features = (
        select(
            Outline.code,
            Outline.name,
            Outline.kind,
            counted.c.n,
            _drawn(geometry, tile).label("geom"),
        )
        .join_from(Outline, counted, Outline.code == counted.c.code)
        .where(geometry.op("&&")(_envelope(tile)))
    )
    return _layer(features, "outlines")


def _areas(matched: Matched, tile: TileAddress) -> list[Subquery]:
    """Footprints large enough to be seen, and everything else as gathered points."""
    area = _near(matched, tile)
    drawn = and_(area.c.visible, area.c.place <= MOST_FOOTPRINTS)
    return [_footprints(area, drawn, tile), _points(area, ~drawn, tile)]


def _near(matched: Matched, tile: TileAddress) -> CTE:
    """The areas of the found datasets that touch the tile, the largest visible footprints first."""
    span = func.greatest(
        func.st_xmax(DatasetArea.mercator) - func.st_xmin(DatasetArea.mercator),
        func.st_ymax(DatasetArea.mercator) - func.st_ymin(DatasetArea.mercator),
    )
    visible = and_(DatasetArea.kind == "footprint", span >= tile.width / DRAWN_PER_SIDE)
    statement = select(
        DatasetArea.dataset_id,
        DatasetArea.name,
        DatasetArea.mercator,
        DatasetArea.centre,
        visible.label("visible"),
        func.row_number().over(order_by=(visible.desc(), span.desc(), DatasetArea.id)).label("place"),
    ).where(DatasetArea.mercator.op("&&")(func.st_expand(_envelope(tile), tile.width * BUFFER / GRID)))
    if matched.filters:
        found = literal(matched.ids, ARRAY(Integer))
        statement = statement.where(DatasetArea.dataset_id == any_(found))
    return statement.cte("area")


def _footprints(area: CTE, drawn: ColumnElement[bool], tile: TileAddress) -> Subquery:
    features = (
        select(
            Dataset.slug,
            Dataset.name,
            area.c.name.label("place"),
            _drawn(area.c.mercator, tile).label("geom"),
        )
        .join_from(area, Dataset, Dataset.id == area.c.dataset_id)
        .where(drawn)
    )
    return _layer(features, "footprints")


def _points(area: CTE, gathered: ColumnElement[bool], tile: TileAddress) -> Subquery:
    """One point per cell with the number of datasets in it; a point of one dataset carries its name."""
    side = CLUSTERS_PER_SIDE if tile.z < FIRST_ZOOM_NEAR else CLUSTERS_PER_SIDE_NEAR
    # Cells are numbered over the whole world, so that a centre on an edge lies in one tile for every tile.
    cell = tile.width / side
    placed = (
        select(
            area.c.dataset_id,
            area.c.name,
            area.c.centre,
            func.floor((WORLD_WIDTH / 2 + func.st_x(area.c.centre)) / cell).label("across"),
            func.floor((WORLD_WIDTH / 2 - func.st_y(area.c.centre)) / cell).label("down"),
        )
        .where(gathered)
        .subquery("placed")
    )
    number = func.count(distinct(placed.c.dataset_id))
    features = (
        select(
            number.label("n"),
            case((number == 1, func.min(Dataset.slug))).label("slug"),
            case((number == 1, func.min(Dataset.name))).label("name"),
            case((func.count() == 1, func.min(placed.c.name))).label("place"),
            _drawn(func.st_centroid(func.st_collect(placed.c.centre)), tile).label("geom"),
        )
        .join_from(placed, Dataset, Dataset.id == placed.c.dataset_id)
        .where(
            placed.c.across.between(tile.x * side, tile.x * side + side - 1),
            placed.c.down.between(tile.y * side, tile.y * side + side - 1),
        )
        .group_by(placed.c.across, placed.c.down)
    )
    return _layer(features, "points")

"""The layer `footprints` of a tile: outlines of items, made in PostGIS."""

from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Float,
    Integer,
    LargeBinary,
    Text,
    case,
    func,
    literal,
    select,
)
from sqlalchemy.orm import Session

from app.catalogue.tiles import BUFFER, GRID, WORLD_WIDTH, TileAddress
from app.items.curve import FARTHEST_NORTH, Degrees, Near, across_the_map, centres_of, is_counted
from app.items.index import ItemIndex
from app.items.moments import from_micros
from app.items.splits import SPLITS, split_numbers
from app.items.tables import OTHER_SHAPE, ItemDocument


def draw_footprints(session: Session, index: ItemIndex, close: Near, tile: TileAddress) -> bytes:
    """The layer `footprints`: outlines clipped to the tile; `n` is 1 where the item is counted here, else 0.

    An item counted here always has a shape: a point at its centre where its outline is too small, or lies
    beyond the map's edge.
    """
    given = _given(index, close, tile)
    envelope = func.st_tileenvelope(tile.z, tile.x, tile.y)
    centre = func.st_setsrid(func.st_makepoint(given.c.x, given.c.y), 3857)
    shape = func.coalesce(
        func.st_asmvtgeom(_outline(given), envelope, GRID, BUFFER, True),
        func.st_asmvtgeom(centre, envelope, GRID, BUFFER, True),
    )
    features = (
        select(
            ItemDocument.name.label("id"),
            *(given.c[name] for name in ("collection", "datetime", "end_datetime", "split", "n")),
            shape.label("geom"),
        )
        # An item that was replaced a moment ago is still counted, so it is still drawn.
        .outerjoin_from(given, ItemDocument, ItemDocument.id == given.c.id)
        .order_by(given.c.place)
        .subquery("features")
    )
    packed = func.st_asmvt(features.table_valued(), "footprints", GRID, "geom", type_=LargeBinary)
    drawn = session.scalar(select(packed).select_from(features).where(features.c.geom.is_not(None)))
    return bytes(drawn or b"")


def _given(index: ItemIndex, close: Near, tile: TileAddress) -> Any:
    """What the index knows of some items, as rows of a statement; lengths in metres of the web map."""
    rows = close.rows
    x, y = centres_of(close.keys)
    left, right = (_metres_across(side[rows]) for side in (index.west, index.east))
    bottom, top = (_metres_up(side[rows]) for side in (index.south, index.north))
    columns: dict[str, tuple[Any, list[Any]]] = {
        "id": (BigInteger, index.ids[rows].tolist()),
        "collection": (Text, [index.slugs[number] for number in index.collections[rows].tolist()]),
        "datetime": (Text, [_moment(at) for at in index.start[rows].tolist()]),
        "end_datetime": (Text, _ends(index, close)),
        "split": (Text, [SPLITS[place] for place in split_numbers(index, rows).tolist()]),
        "n": (Integer, is_counted(close, tile).astype(int).tolist()),
        "form": (Integer, index.form[rows].tolist()),
        **{
            name: (Float, values.tolist())
            for name, values in zip(
                ("x", "y", "left", "bottom", "right", "top"), (x, y, left, bottom, right, top), strict=True
            )
        },
    }
    arrays = [literal(values, ARRAY(kind)) for kind, values in columns.values()]
    unnested = func.unnest(*arrays).table_valued(*columns, name="given", with_ordinality="place")
    return unnested.render_derived()


def _outline(given: Any) -> ColumnElement[Any]:
    """The shape of an item on the web map: its box where that is all of it."""
    world = func.st_makeenvelope(-180, -FARTHEST_NORTH, 180, FARTHEST_NORTH, 4326)
    stored = ItemDocument.geometry
    inside = case((func.st_coveredby(stored, world), stored), else_=func.st_intersection(stored, world))
    box = func.st_makeenvelope(*(given.c[side] for side in ("left", "bottom", "right", "top")), 3857)
    return case((given.c.form == OTHER_SHAPE, func.st_transform(inside, 3857)), else_=box)


def _metres_across(longitude: Degrees) -> Degrees:
    return longitude / 360 * WORLD_WIDTH


def _metres_up(latitude: Degrees) -> Degrees:
    return (0.5 - across_the_map(latitude)) * WORLD_WIDTH


def _ends(index: ItemIndex, close: Near) -> list[str | None]:
    """The last moment of items that cover an interval."""
    starts, ends = index.start[close.rows].tolist(), index.until[close.rows].tolist()
    return [None if until == start else _moment(until) for start, until in zip(starts, ends, strict=True)]


def _moment(micros: int) -> str:
    return from_micros(micros).strftime("%Y-%m-%dT%H:%M:%SZ")

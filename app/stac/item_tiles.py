"""Tiles of items over HTTP, and what describes them: TileJSON and OGC API - Tiles."""

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Annotated, Any
from urllib.parse import parse_qsl, urlencode
from weakref import WeakKeyDictionary

from fastapi import APIRouter, Path, Request, Response
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.base.db import ReadSession
from app.base.errors import Invalid
from app.base.kept import Shelf, shelf_at
from app.catalogue import matching as datasets
from app.catalogue.nearest import nearest
from app.catalogue.parameters import parse_query
from app.catalogue.search import get_record
from app.catalogue.tiles import DEEPEST_ZOOM, TileAddress, tile_address
from app.items.along import Spread
from app.items.bounds import LIGHT, NOBODY, MustWait
from app.items.index import ItemIndex
from app.items.indexes import current
from app.items.matching import match
from app.items.query import ItemQuery
from app.items.sifting import sifted
from app.items.splits import SPLITS
from app.items.spreads import layout_at_hand, layout_of, spread_of
from app.items.tiles import draw_tile
from app.portal.answers import KEEP, own_address
from app.portal.parameters import parameter, text
from app.stac.at_hand import engine_of, index_at_hand, present_index, reading
from app.stac.item_query import LANGUAGES, from_address
from app.stac.links import JSON, STAC
from app.stac.quick import QuickRoute, tried_at_once
from app.stac.tile_documents import MVT, QUAD, Tiles, tilejson, tileset, tilesets

MOST_SPREAD_BYTES, LARGEST_SPREAD_BYTES = 320_000_000, 170_000_000
"""The largest is that of five million items: who looks at them asks for a screen of tiles."""

MOST_QUERIES = 64
"""Queries of maps that are not read again; none is longer than an address may be."""

WORLD = (-180.0, -85.05113, 180.0, 85.05113)

NAMES = ("collection", "datasets", "datetime", "bbox", "intersects", "ids", "filter", "filter-lang")
OF_COLLECTION = tuple(name for name in NAMES if name not in ("collection", "datasets"))
_DECLARED = {
    "collection": ("Slugs of datasets between commas.", text(examples=["eurosat"])),
    "datasets": (
        "A search of the portal, as one value: the items of the datasets that it finds.",
        text(examples=["task=counting"]),
    ),
    "datetime": ("RFC 3339 moment or interval.", text(examples=["2019-01-01T00:00:00Z/.."])),
    "bbox": ("west,south,east,north in degrees.", text(examples=["5,47,15,55"])),
    "intersects": ("An area as GeoJSON or WKT.", text(examples=["POINT(10 50)"])),
    "ids": ("Ids of items between commas.", text()),
    "filter": ("A CQL2 filter.", text(examples=["split = 'test'"])),
    "filter-lang": ("Language of the filter.", text(enum=list(LANGUAGES))),
}
Zoom = Annotated[int, Path(ge=0, le=DEEPEST_ZOOM)]
Place = Annotated[int, Path(ge=0, lt=2**DEEPEST_ZOOM)]
Pairs = Sequence[tuple[str, str]]

router = APIRouter(tags=["map"])
quick = APIRouter(tags=["map"], route_class=QuickRoute)


def _documented(names: Iterable[str]) -> dict[str, Any]:
    return {"parameters": [parameter(name, *_DECLARED[name]) for name in names]}


@dataclass(frozen=True)
class Asked:
    """Items of one version that tiles are asked of; `told` is the question, as addresses repeat it."""

    index: ItemIndex
    query: ItemQuery
    told: Pairs


def ask(session: Session, index: ItemIndex, pairs: Pairs, collection: str | None = None) -> Asked:
    """Read the parameters of tiles.

    Raises:
        Invalid: an unknown parameter or value; the message names the nearest right one.
    """
    known = {name: name for name in (OF_COLLECTION if collection else NAMES)}
    for name, value in pairs:
        if name not in known:
            raise Invalid(f"There is no parameter {name[:60]!r}. {nearest(name, known)}")
        if name == "filter-lang" and value.strip() and value not in LANGUAGES:
            raise Invalid(f"filter-lang is {' or '.join(LANGUAGES)}; got {value[:40]!r}.")
    told = sorted((name, value) for name, value in pairs if value.strip())
    given = [("collections" if name == "collection" else name, value) for name, value in told]
    query = _read(tuple(pair for pair in given if pair[0] != "datasets"), collection)
    searches = [value for name, value in told if name == "datasets"]
    if searches:
        query = replace(query, collections=_found(session, index, searches, query.collections))
    return Asked(index, query, told)


@lru_cache(MOST_QUERIES)
def _read(pairs: tuple[tuple[str, str], ...], collection: str | None) -> ItemQuery:
    """The query of some parameters; the tiles of a map all have the same."""
    return from_address(pairs, collection).query


def _found(
    session: Session, index: ItemIndex, searches: list[str], among: tuple[str, ...] | None
) -> tuple[str, ...]:
    """The datasets with items that searches of the portal find, each among those that the last one left."""
    for search in searches:
        found = datasets.match(session, parse_query(parse_qsl(search))).ids
        slugs = [index.slugs[number] for number in found if number in index.slugs]
        among = tuple(slug for slug in slugs if among is None or slug in among)
    return among or ()


@quick.get(
    "/tiles/items/{z}/{x}/{y}.mvt",
    summary="Draw items on the map",
    openapi_extra=_documented(NAMES),
    response_class=Response,
    responses={200: {"content": {MVT: {}}}},
)
@tried_at_once
def item_tile(request: Request, z: Zoom, x: Place, y: Place) -> Response:
    """A Mapbox vector tile: footprints of items, or cells with their numbers; docs/tiles.md has the names."""
    tile = _address(z, x, y)
    if not request.state.may_wait:
        index = index_at_hand(request)
        kept = _kept(request, index, tile)
        return _versioned(request, index, _drawn_at_once(request, index, tile) if kept is None else kept, MVT)
    with reading(request) as session:
        index = present_index(request, session)
        drawn = _kept(request, index, tile)
        if drawn is None:
            asked = ask(session, index, request.query_params.multi_items())
            found = sifted(index, layout_of(session, index), asked.query) if asked.told else None
            drawn = draw_tile(session, index, found or _spread(session, asked), tile)
            _keep(request, index, tile, drawn)
    return _versioned(request, index, drawn, MVT)


def _drawn_at_once(request: Request, index: ItemIndex, tile: TileAddress) -> bytes:
    """The tile, where drawing it takes about a millisecond.

    Raises:
        MustWait: the database must be asked, or there is too much to look at.
    """
    asked = ask(NOBODY, index, request.query_params.multi_items())
    layout = layout_at_hand(index)
    found = sifted(index, layout, asked.query, LIGHT) if asked.told else layout.whole
    if found is None:
        raise MustWait
    drawn = draw_tile(NOBODY, index, found, tile)
    _keep(request, index, tile, drawn)
    return drawn


def _kept(request: Request, index: ItemIndex, tile: TileAddress) -> bytes | None:
    """The tile, if it was drawn before for these parameters."""
    found: bytes | None = shelf_at(engine_of(request)).get(_key(request, index, tile))
    return found


def _keep(request: Request, index: ItemIndex, tile: TileAddress, drawn: bytes) -> None:
    shelf_at(engine_of(request)).put(_key(request, index, tile), drawn, len(drawn))


def _key(request: Request, index: ItemIndex, tile: TileAddress) -> tuple[object, ...]:
    return "item tile", index.version, tile, request.scope["query_string"]


def _address(*parts: Any) -> TileAddress:
    """The tile of an address, of which a quick route gets the parts as texts.

    Raises:
        Invalid: not whole numbers, or there is no such tile.
    """
    if not all(re.fullmatch(r"[0-9]{1,7}", str(part)) for part in parts):
        raise Invalid(f"Tiles are addressed by whole numbers: zoom up to {DEEPEST_ZOOM}, column and row.")
    return tile_address(*map(int, parts))


_SPREADS: WeakKeyDictionary[Engine, Shelf] = WeakKeyDictionary()


def _spread(session: Session, asked: Asked) -> Spread:
    """The items asked for, ready to be counted; kept, since a map asks for many tiles of the same."""
    if not asked.told:
        return spread_of(session, asked.index, None)
    shelf = _SPREADS.setdefault(session.get_bind().engine, Shelf(MOST_SPREAD_BYTES, LARGEST_SPREAD_BYTES))
    key = (asked.index.version, tuple(asked.told))
    found: Spread | None = shelf.get(key)
    if found is None:
        found = spread_of(session, asked.index, match(session, asked.index, asked.query))
        shelf.put(key, found, found.n_bytes)
    return found


@router.get(
    "/tiles/items/tilejson.json", summary="Describe the tiles of items", openapi_extra=_documented(NAMES)
)
def describe_tiles(request: Request, session: ReadSession) -> Response:
    """TileJSON 3.0: the address of tiles, their layers, where items lie, and how many have no place."""
    asked = ask(session, current(session), request.query_params.multi_items())
    return _versioned(request, asked.index, lambda: tilejson(_tiles(request, session, asked)), JSON)


@router.get("/tiles/items", summary="List the sets of tiles of items", openapi_extra=_documented(NAMES))
def list_tilesets(request: Request, session: ReadSession) -> Response:
    """OGC API - Tiles: the one set of tiles there is."""
    asked = ask(session, current(session), request.query_params.multi_items())
    return _versioned(request, asked.index, lambda: tilesets(_here(request), request.url.query), JSON)


@router.get(
    f"/tiles/items/{QUAD}", summary="Describe a set of tiles of items", openapi_extra=_documented(NAMES)
)
def describe_tileset(request: Request, session: ReadSession) -> Response:
    """OGC API - Tiles: where the tiles of items are, and what they hold."""
    asked = ask(session, current(session), request.query_params.multi_items())
    return _versioned(
        request, asked.index, lambda: tileset(_tiles(request, session, asked), _here(request)), JSON
    )


@router.get(
    f"{STAC}/collections/{{collection}}/tiles",
    summary="List the sets of tiles of a collection",
    openapi_extra=_documented(OF_COLLECTION),
)
def list_tilesets_of(request: Request, session: ReadSession, collection: str) -> Response:
    """OGC API - Tiles: the one set of tiles of a collection's items."""
    asked = _ask_of(request, session, collection)
    return _versioned(request, asked.index, lambda: tilesets(_here(request), request.url.query), JSON)


@router.get(
    f"{STAC}/collections/{{collection}}/tiles/{QUAD}",
    summary="Describe a set of tiles of a collection",
    openapi_extra=_documented(OF_COLLECTION),
)
def describe_tileset_of(request: Request, session: ReadSession, collection: str) -> Response:
    """OGC API - Tiles: where the tiles of a collection's items are, and what they hold."""
    asked = _ask_of(request, session, collection)
    return _versioned(
        request, asked.index, lambda: tileset(_tiles(request, session, asked), _here(request)), JSON
    )


def _ask_of(request: Request, session: Session, collection: str) -> Asked:
    """The items of one collection; the address of the tiles names it among the parameters."""
    get_record(session, collection)
    asked = ask(session, current(session), request.query_params.multi_items(), collection)
    return replace(asked, told=[("collection", collection), *asked.told])


def _versioned(
    request: Request, index: ItemIndex, content: bytes | Callable[[], bytes], media_type: str
) -> Response:
    """The content, or what makes it, or 304 where the client holds what this version of the items answers."""
    scope, version = request.scope, index.version
    asked = f"{own_address(request)} {scope['path']} {scope['query_string']!r}"
    told = f"{request.app.version} {version.items} {version.catalogue} {asked}"
    tag = f'W/"{hashlib.sha256(told.encode()).hexdigest()[:24]}"'
    kept = {"ETag": tag, "Cache-Control": KEEP}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=kept)
    content = content if isinstance(content, bytes) else content()
    return Response(content, media_type=media_type, headers=kept)


def _here(request: Request) -> str:
    return own_address(request) + request.url.path


def _tiles(request: Request, session: Session, asked: Asked) -> Tiles:
    """What documents say of the tiles asked for."""
    found = _spread(session, asked)
    counts = {name: len(keys) for name, keys in zip(SPLITS, found.by_group, strict=True)}
    bounds = _bounds(asked.index, found)
    return Tiles(own_address(request), urlencode(asked.told), bounds, counts, found.nowhere)


def _bounds(index: ItemIndex, found: Spread) -> tuple[float, float, float, float]:
    """West, south, east, north of all that has a place; the map's own where nothing has one."""
    placed = found.rows
    if not len(placed):
        return WORLD
    west, south = (float(side[placed].min()) for side in (index.west, index.south))
    east, north = (float(side[placed].max()) for side in (index.east, index.north))
    return west, south, east, north


router.include_router(quick)

"""The tiles as JSON, each as a STAC Item, and their files, whole or in parts as readers of GeoTIFFs ask."""

import re
from pathlib import Path as Folder
from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Query, Request
from fastapi.responses import JSONResponse, Response
from sqlalchemy.orm import Session

from app.base.db import ReadSession
from app.base.errors import Invalid, NotFound
from app.base.language import _
from app.tiles import changes, queries
from app.tiles.documents import COG, description_of, with_links
from app.tiles.layers import Layer, TileDescription
from app.tiles.suiting import offered, suited
from app.zoo.cards import ModelCard
from app.zoo.fitting import Cards, known_cards, reasons_against

router = APIRouter(prefix="/api", tags=["tiles"])

MOST_PER_PAGE, PER_PAGE = 1000, 200
LASTING = "max-age=31536000, immutable"
GEOJSON = "application/geo+json"
NO_TILE: dict[int | str, dict[str, Any]] = {404: {"description": "No such tile, or an upload that expired"}}
FILE_ANSWERS: dict[int | str, dict[str, Any]] = {
    **NO_TILE,
    200: {"content": {"image/tiff": {}}, "description": "The file"},
    206: {"content": {"image/tiff": {}}, "description": "The bytes asked for"},
    304: {"description": "The file is the one that the asker has"},
    416: {"description": "The file has no such bytes"},
}
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")

Id = Annotated[str, Path(max_length=100, description="Id of a tile")]
Slug = Annotated[str | None, Query(max_length=100)]


@router.get("/tiles", summary="List sample tiles")
def list_tiles(
    request: Request,
    session: ReadSession,
    dataset: Annotated[Slug, Query(description="Slug of the dataset that tiles belong to")] = None,
    imitating: Annotated[Slug, Query(description="Slug of a dataset that simulated tiles imitate")] = None,
    model: Annotated[Slug, Query(description="Id of a model that can be run on them")] = None,
    after: Annotated[str, Query(max_length=100, description="Id behind which the page begins")] = "",
    limit: Annotated[int, Query(ge=1, le=MOST_PER_PAGE)] = PER_PAGE,
) -> Response:
    """Sample tiles by id, each with the models that can be run on it; uploads are in no list.

    With `model`, a page may hold fewer tiles than asked for and still be followed by another one.
    `being_made` tells that simulated tiles are missing, which the worker makes after the first start.
    """
    cards, base = _cards(request), _address(request)
    card = _card(cards, model) if model else None
    shown, last = _page(session, card, limit, dataset=dataset, imitating=imitating, after=after)
    document: dict[str, Any] = {"tiles": [_brief(tile, cards, base) for tile in shown], "links": []}
    if not changes.are_simulated(session):
        document["being_made"] = True
    if last is not None:
        following = request.url.include_query_params(after=last)
        address = f"{base}/api/tiles?{following.query}"
        document["links"] = [{"rel": "next", "href": address, "type": "application/json"}]
    return JSONResponse(document, headers={"Cache-Control": "no-cache"})


def _page(
    session: Session, card: ModelCard | None, limit: int, **wanted: Any
) -> tuple[list[TileDescription], str | None]:
    """Tiles that a model fits, and the id behind which the next page begins.

    A model's bands are asked of the database and all else of the tiles that have them, a thousand at most.
    """
    if card is None:
        read = queries.tiles_of(session, most=limit + 1, **wanted)
        return read[:limit], read[limit - 1].id if len(read) > limit else None
    read = queries.tiles_of(session, bands=card.bands, most=MOST_PER_PAGE, **wanted)
    found = [tile for tile in read if not reasons_against(card, offered(tile))]
    if len(found) > limit:
        return found[:limit], found[limit - 1].id
    return found, read[-1].id if len(read) == MOST_PER_PAGE else None


@router.get("/tiles/{tile}", summary="Read a tile", responses=NO_TILE)
def read_tile(request: Request, session: ReadSession, tile: Id) -> Response:
    """A tile or upload as a STAC Item: what was seen and what is true, with figures of every band."""
    document = queries.document(session, tile)
    answer = with_links(document, _address(request))
    return JSONResponse(answer, media_type=GEOJSON, headers=_checked(document))


@router.get(
    "/tiles/{tile}/files/{key}.tif",
    summary="Download a file of a tile",
    responses=FILE_ANSWERS,
    response_class=Response,
)
def read_file(
    request: Request,
    session: ReadSession,
    tile: Id,
    key: Annotated[str, Path(max_length=100, description="Key of an asset")],
    range_: Annotated[str, Header(alias="Range", max_length=100)] = "",
    if_none_match: Annotated[str, Header(max_length=500)] = "",
) -> Response:
    """A Cloud Optimized GeoTIFF; one range of its bytes where `Range` asks for it."""
    document = queries.document(session, tile)
    description = description_of(document)
    layer = _layer(description, key)
    tag = f'"{layer.sha256[:32]}"'
    headers = {
        "ETag": tag,
        "Accept-Ranges": "bytes",
        "Cache-Control": f"{_scope(document).partition(',')[0]}, {LASTING}",
        "Content-Disposition": f'attachment; filename="{file_name(description, layer)}"',
        **_unlisted(document),
    }
    if tag in if_none_match:
        return Response(status_code=304, headers=headers)
    content: bytes = request.app.state.storage.get(layer.path)
    return _part(content, range_, headers)


def _part(content: bytes, wanted: str, headers: dict[str, str]) -> Response:
    """The bytes asked for; all of them where no range, or none of one piece, is named."""
    ends = byte_range(wanted, len(content))
    if ends is None:
        return Response(content, media_type=COG, headers=headers)
    first, last = ends
    if first > last:
        return Response(status_code=416, headers={"Content-Range": f"bytes */{len(content)}"})
    said = {**headers, "Content-Range": f"bytes {first}-{last}/{len(content)}"}
    return Response(content[first : last + 1], status_code=206, media_type=COG, headers=said)


def byte_range(wanted: str, size: int) -> tuple[int, int] | None:
    """First and last byte that a header asks for; the first behind the last where the file has none of them.

    None for no header, several ranges, and what is no range: all of these are answered with the whole file.
    """
    found = _RANGE.fullmatch(wanted.strip())
    if found is None or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if not first:
        return (max(size - int(last), 0), size - 1) if int(last) else (size, size - 1)
    if last and int(last) < int(first):
        return None
    return int(first), min(int(last), size - 1) if last else size - 1


def file_name(tile: TileDescription, layer: Layer) -> str:
    """The name of a downloaded file, which tells tile and layer, and that they are simulated."""
    simulated = "-simulated" if tile.simulated and "simulated" not in tile.id else ""
    return f"{tile.id}-{layer.key}{simulated}.tif"


def _layer(tile: TileDescription, key: str) -> Layer:
    for layer in tile.layers:
        if layer.key == key:
            return layer
    keys = ", ".join(layer.key for layer in tile.layers)
    raise NotFound(_("Tile %(tile)s has no file of this name; it has %(keys)s.", tile=tile.id, keys=keys))


def _brief(tile: TileDescription, cards: Cards, base: str) -> dict[str, Any]:
    own = f"{base}/api/tiles/{tile.id}"
    links = [
        {"rel": "item", "href": own, "type": GEOJSON},
        {"rel": "alternate", "href": f"{base}/tiles/{tile.id}", "type": "text/html"},
    ]
    return {
        "id": tile.id,
        "title": tile.title,
        "dataset": tile.dataset,
        "imitates": tile.imitates,
        "simulated": tile.simulated,
        "split": tile.split,
        "licence": tile.licence,
        "bands": list(dict.fromkeys(band.name for layer in tile.seen for band in layer.bands)),
        "dates": tile.dates,
        "shape": tile.shape,
        "gsd_m": tile.gsd_m,
        "answers": list(dict.fromkeys(layer.answers for layer in tile.truth)),
        "models": [one.card.id for one in suited(tile, cards) if not one.reasons],
        "links": links,
    }


def _card(cards: Cards, model: str) -> ModelCard:
    """The card of a model.

    Raises:
        Invalid: there is none.
    """
    if model not in cards:
        raise Invalid(_("There is no model %(name)s. /api/models lists all.", name=model[:60]))
    return cards[model]


def _cards(request: Request) -> Cards:
    folder: Folder = request.app.state.settings.models
    return known_cards(folder)


def _address(request: Request) -> str:
    public: str | None = request.app.state.settings.public_url
    return public or str(request.base_url).rstrip("/")


def _checked(document: dict[str, Any]) -> dict[str, str]:
    return {"Cache-Control": _scope(document), **_unlisted(document)}


def _unlisted(document: dict[str, Any]) -> dict[str, str]:
    """Tells search engines to keep no upload."""
    return {} if "collection" in document else {"X-Robots-Tag": "noindex"}


def _scope(document: dict[str, Any]) -> str:
    """Who may keep an answer: everybody, or, of an upload, which has no collection, the asker alone."""
    return "public, no-cache" if "collection" in document else "private, no-cache"

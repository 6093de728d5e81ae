"""Sample tiles for readers: the list of all, the viewer of one, its pictures, and the values behind them."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import JSONResponse, Response

from app.accounts.access import CurrentAsker
from app.accounts.forms import form_page
from app.base import html
from app.base.db import ReadSession
from app.base.errors import NotFound
from app.base.language import _
from app.tiles import gallery, pictures, queries, suiting, upload_secrets, uploading, viewer, viewer_values
from app.tiles.combinations import view_of
from app.tiles.gallery import Filters
from app.tiles.layers import TileDescription
from app.tiles.pictures import MEDIA, Asked, Form, Read
from app.tiles.reading import read_layer
from app.tiles.viewing import Choice, asked, sight, stretch_of
from app.zoo.fitting import known_cards

router = APIRouter()

FOREVER = "max-age=31536000, immutable"
TileId = Annotated[str, Path(max_length=200)]
What = Annotated[str, Path(max_length=140)]
FirstIsOne = Annotated[int, Query(ge=1, le=400)]


@router.get("/tiles", name="tiles_page", include_in_schema=False)
def tiles_page(
    request: Request, session: ReadSession, chosen: Annotated[Filters, Depends(gallery.filters)]
) -> Response:
    """All sample tiles, under filters."""
    cards = known_cards(request.app.state.settings.models)
    tiles = gallery.listed(queries.all_tiles(session), cards)
    found = [one.tile for one in tiles if chosen.takes(one)]
    first = (chosen.page - 1) * gallery.PAGE
    return html.page(
        request,
        "tiles/gallery.html",
        section="tiles",
        chosen=chosen,
        facets={name: gallery.values_of(tiles, chosen, name, cards) for name in gallery.FILTERS},
        total=len(tiles),
        found=len(found),
        first=first,
        cards=[gallery.card(tile) for tile in found[first : first + gallery.PAGE]],
        earlier=chosen.address(chosen.page - 1) if first and found else None,
        later=chosen.address(chosen.page + 1) if first + gallery.PAGE < len(found) else None,
    )


@router.get("/tiles/{tile}", name="tile_page", include_in_schema=False)
def tile_page(
    request: Request,
    session: ReadSession,
    asker: CurrentAsker,
    tile: TileId,
    choice: Annotated[Choice, Depends(asked)],
) -> Response:
    """The viewer of a tile, and the form that runs models on it."""
    found = queries.get(session, tile)
    told = viewer.context(found, choice, reader(request, found))
    secret = upload_secrets.shown(request, tile)
    # A form sends every field along; the address keeps to what was chosen.
    chosen = {"HX-Replace-Url": told["choice"].address(found)} if html.wants_fragment(request) else {}
    return form_page(
        request,
        "tiles/viewer.html",
        fragment="tiles/_viewer.html",
        headers={**unlisted(found), **chosen},
        section="tiles",
        is_own=found.dataset is None and uploading.is_own(session, tile, asker.user_id, secret),
        models=suiting.suited(found, known_cards(request.app.state.settings.models)),
        **told,
    )


@router.get("/tiles/{tile}/pictures/{what}.{form}", name="tile_picture", include_in_schema=False)
def tile_picture(
    request: Request,
    session: ReadSession,
    tile: TileId,
    what: What,
    form: Form,
    stretch: Annotated[str, Query(max_length=20)] = "each",
    date: FirstIsOne = 1,
    v: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """One picture of a tile; under its fingerprint `v` it may be kept for ever."""
    found = queries.get(session, tile)
    wanted = Asked(view_of(found, what, date - 1), date - 1, stretch_of(stretch) or "each", form)
    tag = pictures.fingerprint(found, wanted)
    headers = {**_lasting(found, tag, v), "Content-Disposition": f'inline; filename="{_name(found, wanted)}"'}
    if f'"{tag}"' in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(
        pictures.picture(found, wanted, reader(request, found)), media_type=MEDIA[form], headers=headers
    )


@router.get("/tiles/{tile}/values/{what}.bin", name="tile_values", include_in_schema=False)
def tile_values(
    request: Request,
    session: ReadSession,
    tile: TileId,
    what: What,
    date: FirstIsOne = 1,
    v: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """The values behind a picture: 32-bit floats, little-endian [channel, row, column], NaN where unknown."""
    found = queries.get(session, tile)
    wanted = Asked(view_of(found, what, date - 1), date - 1)
    tag = pictures.fingerprint(found, wanted)
    headers = _lasting(found, tag, v)
    if f'"{tag}"' in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    values = pictures.values(wanted.view, reader(request, found))
    if values.size > viewer.MOST_VALUES:
        raise NotFound(_("This picture is too large for that; ask for the values of one pixel."))
    return Response(values.astype("<f4").tobytes(), media_type="application/octet-stream", headers=headers)


@router.get("/tiles/{tile}/pixel.json", name="tile_pixel", include_in_schema=False)
def tile_pixel(
    request: Request, session: ReadSession, tile: TileId, choice: Annotated[Choice, Depends(asked)]
) -> Response:
    """All values at one pixel of one date: `row` and `column` from 0, `date` from 1."""
    found = queries.get(session, tile)
    rows = viewer_values.readings(found, sight(found, choice), reader(request, found))
    if not rows:
        raise NotFound(_("There is no such pixel; rows and columns are counted from 0."))
    values = [
        {
            "layer": row.layer.key,
            "band": row.band,
            "value": row.value,
            "unit": row.unit,
            "class": row.class_name,
        }
        for row in rows
    ]
    document = {"tile": found.id, "simulated": found.simulated, "row": choice.row, "column": choice.column}
    return JSONResponse({**document, "values": values}, headers=_checked(found))


@router.get("/tiles/{tile}/histograms.json", name="tile_histograms", include_in_schema=False)
def tile_histograms(
    request: Request, session: ReadSession, tile: TileId, choice: Annotated[Choice, Depends(asked)]
) -> Response:
    """How often the values of each band occur on one date: edges of bars, and counts of pixels."""
    found = queries.get(session, tile)
    read = reader(request, found)
    layers = viewer_values.layers_at(found, sight(found, choice))
    rows = [vars(one) for layer in layers for one in viewer_values.histograms_of(layer, read)]
    document = {"tile": found.id, "simulated": found.simulated, "histograms": rows}
    return JSONResponse(document, headers=_checked(found))


def reader(request: Request, tile: TileDescription) -> Read:
    """What opens the layers of a tile; of a large one, every second, third … pixel."""
    return partial(read_layer, request.app.state.storage, shape=pictures.reduced(tile.shape))


def unlisted(tile: TileDescription) -> dict[str, str]:
    """Tells search engines to keep no upload, whoever gave them its address."""
    return {} if tile.dataset is not None else {"X-Robots-Tag": "noindex"}


def _checked(tile: TileDescription) -> dict[str, str]:
    return {"Cache-Control": _scope(tile), **unlisted(tile)}


def _scope(tile: TileDescription) -> str:
    """Who may keep an answer: everybody, or, of an upload, the reader alone."""
    return "private, no-cache" if tile.dataset is None else "public, no-cache"


def _lasting(tile: TileDescription, tag: str, given: str) -> dict[str, str]:
    scope = _scope(tile) if given != tag else f"{_scope(tile).partition(',')[0]}, {FOREVER}"
    return {"ETag": f'"{tag}"', "Cache-Control": scope, **unlisted(tile)}


def _name(tile: TileDescription, wanted: Asked) -> str:
    """A file name that tells tile and picture, and that they are simulated."""
    kept = "".join(sign if sign.isalnum() or sign in "-." else "-" for sign in wanted.view.key)
    date = f"-{wanted.step + 1}" if tile.dates > 1 else ""
    simulated = "-simulated" if tile.simulated else ""
    return f"{tile.id}-{kept}{date}{simulated}.{wanted.form}"

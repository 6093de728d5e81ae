"""Uploads for readers and programs: hand in a file, see what its bands are taken for, change or remove it."""

from collections.abc import Mapping
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, File, Form, Path, Request, UploadFile
from fastapi.responses import JSONResponse, RedirectResponse, Response
from sqlalchemy.orm import Session

from app.accounts.access import VISITOR, Asker, CurrentAsker, transaction, who_asks
from app.accounts.callers import caller_of
from app.accounts.forms import check_form, form_page, shows_token
from app.base.errors import AppError, Invalid
from app.base.language import _
from app.base.storage import Storage
from app.tiles import changes, guarding, mapping, refusals, upload_secrets, uploading
from app.tiles.documents import description_of
from app.tiles.layers import TileDescription
from app.tiles.mapping import BACKSCATTERS, OPTICAL, RADAR, SCALES, WHYS, Reading
from app.tiles.opened import Opened
from app.tiles.suiting import Suited, suited
from app.tiles.tables import SampleTile
from app.tiles.uploading import Wish
from app.zoo.fitting import known_cards

router = APIRouter()
forms = APIRouter(include_in_schema=False, dependencies=[Depends(check_form)])
PLACE = "/tiles/upload"

TileId = Annotated[str, Path(pattern="^upload-[0-9a-f]{32}$", description="Id of an upload")]
Title = Annotated[str, Form(max_length=uploading.LONGEST_TITLE, description="What it is called")]
Name = Annotated[str, Form(max_length=40)]
FileOf = Annotated[UploadFile, File(description="GeoTIFF, COG, or a zip of GeoTIFFs of one area")]


# Pages.


@router.get(PLACE, name="upload_page", include_in_schema=False)
def upload_page(request: Request, asker: CurrentAsker) -> Response:
    """The form for a file, and what this reader uploaded before."""
    return _start(request, asker, Wish(""))


def _start(request: Request, asker: Asker, wish: Wish, error: AppError | None = None) -> Response:
    with transaction(request) as session:
        rows = uploading.latest(session, asker.user_id, upload_secrets.held(request))
        mine = [(description_of(row.document), row.expires) for row in rows]
    return form_page(
        request,
        "tiles/upload.html",
        section="tiles",
        status=error.status if error else 200,
        problem=error.message if error else "",
        wish=wish,
        mine=mine,
        is_known=asker.user_id is not None,
        limits=uploading.limits_of(asker.user_id),
        most=uploading.MEMBER,
    )


@forms.post(PLACE)
def take_in(
    request: Request,
    asker: CurrentAsker,
    file: Annotated[UploadFile | None, File()] = None,
    title: Title = "",
    place: Name = "",
) -> Response:
    """Read a file, keep it as a tile, and go on to what its bands were taken for."""
    name = file.filename if file is not None else ""
    wish = Wish(guarding.plain_name(name or ""), guarding.plain_title(title), place == "yes")
    if file is None:
        return _start(request, asker, wish, refusals.told("empty", {}))
    try:
        tile, secret = _taken(request, asker, file, wish)
    except AppError as error:
        return _start(request, asker, wish, error)
    response = RedirectResponse(f"{PLACE}/{tile.id}", status_code=303)
    if secret:
        upload_secrets.hold(request, response, tile.id, secret, _seconds(asker))
    return response


def _seconds(asker: Asker) -> int:
    return int(uploading.LASTS[asker.user_id is not None].total_seconds())


def _taken(
    request: Request, asker: Asker, file: UploadFile, wish: Wish, given: Mapping[str, str] | None = None
) -> tuple[TileDescription, str | None]:
    """Count, then read, then keep: nothing is read for whoever has asked too often."""
    key = request.app.state.settings.signing_key
    with transaction(request) as session:
        uploading.count(session, key, caller_of(request).place, asker.user_id)
    limits = uploading.limits_of(asker.user_id)
    content = file.file.read(limits.content + 1)
    with guarding.turn():
        opened = guarding.open_upload(content, wish.name, limits)
        reading = _read_as(opened, given or {})
        with transaction(request) as session:
            return uploading.take_in(
                session, _storage(request), content, opened, wish, reading=reading, user=asker.user_id
            )


def _read_as(opened: Opened, given: Mapping[str, str]) -> Reading:
    """What was guessed, but for what a program says itself."""
    guessed = mapping.suggest(opened)
    names = given["bands"].split(",") if given.get("bands") else [one.name for one in guessed.choices]
    return mapping.chosen(
        guessed,
        [name.strip() for name in names],
        given.get("optical") or guessed.optical,
        given.get("radar") or guessed.radar,
    )


def _storage(request: Request) -> Storage:
    return cast(Storage, request.app.state.storage)


@router.get(PLACE + "/{tile}", name="upload_bands_page", include_in_schema=False)
def bands_page(request: Request, asker: CurrentAsker, tile: TileId) -> Response:
    """What the bands of an upload were taken for, and the models that fit then."""
    with transaction(request) as session:
        row = uploading.owned(session, tile, asker.user_id, upload_secrets.shown(request, tile))
        return _bands(request, row)


def _bands(
    request: Request,
    row: SampleTile,
    error: AppError | None = None,
    typed: Mapping[str, Any] | None = None,
) -> Response:
    tile, kept = description_of(row.document), uploading.kept(_storage(request), row.id)
    reading = kept.reading
    choice = {
        "names": [one.name for one in reading.choices],
        "optical": reading.optical,
        "radar": reading.radar,
        "title": tile.title,
        "place": kept.wish.place,
    }
    return form_page(
        request,
        "tiles/upload_bands.html",
        section="tiles",
        status=error.status if error else 200,
        problem=error.message if error else "",
        tile=tile,
        kept=kept,
        expires=row.expires,
        typed={**choice, **(typed or {})},
        names=(*OPTICAL, *RADAR),
        scales={key: _(text) for key, text in SCALES.items()},
        backscatters={key: _(text) for key, text in BACKSCATTERS.items()},
        whys={key: _(text) for key, text in WHYS.items()},
        suited=_suited(request, tile),
    )


def _suited(request: Request, tile: TileDescription) -> tuple[Suited, ...]:
    return suited(tile, known_cards(request.app.state.settings.models))


@forms.post(PLACE + "/{tile}")
def change_bands(
    request: Request,
    asker: CurrentAsker,
    tile: TileId,
    band: Annotated[list[str] | None, Form()] = None,
    optical: Name = "",
    radar: Name = "",
    title: Title = "",
    place: Name = "",
) -> Response:
    """Read an upload again, as its owner says; then look at it."""
    names, storage = [one[:40] for one in band or ()], _storage(request)
    # A turn first, so that nobody waits for one with a connection in hand.
    with guarding.turn(), transaction(request) as session:
        row = uploading.owned(session, tile, asker.user_id, upload_secrets.shown(request, tile))
        kept = uploading.kept(storage, tile)
        wish = Wish(kept.wish.name, guarding.plain_title(title), place == "yes")
        try:
            reading = mapping.chosen(kept.reading, names, optical, radar)
            opened = guarding.open_upload(
                uploading.source(storage, tile), kept.wish.name, uploading.limits_of(row.owner_id)
            )
        except AppError as error:
            complete = {"names": names} if len(names) == len(kept.bands) else {}
            typed = {"optical": optical, "radar": radar, "title": title, "place": wish.place, **complete}
            return _bands(request, row, error, typed)
        uploading.read_anew(session, storage, row, opened, wish, reading)
    return RedirectResponse(f"/tiles/{tile}", status_code=303)


@forms.post(PLACE + "/{tile}/remove")
def remove(request: Request, asker: CurrentAsker, tile: TileId) -> Response:
    """Remove an upload with its files, at once."""
    with transaction(request) as session:
        _remove(session, request, asker, tile)
    return RedirectResponse(PLACE, status_code=303)


def _remove(session: Session, request: Request, asker: Asker, tile: str) -> None:
    uploading.owned(session, tile, asker.user_id, upload_secrets.shown(request, tile))
    changes.remove(session, _storage(request), tile)


router.include_router(forms)


# Programs. A browser's cookie counts for nothing here, so that no foreign page can upload in somebody's name.


def program_asks(request: Request) -> Asker:
    """Whoever shows a token; everybody else is a visitor."""
    return who_asks(request) if shows_token(request) else VISITOR


@router.post(
    "/api/tiles",
    tags=["tiles"],
    status_code=201,
    summary="Upload an image as a tile",
    responses={413: {"description": "Larger than is taken"}, 429: {"description": "Too many in a day"}},
)
def upload_tile(
    request: Request,
    asker: Annotated[Asker, Depends(program_asks)],
    file: FileOf,
    title: Title = "",
    bands: Annotated[
        str, Form(max_length=5000, description="What each band is, with commas: B4,B8,-,VV; else guessed")
    ] = "",
    optical: Annotated[str, Form(max_length=40, description="One of " + ", ".join(SCALES))] = "",
    radar: Annotated[str, Form(max_length=40, description="One of " + ", ".join(BACKSCATTERS))] = "",
    place: Annotated[bool, Form(description="Whether the tile tells where it lies")] = True,
) -> Response:
    """Keep a GeoTIFF for a while as a tile, under an address that nobody can guess and no list names.

    A visitor gets a secret, which changes and removes the tile when it is shown in `X-Upload-Secret`.
    """
    wish = Wish(guarding.plain_name(file.filename or ""), guarding.plain_title(title), place)
    given = {"bands": bands, "optical": optical, "radar": radar}
    tile, secret = _taken(request, asker, file, wish, given)
    base = request.app.state.settings.public_url or str(request.base_url).rstrip("/")
    document = _told(request, tile, base)
    if secret:
        document["secret"] = secret
    headers = {"Location": f"{base}/api/tiles/{tile.id}", "Cache-Control": "no-store"}
    return JSONResponse(document, status_code=201, headers=headers)


def _told(request: Request, tile: TileDescription, base: str) -> dict[str, Any]:
    """What became of an upload: its bands, why each was taken for what it is, and the models that fit."""
    kept, models = uploading.kept(_storage(request), tile.id), _suited(request, tile)
    choices = kept.reading.choices
    return {
        "id": tile.id,
        "title": tile.title,
        "simulated": False,
        "bands": [
            {"file": band.file, "number": band.number, "name": choice.name, "known": choice.why}
            for band, choice in zip(kept.bands, choices, strict=True)
        ],
        "optical": kept.reading.optical,
        "radar": kept.reading.radar,
        "left_out": list(kept.left_out),
        "models": [one.card.id for one in models if not one.reasons],
        "reasons_against": {one.card.id: list(one.reasons) for one in models if one.reasons},
        "links": [
            {"rel": "item", "href": f"{base}/api/tiles/{tile.id}"},
            {"rel": "alternate", "href": f"{base}/tiles/{tile.id}", "type": "text/html"},
        ],
    }


@router.delete(
    "/api/tiles/{tile}",
    tags=["tiles"],
    status_code=204,
    summary="Remove an upload of one's own",
    responses={404: {"description": "No upload of the asker's"}},
)
def remove_tile(request: Request, asker: Annotated[Asker, Depends(program_asks)], tile: TileId) -> Response:
    """Remove an upload with its files; a visitor shows its secret in `X-Upload-Secret`."""
    if asker.user_id is None and not request.headers.get(upload_secrets.HEADER):
        raise Invalid(_("Show a token, or the secret of the upload in the header X-Upload-Secret."))
    with transaction(request) as session:
        _remove(session, request, asker, tile)
    return Response(status_code=204)

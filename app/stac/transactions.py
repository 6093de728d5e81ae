"""Items by token, as the Transaction extension of STAC has it; there only where the settings say so.

Larger loads go through `python -m app items load`: a body here holds at most what every body may.
"""

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.orm import Session

from app.accounts.access import Asker, SignInNeeded, require
from app.accounts.forms import shows_token
from app.accounts.rights import Role
from app.accounts.tokens import Scope
from app.base.db import DbSession
from app.base.errors import Conflict, Invalid, NotFound
from app.base.merge_patch import patched
from app.items import changes
from app.items.document import CheckedItem, check_item
from app.portal.answers import own_address
from app.stac.item_documents import GEOJSON, JSON

CLASSES = (
    "https://api.stacspec.org/v1.0.0/ogcapi-features/extensions/transaction",
    "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/simpletx",
)
PLACE = "/collections/{collection}/items"
MOST_ITEMS = 1000
BODY = {"requestBody": {"required": True, "content": {JSON: {"schema": {"type": "object", "title": "Item"}}}}}


class Stale(Conflict):
    """The item is no longer what the sender saw."""

    status = 412
    code = "stale"


def _by_token(request: Request, asker: Annotated[Asker, Depends(require(Role.EDITOR, Scope.ITEMS))]) -> Asker:
    """Editors with a token that is good for items; a browser's cookie opens nothing here."""
    if not shows_token(request):
        raise SignInNeeded("Send a token that has the scope items, as Authorization: Bearer.")
    return asker


async def _sent(request: Request) -> dict[str, Any]:
    """The body as a JSON object; in this colour because bodies are read in it."""
    try:
        found = orjson.loads(await request.body())
    except orjson.JSONDecodeError as error:
        raise Invalid(f"The body is not JSON: {error}.") from None
    if not isinstance(found, dict):
        raise Invalid("The body is JSON, but not an object.")
    return found


Body = Annotated[dict[str, Any], Depends(_sent)]
router = APIRouter(prefix="/stac", tags=["stac items"], dependencies=[Depends(_by_token)])


@router.post(
    PLACE, status_code=201, summary="Add an item, or a FeatureCollection of items", openapi_extra=BODY
)
def add_items(request: Request, session: DbSession, collection: str, body: Body) -> Response:
    """Add items that are not there yet, all or none; 409 names those that are."""
    documents = body.get("features") if body.get("type") == "FeatureCollection" else [body]
    if not isinstance(documents, list) or not 1 <= len(documents) <= MOST_ITEMS:
        raise Invalid(f"features must hold 1 to {MOST_ITEMS} items.")
    items = [_checked(one, collection) for one in documents]
    number = changes.collection_number(session, collection)
    there = changes.named(session, number, [item.name for item in items])
    if there:
        raise Conflict(f"{', '.join(sorted(there)[:5])} is there already. Replace it by PUT.")
    changes.load_chunk(session, number, items)
    place = f"{own_address(request)}/stac/collections/{collection}/items"
    if len(items) > 1 or body.get("type") == "FeatureCollection":
        return Response(status_code=201, headers={"Location": place})
    return _told(items[0], 201, {"Location": f"{place}/{items[0].name}"})


@router.put(PLACE + "/{item}", summary="Replace an item", openapi_extra=BODY)
def replace_item(request: Request, session: DbSession, collection: str, item: str, body: Body) -> Response:
    """Replace an item that is there. With `If-Match` only while it is what the sender saw."""
    number = _held(request, session, collection, item)[0]
    return _stored(session, number, collection, item, body)


@router.patch(PLACE + "/{item}", summary="Change an item by JSON Merge Patch", openapi_extra=BODY)
def patch_item(request: Request, session: DbSession, collection: str, item: str, body: Body) -> Response:
    """Change what the patch names; null removes."""
    number, document = _held(request, session, collection, item)
    return _stored(session, number, collection, item, patched(document, body))


@router.delete(PLACE + "/{item}", status_code=204, summary="Remove an item")
def remove_item(request: Request, session: DbSession, collection: str, item: str) -> Response:
    """Remove an item that is there."""
    number = _held(request, session, collection, item)[0]
    changes.remove_named(session, number, [item])
    return Response(status_code=204)


def _checked(document: Any, collection: str) -> CheckedItem:
    if not isinstance(document, dict):
        raise Invalid("An item is an object.")
    stated = document.get("collection", collection)
    if stated != collection:
        raise Invalid(
            f"The item names the collection {str(stated)[:120]!r}; the address says {collection!r}."
        )
    return check_item(document, collection)


def _held(request: Request, session: Session, collection: str, item: str) -> tuple[int, dict[str, Any]]:
    """The collection's number and the item as it is, which nobody else changes until this is done."""
    number = changes.collection_number(session, collection)
    found = changes.hold_named(session, number, item)
    if found is None:
        raise NotFound(f"There is no item {item[:120]!r} in {collection}.")
    expected = request.headers.get("if-match", "*").strip()
    if expected not in ("*", _tag(found.digest), _tag(found.digest).removeprefix("W/")):
        raise Stale("Somebody changed this item since you read it. Read it again.")
    return number, orjson.loads(found.document)


def _stored(session: Session, number: int, collection: str, item: str, document: dict[str, Any]) -> Response:
    checked = _checked(document, collection)
    if checked.name != item:
        raise Invalid(f"The item says the id {checked.name[:120]!r}; the address says {item[:120]!r}.")
    changes.load_chunk(session, number, [checked])
    return _told(checked, 200, {})


def _told(item: CheckedItem, status: int, headers: dict[str, str]) -> Response:
    return Response(item.document, status, {"ETag": _tag(item.digest), **headers}, GEOJSON)


def _tag(digest: bytes) -> str:
    return f'W/"{bytes(digest).hex()}"'

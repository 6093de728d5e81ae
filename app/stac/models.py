"""The reference models as a STAC collection, for clients that walk from collections to items."""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response

from app.base.errors import NotFound
from app.portal.answers import json_bytes, own_address
from app.stac.links import GEOJSON, JSON, STAC, link
from app.stac.model_documents import COLLECTION, address, collection, item
from app.zoo.fitting import Cards, known_cards

router = APIRouter(prefix=f"{STAC}/collections/{COLLECTION}", tags=["stac models"])
AS_FEATURES: dict[str, Any] = {"response_class": Response, "responses": {200: {"content": {GEOJSON: {}}}}}
NO_MODEL: dict[int | str, dict[str, Any]] = {
    200: {"content": {GEOJSON: {}}},
    404: {"description": "No such model"},
}


@router.get("", summary="Read the collection of the models")
def read_models_collection(request: Request) -> Response:
    """The reference models as one STAC collection."""
    return _sent(collection(_cards(request), own_address(request)), JSON)


@router.get("/items", summary="List the models as STAC items", **AS_FEATURES)
def list_model_items(
    request: Request,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    token: Annotated[str, Query(max_length=60, description="Id behind which the page begins")] = "",
) -> Response:
    """The cards in the order of their ids, page by page."""
    cards, base = _cards(request), own_address(request)
    behind = [card for name, card in cards.items() if name > token]
    page = behind[:limit]
    here = f"{address(base)}/items"
    links = [link("root", base + STAC, JSON), link("self", here, GEOJSON)]
    links.append(link("collection", address(base), JSON))
    if len(behind) > limit:
        following = urlencode({"limit": limit, "token": page[-1].id})
        links.append(link("next", f"{here}?{following}", GEOJSON))
    found = {
        "type": "FeatureCollection",
        "features": [item(card, base) for card in page],
        "links": links,
        "numberMatched": len(cards),
        "numberReturned": len(page),
    }
    return _sent(found, GEOJSON)


@router.get(
    "/items/{model}", summary="Read a model as a STAC item", response_class=Response, responses=NO_MODEL
)
def read_model_item(request: Request, model: str) -> Response:
    """What a model eats and returns, in the words of the extension for models."""
    card = _cards(request).get(model)
    if card is None:
        raise NotFound(f"There is no model {model[:60]!r} here; the collection lists them.")
    return _sent(item(card, own_address(request)), GEOJSON)


def listed(request: Request) -> list[bytes]:
    """The collection as the last of the list of all collections; nothing under a filter, or without models.

    The filters and sorts of that list are those of datasets, which models do not have.
    """
    if not set(request.query_params) <= {"limit", "token"}:
        return []
    cards = _cards(request)
    return [json_bytes(collection(cards, own_address(request)))] if cards else []


def _cards(request: Request) -> Cards:
    return known_cards(request.app.state.settings.models)


def _sent(document: dict[str, Any], media_type: str) -> Response:
    return Response(json_bytes(document), media_type=media_type)

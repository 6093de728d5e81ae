"""The reference models as a STAC collection, for clients that walk from collections to items."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response

from app.base.errors import Invalid, NotFound
from app.items.ordering import FOREIGN
from app.items.query import NEWEST_FIRST, ItemQuery
from app.portal.answers import json_bytes, own_address
from app.stac.answers import tagged
from app.stac.fields import trimmed
from app.stac.item_documents import ALWAYS, Written
from app.stac.item_query import ItemSearch
from app.stac.links import GEOJSON, JSON, STAC
from app.stac.model_documents import ANY_TIME, COLLECTION, collection, item
from app.zoo.cards import ModelCard
from app.zoo.fitting import Cards, known_cards

router = APIRouter(prefix=f"{STAC}/collections/{COLLECTION}", tags=["stac models"])
NO_MODEL: dict[int | str, dict[str, Any]] = {
    200: {"content": {GEOJSON: {}}},
    404: {"description": "No such model"},
}


@router.get("", summary="Read the collection of the models")
def read_models_collection(request: Request) -> Response:
    """The reference models as one STAC collection."""
    return tagged(request, json_bytes(collection(_cards(request), own_address(request))), JSON)


@router.get(
    "/items/{model}", summary="Read a model as a STAC item", response_class=Response, responses=NO_MODEL
)
def read_model_item(request: Request, model: str) -> Response:
    """What a model eats and returns, in the words of the extension for models."""
    card = _cards(request).get(model)
    if card is None:
        raise NotFound(f"There is no model {model[:60]!r} here; the collection lists them.")
    return tagged(request, json_bytes(item(card, own_address(request))), GEOJSON)


def found(request: Request, search: ItemSearch) -> Written:
    """A page of the models that a search within their collection finds, in the order of their ids.

    Raises:
        Invalid: a filter, an order, or a token of another search.
    """
    query, base = search.query, own_address(request)
    matching = {card.id: card for card in _matching(_cards(request), query)}
    if query.token is not None and query.token not in matching:
        raise Invalid(FOREIGN)
    behind = [card for name, card in matching.items() if name > (query.token or "")]
    page = behind[: query.limit]
    documents = (trimmed(item(card, base), search.fields, ALWAYS) for card in page)
    following = page[-1].id if len(behind) > len(page) else None
    return Written(tuple(json_bytes(one).decode() for one in documents), len(matching), following, None)


def _matching(cards: Cards, query: ItemQuery) -> Iterator[ModelCard]:
    """The models asked for by id: any area meets a model, and so do all but the oldest times."""
    if query.filter is not None or query.sorts != NEWEST_FIRST:
        raise Invalid("Models are neither filtered nor sorted: there are few. Leave filter and sortby out.")
    ended = query.moments.end if query.moments else None
    if ended is not None and ended < datetime.fromisoformat(ANY_TIME[0]):
        return
    yield from (card for name, card in cards.items() if not query.ids or name in query.ids)


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

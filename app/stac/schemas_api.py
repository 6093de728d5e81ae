"""JSON Schemas over HTTP: by what items are filtered and sorted, in all datasets or in one, and datasets."""

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from app.catalogue.search import get_record
from app.items.following import read_version
from app.items.indexes import indexes_of
from app.items.properties import Known, known_properties
from app.portal.answers import json_bytes, own_address
from app.stac import queryables
from app.stac.answers import DATASETS_AND_ITEMS, finished
from app.stac.links import SCHEMA, STAC
from app.stac.quick import ReadyRoute

router = APIRouter(prefix=STAC, tags=["stac"], route_class=ReadyRoute)

AS_SCHEMA: dict[str, Any] = {"response_class": Response, "responses": {200: {"content": {SCHEMA: {}}}}}
OF_A_DATASET: dict[str, Any] = {
    "response_class": Response,
    "responses": {200: {"content": {SCHEMA: {}}}, 404: {"description": "No such dataset"}},
}


@router.get("/queryables", summary="See by what items can be filtered", **AS_SCHEMA)
def read_queryables(request: Request) -> Response:
    """A JSON Schema of the properties that items have."""
    return _of_items(request, queryables.of_items, None)


@router.get(
    "/collections/{slug}/queryables",
    summary="See by what the items of one dataset can be filtered",
    **OF_A_DATASET,
)
def read_queryables_of(request: Request, slug: str) -> Response:
    """A JSON Schema of the properties that the items of one dataset have."""
    return _of_items(request, queryables.of_items, slug)


@router.get("/sortables", summary="See by what items can be sorted", **AS_SCHEMA)
def read_item_sortables(request: Request) -> Response:
    """A JSON Schema of the names that `sortby` takes in a search for items."""
    return _of_items(request, queryables.item_sortables, None)


@router.get(
    "/collections/{slug}/sortables",
    summary="See by what the items of one dataset can be sorted",
    **OF_A_DATASET,
)
def read_item_sortables_of(request: Request, slug: str) -> Response:
    """A JSON Schema of the names that `sortby` takes among the items of one dataset."""
    return _of_items(request, queryables.item_sortables, slug)


@router.get("/collection-sortables", summary="See by what datasets can be sorted", **AS_SCHEMA)
def read_sortables(request: Request) -> Response:
    """A JSON Schema of the names that `sortby` takes in a search for datasets."""
    address = f"{own_address(request)}{STAC}/collection-sortables"
    return finished(request, lambda _: json_bytes(queryables.sortables(address)), SCHEMA)


def _of_items(request: Request, write: queryables.Write, slug: str | None) -> Response:
    """What `write` says of the items of one dataset, or of all."""
    address = own_address(request) + request.url.path

    def make(session: Session) -> bytes:
        title = "Items of all datasets"
        if slug is not None:
            title = f"Items of {get_record(session, slug).record.name}"
        return json_bytes(write(address, title, _known(session, slug)))

    return finished(request, make, SCHEMA, DATASETS_AND_ITEMS)


def _known(session: Session, slug: str | None) -> Known:
    """What items hold, as the session sees them: what is kept under a version must not be older."""
    newest = indexes_of(session).at(session, read_version(session), is_urgent=True)
    return known_properties(newest, None if slug is None else (slug,))

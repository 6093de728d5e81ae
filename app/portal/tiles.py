"""Map tiles of the current search."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from app.base.db import ReadSession
from app.catalogue.tiles import DEEPEST_ZOOM, find_tile, tile_address
from app.portal.answers import versioned
from app.portal.parameters import OF_PAGES, Query, documented

router = APIRouter(tags=["map"])

MEDIA_TYPE = "application/vnd.mapbox-vector-tile"

Zoom = Annotated[int, Path(ge=0, le=DEEPEST_ZOOM)]
Place = Annotated[int, Path(ge=0, lt=2**DEEPEST_ZOOM)]


@router.get(
    "/tiles/datasets/{z}/{x}/{y}.mvt",
    summary="Draw datasets on the map",
    openapi_extra=documented(without=(*OF_PAGES, "facets")),
    response_class=Response,
    responses={200: {"content": {MEDIA_TYPE: {}}}},
)
def dataset_tile(
    request: Request, session: ReadSession, query: Query, z: Zoom, x: Place, y: Place
) -> Response:
    """A Mapbox vector tile with the layers `outlines`, `footprints` and `points` of what the search finds."""
    tile = tile_address(z, x, y)
    return versioned(request, session, MEDIA_TYPE, lambda: find_tile(session, query, tile))

"""Places by name, for boxes that complete what is typed."""

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.base.db import ReadSession
from app.catalogue import gazetteer
from app.portal.answers import json_bytes, versioned

JSON = "application/json"

router = APIRouter(prefix="/api", tags=["places"])


@router.get("/places", summary="Find countries, continents and places of records by name")
def find_places(
    request: Request,
    session: ReadSession,
    q: Annotated[str, Query(min_length=1, max_length=gazetteer.LONGEST_NAME, description="Words of a name")],
    limit: Annotated[int, Query(ge=1, le=20, description="At most so many places")] = gazetteer.MOST_FOUND,
) -> Response:
    """Places whose name holds the words, whole names first.

    `box` is west, south, east, north in degrees; west lies above east across the antimeridian. `source` is
    `natural-earth`, or `catalogue` for places that records name.
    """

    def made() -> bytes:
        return json_bytes({"places": [asdict(entry) for entry in gazetteer.find(session, q, limit)]})

    return versioned(request, session, JSON, made)

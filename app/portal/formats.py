"""One record in the formats that other programs read, each at its own address (`/datasets/eurosat.bib`)."""

from collections.abc import Callable, Mapping
from typing import Any

import orjson
from fastapi import APIRouter, Request, Response
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.base.db import ReadSession
from app.catalogue import places
from app.catalogue.record import DatasetRecord
from app.catalogue.search import get_record
from app.catalogue.tables import Outline
from app.exchange.formats import FORMATS, Context, Format
from app.exchange.negotiation import Signpost
from app.portal.answers import own_address, versioned

# Of a degree: about 11 m, as exact as the base map is.
OUTLINE_DECIMALS = 4

router = APIRouter(tags=["formats"])


def outlines_of(session: Session, record: DatasetRecord) -> Mapping[str, Mapping[str, Any]]:
    """GeoJSON geometries of the countries and continents that stand in for unknown places of a record."""
    drawn = func.st_asgeojson(Outline.geometry, OUTLINE_DECIMALS)
    found = session.execute(select(Outline.code, drawn).where(Outline.code.in_(places.outlines(record))))
    return {code: orjson.loads(geometry) for code, geometry in found}


def _writer(known: Format) -> Callable[..., Response]:
    """The route of one format."""

    def write(request: Request, session: ReadSession, slug: str) -> Response:
        row = get_record(session, slug)
        context = Context(own_address(request), row.updated, outlines_of(session, row.record))
        name = f'inline; filename="{known.filename(row.record.slug)}"'
        return versioned(
            request,
            session,
            known.media_type,
            lambda: known.write(row.record, context),
            **{"Content-Disposition": name, "Link": Signpost("describes", context.page(slug)).text()},
        )

    return write


# `.dcat.jsonld` before `.jsonld`, to which the rest of the address would be a slug.
for suffix, known in sorted(FORMATS.items(), key=lambda one: -one[0].count(".")):
    router.add_api_route(
        f"/datasets/{{slug}}.{suffix}",
        _writer(known),
        name=f"record_as_{suffix.replace('.', '_')}",
        summary=f"Read one dataset as {known.label}",
        response_class=Response,
        responses={
            200: {"content": {known.media_type.partition(";")[0]: {}}},
            404: {"description": "No such dataset"},
        },
    )

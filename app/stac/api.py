"""The datasets as STAC collections: landing page, collection search, and one collection."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from app.base.kept import shelf_of
from app.base.openapi import as_version_3_0
from app.catalogue.search import get_record
from app.portal.answers import json_bytes, own_address
from app.stac import asked, documents, finding, models, transactions
from app.stac.answers import finished
from app.stac.asked import COLLECTIONS_PER_PAGE, OF_COLLECTIONS, Asked
from app.stac.conformance import STAC_CLASSES
from app.stac.fields import trimmed
from app.stac.finding import Found
from app.stac.links import (
    JSON,
    OPENAPI,
    REL_SORTABLES,
    SCHEMA,
    STAC,
    STAC_LANDING,
    fixed,
    link,
)
from app.stac.model_documents import COLLECTION
from app.stac.parameters import described
from app.stac.quick import ReadyRoute

router = APIRouter(prefix=STAC, tags=["stac"], route_class=ReadyRoute)

NO_DATASET: dict[int | str, dict[str, Any]] = {404: {"description": "No such dataset"}}
OF_CHILDREN = ("limit", "token")
ALWAYS = ("type", "id")


@router.get("", summary="Enter the STAC API")
def landing(request: Request) -> Response:
    """The root of the STAC API, with links to all that it offers.

    The datasets are not linked one by one: `children` and `data` lead to them page by page, so that the root
    stays small however many there are.
    """

    def make(_: Session) -> bytes:
        base = own_address(request)
        return json_bytes(documents.landing(base, _classes(request), fixed(STAC_LANDING, base)))

    return finished(request, make)


@router.get("/conformance", summary="See which standards the STAC API follows")
def conformance(request: Request) -> Response:
    """The conformance classes of the STAC API."""
    return finished(request, lambda _: json_bytes({"conformsTo": _classes(request)}))


def _classes(request: Request) -> tuple[str, ...]:
    """What this service follows under its settings."""
    changing = transactions.CLASSES if request.app.state.settings.stac_transactions else ()
    return (*STAC_CLASSES, *changing)


@router.get("/api", include_in_schema=False)
def describe(request: Request) -> Response:
    """The OpenAPI description under the media type that the standards ask for."""
    return Response(json_bytes(as_version_3_0(request.app.openapi())), media_type=OPENAPI)


@router.get(
    "/collections",
    summary="Search datasets as STAC collections",
    openapi_extra=described(OF_COLLECTIONS, limit=COLLECTIONS_PER_PAGE),
)
def search_collections(request: Request) -> Response:
    """One page of collections with the exact total and links to the neighbouring pages."""
    return finished(request, lambda session: _page(request, session, OF_COLLECTIONS, "collections"))


@router.get(
    "/children",
    summary="List all datasets as children of the catalogue",
    openapi_extra=described(OF_CHILDREN, limit=COLLECTIONS_PER_PAGE),
)
def list_children(request: Request) -> Response:
    """The collections again, under the name that the children extension gives them."""
    return finished(request, lambda session: _page(request, session, OF_CHILDREN, "children"))


@router.get("/collections/{slug}", summary="Read one dataset as a STAC collection", responses=NO_DATASET)
def read_collection(request: Request, slug: str) -> Response:
    """The whole description of one dataset."""
    return finished(request, lambda session: one(session, slug, own_address(request), documents.collection))


def one(session: Session, slug: str, base: str, write: finding.Write) -> bytes:
    """One dataset as JSON.

    Raises:
        NotFound: there is none with this slug.
    """
    row = get_record(session, slug)
    boxes = finding.outline_boxes(session, shelf_of(session))
    return json_bytes(write(row.record, documents.Context(base, row.updated, boxes)))


def page_links(
    request: Request, found: Found, wanted: Asked, path: str, media_type: str
) -> list[dict[str, Any]]:
    """This page, the first one, and its neighbours; other parameters stay as they were."""
    address = own_address(request) + path
    kept = [
        (name, value) for name, value in request.query_params.multi_items() if name not in ("token", "offset")
    ]
    links = [link("self", _address(address, request.query_params.multi_items()), media_type)]
    if wanted.token or wanted.offset:
        links.append(link("first", _address(address, kept), media_type))
    for rel, token in (("prev", found.preceding), ("next", found.following)):
        if token:
            links.append(link(rel, _address(address, [*kept, ("token", token)]), media_type))
    return links


def listed(head: dict[str, Any], name: str, members: list[bytes], tail: dict[str, Any]) -> bytes:
    """A JSON object with a list of members that are JSON already."""
    opened = orjson.dumps(head)[:-1] + (b"," if head else b"")
    return opened + b'"%s":[%s],' % (name.encode(), b",".join(members)) + orjson.dumps(tail)[1:]


def _found(request: Request, session: Session, wanted: Asked) -> Found:
    """The datasets of a page; the page behind the last full one holds the models alone."""
    secret = request.app.state.settings.signing_key
    if wanted.token != COLLECTION or not models.listed(request):
        return finding.find(session, wanted, secret)
    return replace(finding.find(session, replace(wanted, token=None), secret), ids=(), following=None)


def _page(request: Request, session: Session, known: tuple[str, ...], name: str) -> bytes:
    base = own_address(request)
    wanted = asked.read(request.query_params.multi_items(), known, limit=COLLECTIONS_PER_PAGE)
    found = _found(request, session, wanted)
    members = finding.documents(session, found.ids, base, documents.collection)
    if wanted.fields:
        members = [json_bytes(trimmed(orjson.loads(member), wanted.fields, ALWAYS)) for member in members]
    own = models.listed(request)
    if found.following is None and len(members) < wanted.limit:
        members += own
    elif found.following is None and own:
        found = replace(found, following=COLLECTION)
    links = page_links(request, found, wanted, f"{STAC}/{name}", JSON)
    links += [link("root", base + STAC, JSON), link("parent", base + STAC, JSON)]
    links.append(link(REL_SORTABLES, f"{base}{STAC}/collection-sortables", SCHEMA))
    counts = {"numberMatched": found.number_matched + len(own), "numberReturned": len(members)}
    return listed({}, name, members, {**counts, "links": links})


def _address(address: str, pairs: list[tuple[str, str]]) -> str:
    return f"{address}?{urlencode(pairs)}" if pairs else address

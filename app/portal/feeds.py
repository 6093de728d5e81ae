"""What machines read to keep up: the Atom feed of a search, the sitemap, robots.txt."""

from datetime import datetime
from xml.etree import ElementTree

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from app.base.db import ReadSession
from app.base.errors import NotFound
from app.catalogue import search
from app.catalogue.query import SearchQuery
from app.portal.answers import linked, own_address, versioned
from app.portal.parameters import Query, documented
from app.zoo.fitting import known_cards

router = APIRouter(tags=["feeds"])

ATOM = "application/atom+xml"
XML = "application/xml"
ATOM_NAMESPACE = "http://www.w3.org/2005/Atom"
SITEMAP_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
ADDRESSES_PER_SITEMAP = 40_000
PAGES = ("/", "/insights", "/models", "/about/data")


@router.get(
    "/datasets.atom",
    summary="Follow a search",
    openapi_extra=documented(without=("cursor", "facets")),
    response_class=Response,
    responses={200: {"content": {ATOM: {}}}},
)
def search_feed(request: Request, session: ReadSession, query: Query) -> Response:
    """The datasets of a search as an Atom feed, what changed last first unless another sort is asked for."""
    newest = query if query.sort else query.with_("sort", "updated")

    def make() -> bytes:
        answer = search.search(session, newest, request.app.state.settings.signing_key)
        return _feed(answer, query, own_address(request))

    return versioned(request, session, ATOM, make)


@router.get("/sitemap.xml", summary="List every page", response_class=Response)
def sitemap(request: Request, session: ReadSession) -> Response:
    """Every page for search engines; an index of parts where one file may not hold them all."""
    pages = _pages(request)

    def make() -> bytes:
        return _sitemap(session, own_address(request), pages)

    return versioned(request, session, XML, make, beside=" ".join(pages))


@router.get(
    "/sitemap-{part}.xml", summary="List some pages", response_class=Response, include_in_schema=False
)
def sitemap_part(request: Request, session: ReadSession, part: int) -> Response:
    """One part of a large sitemap, counted from 1."""
    pages = _pages(request)

    def make() -> bytes:
        return _part(session, own_address(request), pages, part)

    return versioned(request, session, XML, make, beside=" ".join(pages))


@router.get("/robots.txt", summary="Tell robots where to look", response_class=Response)
def robots(request: Request) -> Response:
    """Pages may be read; the endless combinations of filters need not be."""
    rules = ["User-agent: *", "Disallow: /tiles/", "Disallow: /*?*cursor=", "Allow: /"]
    text = "\n".join([*rules, f"Sitemap: {own_address(request)}/sitemap.xml", ""])
    return Response(text, media_type="text/plain")


def _feed(answer: search.Answer, query: SearchQuery, base: str) -> bytes:
    feed = ElementTree.Element("feed", xmlns=ATOM_NAMESPACE)
    here = linked(f"{base}/datasets.atom", query)
    _text(feed, "id", here)
    _text(feed, "title", f"EO Dataset Catalogue: {_title(query)}")
    dates = [card["updated"] for card in answer.cards]
    _text(feed, "updated", max(dates, default=datetime.fromtimestamp(0).astimezone().isoformat()))
    author = ElementTree.SubElement(feed, "author")
    _text(author, "name", "EO Dataset Catalogue")
    ElementTree.SubElement(feed, "link", rel="self", type=ATOM, href=here)
    ElementTree.SubElement(
        feed, "link", rel="alternate", type="text/html", href=linked(f"{base}/datasets", query)
    )
    for card in answer.cards:
        entry = ElementTree.SubElement(feed, "entry")
        _text(entry, "id", f"urn:uuid:{card['uuid']}")
        _text(entry, "title", card["name"])
        _text(entry, "updated", card["updated"])
        _text(entry, "summary", card["summary"])
        ElementTree.SubElement(entry, "link", rel="alternate", href=f"{base}/datasets/{card['slug']}")
    return _document(feed)


def _title(query: SearchQuery) -> str:
    asked = [
        f"{name} {value}" for name, value in query.without("sort").pairs() if name not in ("limit", "facets")
    ]
    return ", ".join(asked)[:200] or "all datasets"


def _pages(request: Request) -> tuple[str, ...]:
    """Pages that are not of a dataset: the fixed ones, and one for each model."""
    models = known_cards(request.app.state.settings.models)
    return (*PAGES, *(f"/models/{name}" for name in models))


def _sitemap(session: Session, base: str, pages: tuple[str, ...]) -> bytes:
    count = search.number_of_datasets(session)
    if count <= ADDRESSES_PER_SITEMAP:
        return _part(session, base, pages, 1)
    index = ElementTree.Element("sitemapindex", xmlns=SITEMAP_NAMESPACE)
    for part in range(1, -(-count // ADDRESSES_PER_SITEMAP) + 1):
        _text(ElementTree.SubElement(index, "sitemap"), "loc", f"{base}/sitemap-{part}.xml")
    return _document(index)


def _part(session: Session, base: str, pages: tuple[str, ...], part: int) -> bytes:
    rows = search.addresses(session, first=(part - 1) * ADDRESSES_PER_SITEMAP, most=ADDRESSES_PER_SITEMAP)
    if part < 1 or not (rows or part == 1):
        raise NotFound("There is no such part of the sitemap; sitemap.xml lists them.")
    listed = ElementTree.Element("urlset", xmlns=SITEMAP_NAMESPACE)
    for path in pages if part == 1 else ():
        _text(ElementTree.SubElement(listed, "url"), "loc", base + path)
    for slug, updated in rows:
        page = ElementTree.SubElement(listed, "url")
        _text(page, "loc", f"{base}/datasets/{slug}")
        _text(page, "lastmod", updated.date().isoformat())
    return _document(listed)


def _text(parent: ElementTree.Element, tag: str, text: str) -> None:
    ElementTree.SubElement(parent, tag).text = text


def _document(root: ElementTree.Element) -> bytes:
    document: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return document

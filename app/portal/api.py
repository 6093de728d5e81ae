"""REST: search, one record, facets and vocabularies, as JSON."""

from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request, Response

from app.base.db import ReadSession
from app.base.errors import NotFound
from app.catalogue import bands, derived, places, search, vocabulary
from app.catalogue.completeness import completeness
from app.catalogue.counting import Facet
from app.catalogue.describe import summary
from app.catalogue.query import SearchQuery
from app.exchange.formats import FORMATS
from app.links.queries import of_record as link_states
from app.portal.answers import json_bytes, linked, own_address, versioned
from app.portal.body import BodyQuery, documented_body
from app.portal.parameters import OF_PAGES, Query, documented

router = APIRouter(prefix="/api", tags=["catalogue"])

JSON = "application/json"


@router.get("/datasets", summary="Search datasets", openapi_extra=documented())
def list_datasets(request: Request, session: ReadSession, query: Query) -> Response:
    """One page of datasets with the exact total, facet counts, and links to the next page and the feed."""

    def make() -> bytes:
        answer = search.search(session, query, request.app.state.settings.signing_key)
        base = own_address(request)
        return json_bytes(_listed(answer, base, _page_links(answer, query, base)))

    return versioned(request, session, JSON, make)


@router.post("/datasets", summary="Search datasets", openapi_extra=documented_body())
def list_datasets_by_body(request: Request, session: ReadSession, query: BodyQuery) -> Response:
    """The same search with its parameters in the body, for areas that no address can hold.

    Send what the link `next` or `prev` holds as `body` together with the parameters of the first request.
    """
    answer = search.search(session, query, request.app.state.settings.signing_key)
    links = _body_links(answer, f"{own_address(request)}/api/datasets")
    content = json_bytes(_listed(answer, own_address(request), links))
    return Response(content, media_type=JSON, headers={"Cache-Control": "no-store"})


@router.get("/facets", summary="Count facets", openapi_extra=documented(without=OF_PAGES))
def count_facets(request: Request, session: ReadSession, query: Query) -> Response:
    """The facets of a search without its results; each is counted under every filter but its own."""

    def make() -> bytes:
        answer = search.count(session, query)
        return json_bytes({"number_matched": answer.number_matched, "facets": _facets(answer.facets)})

    return versioned(request, session, JSON, make)


@router.get(
    "/datasets/{slug}", summary="Read one dataset", responses={404: {"description": "No such dataset"}}
)
def read_dataset(request: Request, session: ReadSession, slug: str) -> Response:
    """The whole record with the source of every fact, the figures computed from it, whether its addresses
    answered, and links to its formats."""
    row = search.get_record(session, slug)
    told = [link.as_json() for link in link_states(session, row.record).values()]

    def make() -> bytes:
        return json_bytes({**document(row, own_address(request)), "availability": told})

    return versioned(request, session, JSON, make, beside=str(told))


@router.get("/vocabularies", summary="Read the vocabularies")
def read_vocabularies(request: Request, session: ReadSession) -> Response:
    """Every code that records and filters use, with label, definition, synonyms and group."""
    return versioned(request, session, JSON, lambda: json_bytes(_vocabularies()))


@router.get(
    "/vocabularies/{name}",
    summary="Read one vocabulary",
    responses={404: {"description": "No such vocabulary"}},
)
def read_vocabulary(request: Request, session: ReadSession, name: str) -> Response:
    """The codes of one vocabulary."""
    if name not in vocabulary.VOCABULARIES:
        known = ", ".join(vocabulary.VOCABULARIES)
        raise NotFound(f"There is no vocabulary {name[:60]!r}. Known are {known}.")
    return versioned(request, session, JSON, lambda: json_bytes(_vocabularies()[name]))


def _listed(answer: search.Answer, base: str, links: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "datasets": [{**card, "links": _links(base, card["slug"])} for card in answer.cards],
        "number_matched": answer.number_matched,
        "total": answer.total,
        "number_before": answer.passed,
        "facets": _facets(answer.facets),
        "left_out": answer.left_out,
        "note": answer.note,
        "links": links,
    }


def _page_links(answer: search.Answer, query: SearchQuery, base: str) -> list[dict[str, Any]]:
    links: list[dict[str, Any]] = [
        _link("self", linked(f"{base}/api/datasets", query), JSON),
        _link("alternate", linked(f"{base}/datasets", query), "text/html"),
        _link("alternate", linked(f"{base}/datasets.atom", query.without("cursor")), "application/atom+xml"),
    ]
    if query.cursor:
        links.append(_link("first", linked(f"{base}/api/datasets", query.without("cursor")), JSON))
    return links + [
        _link(rel, linked(f"{base}/api/datasets", replace(query, cursor=cursor)), JSON)
        for rel, cursor in _neighbours(answer)
    ]


def _body_links(answer: search.Answer, here: str) -> list[dict[str, Any]]:
    """Links to the neighbouring pages of a search by body: what to change in it, without repeating it."""
    return [
        {**_link(rel, here, JSON), "method": "POST", "body": {"cursor": cursor}, "merge": True}
        for rel, cursor in _neighbours(answer)
    ]


def _neighbours(answer: search.Answer) -> list[tuple[str, str]]:
    cursors = (("prev", answer.previous_cursor), ("next", answer.next_cursor))
    return [(rel, cursor) for rel, cursor in cursors if cursor]


def _links(base: str, slug: str) -> list[dict[str, str]]:
    return [
        _link("self", f"{base}/api/datasets/{slug}", JSON),
        _link("alternate", f"{base}/datasets/{slug}", "text/html"),
    ]


def _link(rel: str, href: str, media_type: str) -> dict[str, str]:
    return {"rel": rel, "href": href, "type": media_type}


def _facets(facets: dict[str, Facet]) -> dict[str, Any]:
    return {
        name: {
            "values": [{"value": one.value, "label": one.label, "count": one.count} for one in facet.values],
            "other": facet.other,
        }
        for name, facet in facets.items()
    }


def document(row: search.Row, base: str) -> dict[str, Any]:
    """A record with the figures computed from it, and links."""
    record = row.record
    formats = [
        {**_link("alternate", f"{base}/datasets/{record.slug}.{suffix}", one.media_type), "title": one.label}
        for suffix, one in FORMATS.items()
    ]
    return {
        **record.model_dump(mode="json"),
        "unconfirmed": sorted(path for path, fact in record.provenance.items() if fact.unconfirmed),
        "computed": _computed(row),
        "updated": row.updated.isoformat(),
        "links": [*_links(base, record.slug), *formats],
    }


def _computed(row: search.Row) -> dict[str, Any]:
    """What follows from the facts; nobody typed it."""
    record, state = row.record, completeness(row.record)
    return {
        "summary": summary(record),
        "where": row.card["where"],
        "size_measure_px": derived.size_measure(record),
        "bytes_per_image": derived.bytes_per_image(record),
        "licence_class": derived.licence_class(record),
        "geo_status": places.geo_status(record),
        "geo_reason": places.geo_reason(record),
        "completeness": {
            "score": state.score,
            "missing": [
                {"field": one.key, "label": one.label, "weight": one.weight}
                for one in state.criteria
                if one.applicable and not one.met
            ],
        },
        "bands": [_band(band) for band in bands.bands_of(record)],
    }


def _band(band: bands.Band) -> dict[str, Any]:
    return {
        "name": band.native_name,
        "common_name": band.common_name,
        "centre_um": band.centre_um,
        "fwhm_um": band.fwhm_um,
        "gsd_m": band.gsd_m,
        "sensor": band.sensor,
    }


def _vocabularies() -> dict[str, list[dict[str, Any]]]:
    return {
        name: [
            {
                "code": term.code,
                "label": term.label,
                "definition": term.definition,
                "synonyms": term.synonyms,
                "group": term.group,
                "parent": term.parent,
                "deprecated": term.is_deprecated,
                "replaces": [old for old, new in vocabulary.merged(name).items() if new == term.code],
            }
            for term in vocabulary.terms(name).values()
        ]
        for name in vocabulary.VOCABULARIES
    }

"""Links and media types, and the links of the landing pages as tables that other faces can lengthen."""

from typing import Any, NamedTuple

JSON = "application/json"
GEOJSON = "application/geo+json"
SCHEMA = "application/schema+json"
HTML = "text/html"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"

REL_QUERYABLES = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
REL_SORTABLES = "http://www.opengis.net/def/rel/ogc/1.0/sortables"
REL_CONFORMANCE = "http://www.opengis.net/def/rel/ogc/1.0/conformance"
REL_DATA = "http://www.opengis.net/def/rel/ogc/1.0/data"
REL_TILES = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector"

STAC = "/stac"
OGC = "/ogc"
RECORDS = "/ogc/collections/datasets"


class Fixed(NamedTuple):
    """A link whose address is the same for everybody but for the host; `method` where it is not GET."""

    rel: str
    path: str
    media_type: str
    title: str
    method: str | None = None


DESCRIBED = (
    Fixed("service-desc", "/stac/api", OPENAPI, "Description of the interface (OpenAPI)"),
    Fixed("service-doc", "/docs", HTML, "Description of the interface for people"),
)

# What the STAC landing page links to; a new route under /stac adds its line here.
STAC_LANDING: tuple[Fixed, ...] = (
    Fixed("root", STAC, JSON, "This catalogue"),
    Fixed("self", STAC, JSON, "This catalogue"),
    Fixed("conformance", "/stac/conformance", JSON, "Standards that this service follows"),
    Fixed("data", "/stac/collections", JSON, "All datasets as STAC collections"),
    Fixed("children", "/stac/children", JSON, "All datasets as children of this catalogue"),
    Fixed(REL_QUERYABLES, "/stac/queryables", SCHEMA, "Properties by which items can be filtered"),
    Fixed(REL_SORTABLES, "/stac/sortables", SCHEMA, "Properties by which items can be sorted"),
    Fixed("search", "/stac/search", GEOJSON, "Search for items", "GET"),
    Fixed("search", "/stac/search", GEOJSON, "Search for items", "POST"),
    Fixed("aggregate", "/stac/aggregate", JSON, "Count items by value", "GET"),
    Fixed("aggregate", "/stac/aggregate", JSON, "Count items by value", "POST"),
    Fixed("aggregations", "/stac/aggregations", JSON, "What can be counted"),
    Fixed(REL_TILES, "/tiles/items", JSON, "Vector tiles of all items"),
    *DESCRIBED,
    Fixed("alternate", "/datasets", HTML, "The catalogue for people"),
    Fixed("related", OGC, JSON, "The same datasets by OGC API - Records"),
)

# What every STAC collection links to below its own address, for example its items.
STAC_COLLECTION: tuple[Fixed, ...] = (
    Fixed("items", "/items", GEOJSON, "Items"),
    Fixed(REL_QUERYABLES, "/queryables", SCHEMA, "Properties by which items can be filtered"),
    Fixed(REL_SORTABLES, "/sortables", SCHEMA, "Properties by which items can be sorted"),
    Fixed("aggregate", "/aggregate", JSON, "Count items by value"),
    Fixed("aggregations", "/aggregations", JSON, "What can be counted"),
    Fixed(REL_TILES, "/tiles", JSON, "Vector tiles of the items"),
)

OGC_LANDING: tuple[Fixed, ...] = (
    Fixed("self", OGC, JSON, "This service"),
    Fixed("conformance", "/ogc/conformance", JSON, "Standards that this service follows"),
    Fixed(REL_CONFORMANCE, "/ogc/conformance", JSON, "Standards that this service follows"),
    Fixed("data", "/ogc/collections", JSON, "The catalogue of datasets"),
    Fixed(REL_DATA, "/ogc/collections", JSON, "The catalogue of datasets"),
    *DESCRIBED,
    Fixed("alternate", "/datasets", HTML, "The catalogue for people"),
    Fixed("related", STAC, JSON, "The same datasets as STAC collections"),
)

OGC_COLLECTION: tuple[Fixed, ...] = (
    Fixed("self", RECORDS, JSON, "This catalogue"),
    Fixed("root", OGC, JSON, "This service"),
    Fixed("items", f"{RECORDS}/items", GEOJSON, "The records of all datasets"),
    Fixed(REL_QUERYABLES, f"{RECORDS}/queryables", SCHEMA, "Parameters by which records are found"),
    Fixed(REL_SORTABLES, f"{RECORDS}/sortables", SCHEMA, "Properties by which records are sorted"),
    Fixed(
        "license", "https://creativecommons.org/publicdomain/zero/1.0/", HTML, "Licence of the descriptions"
    ),
    Fixed("alternate", "/datasets", HTML, "The catalogue for people"),
)


def link(rel: str, href: str, media_type: str | None = None, title: str | None = None) -> dict[str, Any]:
    """One link; what is not known of its target is left out."""
    known = {"rel": rel, "href": href, "type": media_type, "title": title}
    return {name: value for name, value in known.items() if value is not None}


def fixed(links: tuple[Fixed, ...], base: str) -> list[dict[str, Any]]:
    """The links of a table below an address without a slash at its end."""
    return [
        link(one.rel, one.path if "://" in one.path else base + one.path, one.media_type, one.title)
        | ({"method": one.method} if one.method else {})
        for one in links
    ]

"""Items as they are sent: the stored document with its links, whole or trimmed.

Whole documents are joined as text and never parsed: they were checked when they came in.
"""

import re
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import quote

import orjson

from app.items.find import FoundItem, ItemPage
from app.stac.fields import Fields, trimmed

GEOJSON = "application/geo+json"
JSON = "application/json"
ALWAYS = ("type", "id", "links")
MOST_KEPT = 1_000

_PLAIN = re.compile(r"[A-Za-z0-9_.~-]*")
"""What stands for itself in an address, as most ids do."""


class Written(NamedTuple):
    """A page: each item as JSON, how many match in all, and tokens of the pages after and before."""

    features: tuple[str, ...]
    matched: int
    next_token: str | None
    previous_token: str | None


def item_document(item: FoundItem, base: str) -> bytes:
    """One item with its links."""
    return _linked(item, base).encode()


def written(page: ItemPage, fields: Fields, base: str) -> Written:
    """A page of items as text."""
    write = (lambda item: _trimmed(item, fields, base)) if fields else (lambda item: _linked(item, base))
    return Written(tuple(map(write, page.items)), page.matched, page.next_token, page.previous_token)


def item_collection(page: Written, links: list[dict[str, Any]]) -> bytes:
    """A page of items as a FeatureCollection."""
    counts = {"numberMatched": page.matched, "numberReturned": len(page.features)}
    rest = orjson.dumps({"links": links, **counts}).decode()
    return f'{{"type":"FeatureCollection","features":[{",".join(page.features)}],{rest[1:]}'.encode()


def _linked(item: FoundItem, base: str) -> str:
    before, after = _link_text(base, item.collection)
    name = item.name if _PLAIN.fullmatch(item.name) else quote(item.name)
    return f"{item.document[:-1]},{before}{name}{after}}}"


@lru_cache(MOST_KEPT)
def _link_text(base: str, collection: str) -> tuple[str, str]:
    """The links of an item as text, before and after its id: within a collection only the id differs."""
    own, *others = _links(FoundItem(collection, "", ""), base)
    # The address of the item comes last in its own link, and its id last in that.
    before = orjson.dumps(own).decode().removesuffix('"}')
    return f'"links":[{before}', f'"}},{orjson.dumps(others).decode()[1:]}'


def _links(item: FoundItem, base: str) -> list[dict[str, str]]:
    collection = f"{base}/stac/collections/{item.collection}"
    return [
        {"rel": "self", "type": GEOJSON, "href": f"{collection}/items/{quote(item.name)}"},
        {"rel": "parent", "type": JSON, "href": collection},
        {"rel": "collection", "type": JSON, "href": collection},
        {"rel": "root", "type": JSON, "href": f"{base}/stac"},
        {"rel": "alternate", "type": "text/html", "href": f"{base}/datasets/{item.collection}"},
    ]


def _trimmed(item: FoundItem, fields: Fields, base: str) -> str:
    """The parts asked for of an item, which stays a Feature with an id and links."""
    document = {**orjson.loads(item.document), "links": _links(item, base)}
    return orjson.dumps(trimmed(document, fields, ALWAYS)).decode()

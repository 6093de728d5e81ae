"""Items as they are sent: the stored document with its links, whole or trimmed.

Whole documents are joined as text and never parsed: they were checked when they came in.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote

import orjson

from app.items.find import FoundItem, ItemPage
from app.stac.item_query import Fields

GEOJSON = "application/geo+json"
JSON = "application/json"
ALWAYS = ("type", "id", "links")
MOST_KEPT = 1_000

_PLAIN = re.compile(r"[A-Za-z0-9_.~-]*")
"""What stands for itself in an address, as most ids do."""


def item_document(item: FoundItem, base: str) -> bytes:
    """One item with its links."""
    return _linked(item, base).encode()


def item_collection(page: ItemPage, links: list[dict[str, Any]], fields: Fields, base: str) -> bytes:
    """A page of items as a FeatureCollection."""
    write = (lambda item: _trimmed(item, fields, base)) if fields else (lambda item: _linked(item, base))
    features = ",".join(map(write, page.items))
    rest = orjson.dumps({"links": links, "numberMatched": page.matched, "numberReturned": len(page.items)})
    return f'{{"type":"FeatureCollection","features":[{features}],{rest.decode()[1:]}'.encode()


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
    """What is included, without what is excluded; what is left stays a Feature with an id and links."""
    document = {**orjson.loads(item.document), "links": _links(item, base)}
    kept: dict[str, Any] = {}
    if fields.include:
        for name in (*ALWAYS, *fields.include):
            _take(document, kept, name.split("."))
    else:
        kept = document
    for name in fields.exclude:
        # What is asked for by name stays, and so does what holds it.
        is_wanted = any(f"{wanted}.".startswith(f"{name}.") for wanted in (*ALWAYS, *fields.include))
        if not is_wanted:
            _drop(kept, name.split("."))
    return orjson.dumps(kept).decode()


def _take(source: Mapping[str, Any], target: dict[str, Any], path: list[str]) -> None:
    name = path[0]
    if name not in source:
        return
    if len(path) == 1 or not isinstance(source[name], dict):
        target[name] = source[name]
        return
    _take(source[name], target.setdefault(name, {}), path[1:])


def _drop(target: dict[str, Any], path: list[str]) -> None:
    if len(path) == 1:
        target.pop(path[0], None)
    elif isinstance(target.get(path[0]), dict):
        _drop(target[path[0]], path[1:])
